import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { createBlobFiles } from "../../../../src/extension/adapters/blobFiles";
import { createBlobs } from "../../../../src/extension/adapters/blobs";
import type { RemovalLock } from "../../../../src/extension/adapters/removalLock";
import { setTimeout } from "node:timers/promises";
import { randomIds, systemClock } from "../../../../src/extension/adapters/clock";
import { createExchange } from "../../../../src/extension/adapters/exchange";
import { createJournal, type NodeJournal } from "../../../../src/extension/adapters/journal";
import type { SessionEvent } from "../../../../src/core/protocol/events";
import { readStoredEvents } from "../../../../src/core/store/exchange/storedEvents";
import { streamOf } from "../../../../src/core/store/streams";
import { createRecordingLog } from "../../../support/fakes/log";
import { seeded } from "../../../support/random";
import { bundleForNode } from "./bundle";
import { createTemporaryFolder } from "./temporaryFolder";

const KILLS = 6;
/** Imports a file into a data folder. */
const IMPORTER = `
  import { randomIds, systemClock } from "./src/extension/adapters/clock";
  import { createExchange } from "./src/extension/adapters/exchange";
  import { createJournal } from "./src/extension/adapters/journal";
  const [root, file] = process.argv.slice(2);
  const log = { error: console.error, warn() {}, info() {}, debug() {}, trace() {} };
  const journal = createJournal({ root, writer: randomIds.next(), log });
  const exchange = createExchange({ root, journal, saveNow: async () => undefined, unsaved: () => new Map(), claims: journal.claims, ids: randomIds, clock: systemClock });
  void exchange.importFile(file, () => undefined, new AbortController().signal).then(() => setInterval(() => undefined, 1000));
`;

const never = new AbortController().signal;
const quiet = (): void => undefined;
const event = (chatId: string, seq: number, more: object): object => ({ v: 1, id: `${chatId}e${seq}`, seq, at: 1_000 + seq, chatId, ...more });
const words = (chatId: string, text: string): readonly object[] => [
  event(chatId, 1, { type: "chat.created", title: `About ${text}` }),
  event(chatId, 2, { type: "turn.started", turnId: "t1", model: "claude-test" }),
  event(chatId, 3, { type: "block.started", turnId: "t1", blockId: "b1", role: "user", block: { kind: "text" } }),
  event(chatId, 4, { type: "block.part", turnId: "t1", blockId: "b1", offset: 0, text }),
  event(chatId, 5, { type: "turn.ended", turnId: "t1", status: "done" }),
];

