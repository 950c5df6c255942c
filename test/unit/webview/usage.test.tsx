import assert from "node:assert/strict";
import { render } from "preact";
import type { UsageAsk, UsageReport, UsageRow } from "../../../src/core/protocol/usagePage";
import { barsOf, dateLabel, money } from "../../../src/webview/usage/chart";
import { createUsageState, type UsageState } from "../../../src/webview/usage/state";
import { costText } from "../../../src/webview/usage/UsageTable";
import { UsagePage } from "../../../src/webview/usage/UsagePage";
import { createTinyRoot, type TinyNode } from "./tinyDom";

const sums = { answers: 1, inputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 1, cost: 0, unpricedAnswers: 0 };
const row = (key: string, more: Partial<UsageRow> = {}): UsageRow => ({ ...sums, key, label: key, ...more });
const EMPTY: UsageReport = { rows: [], total: { ...sums, answers: 0 }, rowCount: 0, firstDay: "", lastDay: "" };

function report(rows: readonly UsageRow[], more: Partial<UsageReport> = {}): UsageReport {
  const total = rows.reduce((left, right) => ({ ...left, answers: left.answers + right.answers, cost: left.cost + right.cost, unpricedAnswers: left.unpricedAnswers + right.unpricedAnswers }), { ...sums, answers: 0 });
  return { rows, total, rowCount: rows.length, firstDay: "2026-11-18", lastDay: "2026-11-20", ...more };
}

/** The page over a host that answers as it is told. */
function open(answer: (ask: UsageAsk) => unknown) {
  const asked: UsageAsk[] = [];
  const state = createUsageState({ ask: async (question) => (asked.push(question), answer(question) as never) }, undefined); // the test answers what fits
  return { asked, state };
}

function show(state: UsageState): TinyNode {
  const root = createTinyRoot();
  render(<UsagePage state={state} />, root);
  return root;
}

const cells = (root: TinyNode): readonly string[] => root.all("tr").map((line) => [...line.all("th"), ...line.all("td")].map((cell) => cell.textContent).join(" | "));

describe("the usage page", () => {
  it("shows days newest first with their sums, and a chart that says the most in words", async () => {
    const { state, asked } = open(() => report([row("2026-11-18", { cost: 0.05 }), row("2026-11-20", { cost: 2, answers: 3, inputTokens: 12_345 })]));
    await state.refresh();
    const root = show(state);
    assert.deepEqual(asked, [{ type: "report", by: "day", range: "30" }]);
    assert.deepEqual(cells(root), ["Day▾ | Input | Cache read | Cache write | Output | Answers | Cost", "Nov 20, 2026 | 12,345 | 0 | 0 | 1 | 3 | $2.00", "Nov 18, 2026 | 1 | 0 | 0 | 1 | 1 | $0.0500", "Total | 1 | 0 | 0 | 1 | 4 | $2.05"]);
    const [chart] = root.all("div").filter((node) => node.getAttribute("role") === "img");
    assert.equal(chart?.getAttribute("aria-label"), "Bar chart of the cost. The table below says the same. The most: Nov 20, 2026, $2.00.");
    assert.deepEqual(root.all("rect").map((bar) => bar.getAttribute("height")), ["3.5", "0", "140"]);
  });

  it("sorts by any column, and says by which", async () => {
    const { state } = open(() => report([row("b", { cost: 3 }), row("a", { cost: 1, answers: 5 }), row("c", { cost: 2 })]));
    await state.choose({ by: "chat" });
    const order = (): string => state.rows.value.map((item) => item.label).join("");
    assert.equal(order(), "bca");
    const click = (name: string): void => show(state).all("button").find((button) => button.textContent.startsWith(name))?.dispatch("click", { type: "click" });
    click("Chat");
    assert.equal(order(), "abc");
    click("Chat");
    assert.equal(order(), "cba");
    click("Answers");
    assert.equal(order()[0], "a");
    assert.deepEqual(show(state).all("th").flatMap((head) => head.getAttribute("aria-sort") ?? []), ["descending"]);
  });

  it("says where a price is unknown, and where there are more rows", async () => {
    const { state } = open(() => report([row("", { unpricedAnswers: 1 }), row("x", { cost: 1, answers: 4, unpricedAnswers: 2 })], { rowCount: 300 }));
    await state.choose({ by: "folder" });
    const text = show(state).textContent;
    assert.match(text, /No folder/);
    assert.match(text, /price unknown/);
    assert.match(text, /\$1\.00 \+ 2 answers of unknown price/);
    assert.match(text, /The 2 dearest of 300\. The CSV file has all\./);
    assert.equal(costText({ ...sums, cost: 0 }), "$0.00");
  });

  it("teaches where there is nothing yet", async () => {
    const { state } = open(() => EMPTY);
    await state.choose({ range: "all" });
    assert.match(show(state).textContent, /Nothing used yet.*Ask something in the chat/);
    await state.choose({ range: "7" });
    const root = show(state);
    assert.match(root.textContent, /Nothing used in this time.*longer range/);
    assert.equal(root.all("table").length, 0);
  });

  it("keeps the answer to the last question, and says what went wrong", async () => {
    const answers: ((value: unknown) => void)[] = [];
    const { state } = open(() => new Promise((resolve) => answers.push(resolve)));
    const [first, second] = [state.refresh(), state.choose({ by: "model" })];
    answers[1]?.(report([row("m")]));
    await second;
    answers[0]?.(EMPTY);
    await first;
    assert.deepEqual([state.report.value?.by, state.rows.value.length], ["model", 1]);
    const broken = open(() => {
      throw new Error("The database is closed.");
    }).state;
    await broken.refresh();
    assert.match(show(broken).textContent, /The database is closed\./);
  });

  it("tells of an export, and not of one that was given up", async () => {
    let file: string | null = "usage.csv";
    const { state, asked } = open((ask) => (ask.type === "export" ? { file } : EMPTY));
    await state.exportCsv();
    assert.equal(state.note.value, "Exported to usage.csv");
    file = null;
    await state.exportCsv();
    assert.equal(state.note.value, undefined);
    assert.deepEqual(asked[0], { type: "export", by: "day", range: "30" });
  });
});

