import assert from "node:assert/strict";
import type { Db } from "../../../../src/core/ports";
import type { ChatEvent, EventBody, SessionEvent } from "../../../../src/core/protocol/events";
import { costOf } from "../../../../src/core/protocol/prices";
import type { UsageGroup, UsageRange, UsageReport, UsageSums } from "../../../../src/core/protocol/usagePage";
import { migrate } from "../../../../src/core/store/migrations";
import { forgetChat, project } from "../../../../src/core/store/projection";
import { createUsage } from "../../../../src/core/store/usage";
import { usageCsv } from "../../../../src/core/store/usageCsv";
import { openMemoryDb } from "../../../support/fakes/db";
import { seeded } from "../../../support/random";

/** Noon of a day here, so that no clock change moves it. */
const noon = (day: number, month = 11): number => new Date(2026, month - 1, day, 12).getTime();
const NOW = noon(20);
const lastDay = "2026-11-20";
const DAYS = { "7": { firstDay: "2026-11-14", lastDay }, "30": { firstDay: "2026-10-22", lastDay }, "90": { firstDay: "2026-08-23", lastDay }, all: { firstDay: undefined, lastDay } } as const;
const tokens = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWrite5mTokens: 0, cacheWrite1hTokens: 0 };

async function setUp() {
  const usage = createUsage();
  const db = usage.watch(await openMemoryDb());
  await migrate(db);
  const take = async (at: number, body: EventBody<ChatEvent>): Promise<void> => db.batch(project({ v: 1, id: "e", seq: 1, at, ...body } as SessionEvent)); // body + envelope is the event
  const begin = (chatId: string, title: string, more: { readonly folder?: string; readonly folderUri?: string; readonly origin?: string } = {}) => take(NOW, { type: "chat.created", chatId, title, ...more });
  const use = (at: number, chatId: string, model: string, used: Partial<typeof tokens>) => take(at, { type: "usage", chatId, turnId: "t", model, ...tokens, ...used });
  const ask = (by: UsageGroup, range: UsageRange = "all", limit = 100): Promise<UsageReport> => usage.report(db, { by, ...DAYS[range], limit });
  return { db, usage, begin, use, ask };
}

const brief = ({ rows }: UsageReport): readonly (readonly [string, number, number])[] => rows.map((row) => [row.label, row.answers, Math.round(row.cost * 1e6) / 1e6]);