describe("createExchange", () => {
  let folder: string;
  let remove: () => Promise<void>;
  const journals: NodeJournal[] = [];
  let places = 0;

  beforeEach(async () => ({ folder, remove } = await createTemporaryFolder()));
  afterEach(async () => {
    for (const journal of journals.splice(0)) await journal.close();
    await remove();
  });

  function createPlace({ lock, root = path.join(folder, `place${++places}`), unsaved = new Map<string, readonly SessionEvent[]>() }: { readonly lock?: RemovalLock; readonly root?: string; readonly unsaved?: Map<string, readonly SessionEvent[]> } = {}) {
    const journal = createJournal({ root, writer: randomIds.next(), log: createRecordingLog() });
    journals.push(journal);
    let saves = 0;
    const exchange = createExchange({ root, journal, saveNow: async () => void saves++, unsaved: () => unsaved, claims: journal.claims, ids: randomIds, clock: systemClock, ...(lock === undefined ? {} : { lock }) });
    return { root, journal, exchange, saves: () => saves };
  }

  it("takes chats and what they name from one data folder to another by a file", async () => {
    const from = createPlace();
    const picture = Buffer.from("a picture");
    const sha256 = createHash("sha256").update(picture).digest("hex");
    await mkdir(path.join(from.root, "blobs"), { recursive: true });
    await writeFile(path.join(from.root, "blobs", sha256), picture);
    await from.journal.append(streamOf("chatA1"), [...words("chatA1", "ü🫖"), event("chatA1", 6, { type: "block.started", turnId: "t1", blockId: "b2", role: "user", block: { kind: "blob", sha256, mediaType: "image/png", sizeBytes: 9 } })]);
    await from.journal.append(streamOf("chatB2"), words("chatB2", "more"));
    const file = path.join(folder, "all.json");
    const progress: string[] = [];
    const counts = await from.exchange.exportJson(file, { hasTrash: false }, (done, count) => progress.push(`${done}/${count}`), never);
    assert.deepEqual([counts, progress], [{ chats: 2, lostLines: 0, missingBlobs: 0 }, ["1/2", "2/2"]]);

    const to = createPlace();
    const outcome = await to.exchange.importFile(file, quiet, never);
    assert.deepEqual(outcome, { ok: true, value: { imported: 2, present: 0, copied: 0, isCancelled: false } });
    assert.deepEqual(await readFile(path.join(to.root, "blobs", sha256)), picture);
    const again = path.join(folder, "again.json");
    await to.exchange.exportJson(again, { hasTrash: false }, quiet, never);
    const without = (text: string): string => text.replace(/"exportedAt":"[^"]*"/, "");
    assert.equal(without(await readFile(again, "utf8")), without(await readFile(file, "utf8")));
    assert.match(await readFile(file, "utf8"), /^\{"format":"cairn-chats","version":1,"exportedAt":"\d{4}-\d\d-\d\dT[\d:.]+Z","chats":\[/);
  });

  it("writes chats as Markdown, each into a file of its name", async () => {
    const { journal, exchange } = createPlace();
    await journal.append(streamOf("chatA1"), words("chatA1", "first"));
    await journal.append(streamOf("chatB2"), [...words("chatB2", "second"), event("chatB2", 6, { type: "chat.deleted" })]);
    const out = path.join(folder, "out");
    await mkdir(out);
    assert.equal((await exchange.exportMarkdownFiles(out, { hasTrash: false }, quiet, never)).chats, 1);
    assert.deepEqual(await readdir(out), ["About-first-chatA1.md"]);
    assert.match(await readFile(path.join(out, "About-first-chatA1.md"), "utf8"), /^# About first\n\n## You\n\nfirst\n/);
    await exchange.exportMarkdown(path.join(out, "one.md"), "chatB2", never);
    assert.match(await readFile(path.join(out, "one.md"), "utf8"), /^# About second\n/);
    await assert.rejects(exchange.exportMarkdown(path.join(out, "none.md"), "chatZ9", never), /nothing to export/);
    assert.deepEqual((await readdir(out)).sort(), ["About-first-chatA1.md", "one.md"]);
  });

  it("leaves a damaged payload out, counts it, and so writes a file that can be imported", async () => {
    const { root, journal, exchange } = createPlace();
    const blobs = createBlobs({ files: createBlobFiles({ root, log: createRecordingLog() }), log: createRecordingLog() });
    const big = `big ${"x".repeat(50_000)}`;
    const [whole, bad] = [await blobs.put(big), await blobs.put("bad")];
    const attached = (seq: number, path: string, blob: object): object => event("chatA1", seq, { type: "block.started", turnId: "t1", blockId: `b${seq}`, role: "user", block: { kind: "attachment", path, language: "", blob } });
    await blobs.guard(journal).append(streamOf("chatA1"), [...words("chatA1", "first"), attached(6, "big.ts", whole), attached(7, "bad.ts", bad), event("chatA1", 8, { type: "tool.requested", turnId: "t1", callId: "c", tool: "get", input: { sha256: "c".repeat(64) } })]);
    await writeFile(path.join(root, "blobs", bad.sha256), "bat");
    const file = path.join(folder, "all.json");
    assert.equal((await exchange.exportJson(file, { hasTrash: false }, quiet, never)).missingBlobs, 1);
    const to = createPlace();
    assert.deepEqual(await to.exchange.importFile(file, quiet, never), { ok: true, value: { imported: 1, present: 0, copied: 0, isCancelled: false } });
    assert.deepEqual(await readdir(path.join(to.root, "blobs")), [whole.sha256]);
    assert.equal((await to.exchange.exportMarkdown(path.join(folder, "a.md"), "chatA1", never)).missingBlobs, 1);
    const text = await readFile(path.join(folder, "a.md"), "utf8");
    assert.ok(text.includes(`\n${big}\n`) && text.includes("This file is missing or damaged"));
  });

  it("keeps whoever removes payloads away from its first step of an import to the last", async () => {
    const from = createPlace();
    await from.journal.append(streamOf("chatA1"), words("chatA1", "first"));
    const file = path.join(folder, "all.json");
    await from.exchange.exportJson(file, { hasTrash: false }, quiet, never);
    const steps: string[] = [];
    const run: RemovalLock["run"] = async (work) => {
      steps.push("taken");
      const done = await work();
      steps.push("let go");
      return done;
    };
    const to = createPlace({ lock: { run, runIfFree: run } });
    await to.exchange.importFile(file, ({ isChecking }) => void steps.push(isChecking ? "checked" : "imported"), never);
    assert.deepEqual(steps, ["taken", "checked", "imported", "let go"]);
  });

  it("leaves the file as it was when an export is cancelled or fails", async () => {
    const { journal, exchange } = createPlace();
    await journal.append(streamOf("chatA1"), words("chatA1", "first"));
    await journal.append(streamOf("chatB2"), words("chatB2", "second"));
    const file = path.join(folder, "all.json");
    await writeFile(file, "before");
    const controller = new AbortController();
    await assert.rejects(exchange.exportJson(file, { hasTrash: false }, () => controller.abort(), controller.signal), { name: "AbortError" });
    assert.equal(await readFile(file, "utf8"), "before");
    await assert.rejects(exchange.exportJson(path.join(folder, "none", "all.json"), { hasTrash: false }, quiet, never), /ENOENT/);
    assert.deepEqual((await readdir(folder)).filter((name) => name.includes("tmp")), []);
  });

  it("refuses a file that is no UTF-8 text, and imports nothing of it", async () => {
    const from = createPlace();
    await from.journal.append(streamOf("chatA1"), words("chatA1", "plain"));
    await from.journal.append(streamOf("chatB2"), words("chatB2", "words"));
    const file = path.join(folder, "all.json");
    await from.exchange.exportJson(file, { hasTrash: false }, quiet, never);
    const bytes = await readFile(file);
    bytes[bytes.lastIndexOf("words")] = 0xff;
    await writeFile(file, bytes);
    const to = createPlace();
    const outcome = await to.exchange.importFile(file, quiet, never);
    assert.match(outcome.ok ? "imported" : outcome.error.message, /damaged, or no file of chats: it is no UTF-8/);
    assert.deepEqual(await to.journal.files(), []);
  });

  it("gives the host its turn again and again while it works", async function () {
    this.timeout(20_000);
    const from = createPlace();
    const long = Array.from({ length: 6_000 }, (_, index) => event("chatA1", index + 6, { type: "block.part", turnId: "t1", blockId: "b1", offset: index, text: "x".repeat(300) }));
    await from.journal.append(streamOf("chatA1"), [...words("chatA1", "long"), ...long]);
    const file = path.join(folder, "all.json");
    let ticks = 0;
    const ticking = setInterval(() => ticks++, 1);
    const during = async (work: Promise<unknown>): Promise<number> => {
      const before = ticks;
      await work;
      return ticks - before;
    };
    const exported = await during(from.exchange.exportJson(file, { hasTrash: false }, quiet, never));
    const imported = await during(createPlace().exchange.importFile(file, quiet, never));
    clearInterval(ticking);
    assert.ok(exported >= 5 && imported >= 5, `${exported} and ${imported} turns`);
  });

  it("exports what is in memory alone as well, of a chat that is on disk and of one that is not, having tried to write it first", async () => {
    const unsaved = new Map([
      ["chatA1", [event("chatA1", 6, { type: "chat.renamed", title: "not on disk" })] as readonly SessionEvent[]], // as a window has it
      ["chatB2", words("chatB2", "only here") as readonly SessionEvent[]],
    ]);
    const { exchange, journal, saves } = createPlace({ unsaved });
    await journal.append(streamOf("chatA1"), words("chatA1", "on disk"));
    const file = path.join(folder, "all.json");
    assert.deepEqual(await exchange.exportJson(file, { hasTrash: false }, quiet, never), { chats: 2, lostLines: 0, missingBlobs: 0 });
    const { chats } = JSON.parse(await readFile(file, "utf8")) as { readonly chats: readonly { readonly chatId: string; readonly events: readonly object[] }[] };
    assert.deepEqual(chats.map(({ chatId, events }) => [chatId, events.length]), [["chatA1", 6], ["chatB2", 5]]);
    assert.deepEqual(chats[0]?.events.at(-1), unsaved.get("chatA1")?.[0]);
    await exchange.exportMarkdown(path.join(folder, "one.md"), "chatB2", never);
    assert.match(await readFile(path.join(folder, "one.md"), "utf8"), /only here/);
    await exchange.exportMarkdownFiles(folder, { hasTrash: false }, quiet, never);
    assert.match(await readFile(path.join(folder, "not-on-disk-chatA1.md"), "utf8"), /^# not on disk/);
    assert.equal(saves(), 3);
  });

  it("leaves whole chats alone when it is killed in the midst of an import, and the next import brings the rest", seeded(async (random) => {
    const CHATS = 4;
    const from = createPlace();
    const text = "word ".repeat(6_000);
    const chatIds = Array.from({ length: CHATS }, (_, index) => `chat${String(index).padStart(2, "0")}`);
    for (const chatId of chatIds) await from.journal.append(streamOf(chatId), [...words(chatId, text), ...Array.from({ length: 40 }, (_, index) => event(chatId, 6 + index, { type: "block.part", turnId: "t1", blockId: "b1", offset: text.length * (index + 1), text }))]);
    const file = path.join(folder, "all.json");
    await from.exchange.exportJson(file, { hasTrash: false }, quiet, never);
    const script = path.join(folder, "import.js");
    await bundleForNode({ code: IMPORTER }, script);

    let [cut, whole] = [0, 0];
    for (let kill = 0; kill < KILLS; kill++) {
      const root = path.join(folder, `killed${kill}`);
      const child = spawn(process.execPath, [script, root, file], { stdio: ["ignore", "ignore", "inherit"] });
      const begun = path.join(root, streamOf(random.pick(chatIds.slice(1))));
      while (!existsSync(begun)) await setTimeout(1);
      await setTimeout(random.integer(0, 12)); // in the midst of its writing
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      const { journal, exchange } = createPlace({ root });
      let here = 0;
      for (const chatId of chatIds) {
        const { events, lostLines } = await readStoredEvents(journal, chatId, async () => undefined, never);
        assert.ok((events.length === 0 || events.length === 45) && lostLines === 0, `${chatId} has ${events.length} events, ${lostLines} damaged lines`);
        if (events.length > 0) here++;
      }
      if (here < CHATS) cut++;
      whole += here;
      assert.deepEqual(await exchange.importFile(file, quiet, never), { ok: true, value: { imported: CHATS - here, present: here, copied: 0, isCancelled: false } });
      await journal.tidy();
      assert.deepEqual(await readdir(path.join(root, "importing")), []);
    }
    assert.ok(cut > 0 && whole > 0, `${cut} imports were cut, ${whole} chats were there`);
  })).timeout(30_000);
});