describe("barsOf", () => {
  it("has every day of the range, and months where days are too many", () => {
    const days = barsOf({ rows: [row("2026-11-19", { cost: 2 })], firstDay: "2026-11-18", lastDay: "2026-11-20" }, "day", "cost");
    assert.deepEqual(days.map((bar) => [bar.key, bar.value]), [["2026-11-18", 0], ["2026-11-19", 2], ["2026-11-20", 0]]);
    const months = barsOf({ rows: [row("2026-01-31", { cost: 2 }), row("2026-02-01", { cost: 3 }), row("2026-02-28", { cost: 4 })], firstDay: "2026-01-01", lastDay: "2026-06-10" }, "day", "cost");
    assert.deepEqual(months.map((bar) => bar.value), [2, 7, 0, 0, 0, 0]);
    assert.equal(months[1]?.label, "February 2026");
    const ahead = barsOf({ rows: [row("2026-11-22", { cost: 1 })], firstDay: "2026-11-20", lastDay: "2026-11-20" }, "day", "cost");
    assert.deepEqual(ahead.map((bar) => bar.value), [0, 0, 1], "a day that the clock has since been set back from");
    assert.deepEqual(barsOf(EMPTY, "day", "cost"), []);
  });

  it("has the largest of other groups, by what is measured", () => {
    const rows = Array.from({ length: 30 }, (_, index) => row(`m${index}`, { cost: index, inputTokens: 1000 - index }));
    assert.deepEqual(barsOf({ ...EMPTY, rows }, "model", "cost").slice(0, 2).map((bar) => bar.key), ["m29", "m28"]);
    assert.deepEqual(barsOf({ ...EMPTY, rows }, "model", "tokens").slice(0, 2).map((bar) => [bar.key, bar.value]), [["m0", 1001], ["m1", 1000]]);
    assert.equal(barsOf({ ...EMPTY, rows }, "model", "cost").length, 12);
  });
});

describe("how the usage is written", () => {
  it("has small amounts to a hundredth of a cent, and days by name", () => {
    assert.deepEqual([0, 0.00012, 0.05, 0.1, 1234.5].map(money), ["$0.00", "$0.0001", "$0.0500", "$0.10", "$1,234.50"]);
    assert.deepEqual([dateLabel("2026-11-01"), dateLabel("2026-03")], ["Nov 1, 2026", "March 2026"]);
  });
});