describe("usageReport", () => {
  it("sums up by day, model, folder, chat and agent", async () => {
    const { begin, use, ask } = await setUp();
    await begin("a", "Sums", { folder: "shop", folderUri: "file:///one/shop" });
    await begin("b", "Tests", { folder: "shop", folderUri: "file:///two/shop", origin: "reviewer" });
    await begin("c", "", {});
    await use(noon(19), "a", "claude-sonnet-5-5", { inputTokens: 1_000_000 });
    await use(noon(20), "a", "claude-opus-5-5", { outputTokens: 1_000_000 });
    await use(noon(20), "b", "claude-sonnet-5-5", { cacheReadTokens: 1_000_000, cacheWrite5mTokens: 1_000_000, cacheWrite1hTokens: 1_000_000 });
    await use(noon(20), "c", "demo", { outputTokens: 7 });
    assert.deepEqual(brief(await ask("day")), [["2026-11-19", 1, 2], ["2026-11-20", 3, 26.7]]);
    assert.deepEqual(brief(await ask("model")), [["claude-opus-5-5", 1, 20], ["claude-sonnet-5-5", 2, 8.7], ["demo", 1, 0]]);
    assert.deepEqual(brief(await ask("folder")), [["shop", 2, 22], ["shop", 1, 6.7], ["", 1, 0]]);
    assert.deepEqual((await ask("folder")).rows.map((row) => row.key), ["file:///one/shop", "file:///two/shop", ""]);
    assert.deepEqual(brief(await ask("chat")), [["Sums", 2, 22], ["Tests", 1, 6.7], ["", 1, 0]]);
    assert.deepEqual((await ask("chat")).rows.map((row) => row.key), ["a", "b", "c"]);
    assert.deepEqual(brief(await ask("agent")), [["", 3, 22], ["reviewer", 1, 6.7]]);
    const [row] = (await ask("chat")).rows;
    assert.deepEqual(row, { key: "a", label: "Sums", answers: 2, inputTokens: 1_000_000, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 1_000_000, cost: 22, unpricedAnswers: 0 });
    assert.equal((await ask("chat")).rows[1]?.cacheWriteTokens, 2_000_000);
  });

  it("is of the days up to today, the first one included", async () => {
    const { use, ask } = await setUp();
    for (const at of [noon(20), noon(14), noon(13), noon(22, 10), noon(21, 10), noon(1, 1)]) await use(at, "a", "demo", { outputTokens: 1 });
    const answers = async (range: UsageRange): Promise<unknown> => {
      const { total, firstDay, lastDay } = await ask("model", range);
      return [total.answers, firstDay, lastDay];
    };
    assert.deepEqual(await answers("7"), [2, "2026-11-14", "2026-11-20"]);
    assert.deepEqual(await answers("30"), [4, "2026-10-22", "2026-11-20"]);
    assert.deepEqual(await answers("90"), [5, "2026-08-23", "2026-11-20"]);
    assert.deepEqual(await answers("all"), [6, "2026-01-01", "2026-11-20"]);
  });

  it("says which answers have no known price, and leaves them out of the sum", async () => {
    const { use, ask } = await setUp();
    await use(NOW, "a", "claude-unheard-of", { outputTokens: 5 });
    await use(NOW, "a", "claude-opus-5-5", { outputTokens: 500_000 });
    const { rows, total } = await ask("chat");
    assert.deepEqual([rows[0]?.cost, rows[0]?.unpricedAnswers, total.cost, total.unpricedAnswers, total.outputTokens], [10, 1, 10, 1, 500_005]);
  });

  it("costs what the answers cost one by one, long prompts at their own price", async () => {
    const { use, ask } = await setUp();
    const used = [{ inputTokens: 90_000, cacheReadTokens: 10_000 }, { inputTokens: 90_000, cacheReadTokens: 10_001 }, { inputTokens: 60_000, outputTokens: 2_000 }].map((part) => ({ ...tokens, ...part }));
    for (const part of used) await use(NOW, "a", "claude-haiku-5-5", part);
    const expected = used.reduce((sum, part) => sum + (costOf({ model: "claude-haiku-5-5", ...part }) ?? NaN), 0);
    assert.ok(Math.abs((await ask("day")).total.cost - expected) < 1e-9);
  });

  it("gives the dearest rows where there are more, and the sum of all", async () => {
    const { begin, use, ask } = await setUp();
    for (let index = 0; index < 20; index++) {
      await begin(`c${index}`, `Chat ${index}`);
      await use(NOW, `c${index}`, "claude-opus-5-5", { outputTokens: 1_000 * ((index * 7) % 20) });
    }
    const report = await ask("chat", "all", 3);
    assert.deepEqual([report.rows.map((row) => row.outputTokens), report.rowCount, report.total.outputTokens], [[19_000, 18_000, 17_000], 20, 190_000]);
  });

  it("counts an answer once, however many ask at the same time", async () => {
    const { use, ask } = await setUp();
    await ask("day");
    await use(NOW, "a", "demo", { outputTokens: 1 });
    const reports = await Promise.all([ask("day"), ask("chat"), ask("model")]);
    assert.deepEqual(reports.map(({ total }) => total.answers), [1, 1, 1]);
  });

  it("says that nothing was used", async () => {
    const { ask, use } = await setUp();
    const empty = { rows: [], rowCount: 0, firstDay: "", lastDay: "", total: { answers: 0, inputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 0, cost: 0, unpricedAnswers: 0 } };
    for (const by of ["day", "model", "folder", "chat", "agent"] as const) assert.deepEqual(await ask(by), empty);
    await use(noon(1, 1), "a", "demo", { outputTokens: 1 });
    assert.deepEqual(await ask("chat", "7"), empty);
  });

  it("is the same from what it keeps as from what it reads anew, whatever comes and goes between", seeded(async (random) => {
    const { db, begin, use, ask } = await setUp();
    const fresh = async (db: Db, by: UsageGroup): Promise<UsageReport> => createUsage().report(db, { by, ...DAYS.all, limit: 100 });
    const rounded = (sums: UsageSums): UsageSums => ({ ...sums, cost: Math.round(sums.cost * 1e9) });
    for (let step = 0; step < 60; step++) {
      const chatId = `c${random.integer(0, 5)}`;
      if (random.next() < 0.15) await db.batch(forgetChat(chatId));
      else if (random.next() < 0.2) await begin(chatId, `Chat ${step}`, { folder: `f${random.integer(0, 2)}` });
      else await use(NOW - random.integer(0, 20) * 86_400_000, chatId, random.pick(["claude-opus-5-5", "claude-haiku-5-5", "demo", "unknown"]), { inputTokens: random.integer(0, 150_000), outputTokens: random.integer(0, 99) });
      const by = random.pick(["day", "model", "folder", "chat", "agent"] as const);
      const [kept, read] = [await ask(by), await fresh(db, by)];
      const byKey = (report: UsageReport) => ({ ...report, total: rounded(report.total), rows: report.rows.map((row) => ({ ...row, ...rounded(row) })).sort((left, right) => (left.key < right.key ? -1 : 1)) });
      assert.deepEqual(byKey(kept), byKey(read));
    }
  }));
});

describe("usageCsv", () => {
  const sums = { answers: 2, inputTokens: 1, cacheReadTokens: 2, cacheWriteTokens: 3, outputTokens: 4, cost: 0.5, unpricedAnswers: 0 };

  it("has a line for each row, with what tells rows apart, and no price where none is known", () => {
    const rows = [{ ...sums, key: "c1", label: 'Say "hi",\nnow' }, { ...sums, key: "c2", label: "", cost: 0, unpricedAnswers: 2 }];
    assert.equal(
      usageCsv({ rows }, "chat"),
      'chat,chat_id,input_tokens,cache_read_tokens,cache_write_tokens,output_tokens,answers,cost_usd,answers_without_price\r\n"Say ""hi"",\nnow",c1,1,2,3,4,2,0.500000,0\r\n,c2,1,2,3,4,2,,2\r\n',
    );
    assert.match(usageCsv({ rows: [{ ...sums, key: "2026-11-20", label: "2026-11-20" }] }, "day"), /^day,input_tokens,[^]*\r\n2026-11-20,1,2,3,4,2,0\.500000,0\r\n$/);
  });

  it("gives a spreadsheet no formula to run", () => {
    for (const label of ["=1+1", "+1", "-1", "@x"]) assert.match(usageCsv({ rows: [{ ...sums, key: "c", label }] }, "chat").split("\r\n")[1] ?? "", /^'/);
  });
});
