import assert from "node:assert/strict";
import { streamOf } from "../../../../src/core/store/streams";
import { createTables } from "../../../../src/core/store/tables";
import { verify, type Verification } from "../../../../src/core/store/verify";
import { hasProblems, renderVerification, summarize } from "../../../../src/core/store/verifyReport";
import { createMemoryBlobFiles } from "../../../support/fakes/blobFiles";
import { createManualClock } from "../../../support/fakes/clock";
import { openMemoryDb } from "../../../support/fakes/db";
import { createMemoryJournal, type MemoryJournal } from "../../../support/fakes/journal";
import { createRecordingLog } from "../../../support/fakes/log";
import { testUsage } from "../../../support/fakes/model";

let made = 0;
const event = (chatId: string, seq: number, more: object): object => ({ v: 1, id: `e${++made}`, seq, at: 1_000 + seq, chatId, ...more });
const chat = (chatId: string): readonly object[] => [
  event(chatId, 1, { type: "chat.created", title: "A | title" }),
  event(chatId, 2, { type: "turn.started", turnId: "t1", model: "claude-test" }),
  event(chatId, 3, { type: "usage", turnId: "t1", ...testUsage() }),
  event(chatId, 4, { type: "turn.ended", turnId: "t1", status: "done" }),
];

async function createStore(journal: MemoryJournal = createMemoryJournal()) {
  let db = await openMemoryDb();
  const blobs = createMemoryBlobFiles({ now: () => 1_000 });
  const openDb = async () => db;
  const tables = createTables({ openDb, discard: async () => void (db = await openMemoryDb()), journal, timers: createManualClock(), log: createRecordingLog() });
  const check = (signal = new AbortController().signal): Promise<Verification> => verify({ journal, tables, openDb, openScratch: () => openMemoryDb(), blobs }, signal);
  return { journal, blobs, tables, check, run: async (sql: string) => db.batch([{ sql }]), rows: async (sql: string) => db.query(sql) };
}

describe("verify", () => {
  it("finds nothing where all is well, other windows' lines included", async () => {
    const { journal, check } = await createStore();
    await journal.append(streamOf("chatA1"), chat("chatA1"));
    await journal.shareWith("other").append(streamOf("chatA1"), [event("chatA1", 5, { type: "chat.renamed", title: "New" })]);
    await journal.append("memory/patterns", [{ v: 1, id: "m1", seq: 1, at: 1, type: "memory.forgotten", patternId: "p1" }]);
    const found = await check();
    assert.deepEqual([found.fileCount, found.lineCount, found.chatCount, found.badLines, found.differences, found.indexProblem], [3, 6, 1, [], [], undefined]);
    assert.equal(hasProblems(found), false);
  });

  it("names each bad line by file and bytes, and says of what kind it is", async () => {
    const { journal, check } = await createStore();
    const stream = streamOf("chatA1");
    await journal.append(stream, chat("chatA1"));
    const sizes = await Promise.all([0, 1, 2].map(async () => (await journal.files(stream))[0]?.sizeBytes ?? 0));
    await journal.append(stream, [event("chatB2", 5, { type: "chat.renamed", title: "Not mine" }), { hello: "world" }, { ...event("chatA1", 6, { type: "chat.flown" }), v: 99 }, event("chatA1", 7, { type: "chat.renamed", title: "Torn" })]);
    journal.corrupt(stream, 1);
    const whole = (await journal.files(stream))[0]?.sizeBytes ?? 0;
    journal.truncate(stream, journal.writer, whole - 3);
    const { badLines } = await check();
    assert.deepEqual(badLines.map(({ kind }) => kind), ["damaged", "foreign", "foreign", "newer", "torn"]);
    assert.equal(badLines[1]?.startOffset, sizes[0]);
    assert.equal(badLines.at(-1)?.endOffset, whole - 3);
    const lines: number[] = [];
    for await (const line of journal.read({ stream, writer: journal.writer }, 0)) lines.push(line.endOffset);
    assert.deepEqual([badLines[0]?.startOffset, badLines[0]?.endOffset], [lines[0], lines[1]]);
  });

  it("counts a torn line that has become whole meanwhile for nothing", async () => {
    const journal = createMemoryJournal();
    await journal.append(streamOf("chatA1"), chat("chatA1"));
    const lines = journal.lines(streamOf("chatA1"));
    const before = createMemoryJournal();
    await before.append(streamOf("chatA1"), lines);
    before.truncate(streamOf("chatA1"), before.writer, ((await before.files())[0]?.sizeBytes ?? 0) - 2);
    let reads = 0;
    const growing: MemoryJournal = { ...journal, read: (file, offset) => (++reads <= 2 ? before : journal).read(file, offset), touched: async () => ({ streams: [streamOf("chatA1")], marks: {} }) };
    const { check } = await createStore(growing);
    assert.deepEqual((await check()).badLines, []);
  });

  it("finds every table that says otherwise than the journals, and rebuilding sets it right", async () => {
    const { journal, tables, check, run, rows } = await createStore();
    for (const chatId of ["chatA1", "chatB2", "chatC3", "chatD4"]) await journal.append(streamOf(chatId), chat(chatId));
    await tables.listChats({}, 1);
    await run("UPDATE chats SET title = 'Wrong', turn_count = 7 WHERE chat_id = 'chatA1'");
    await run("DELETE FROM usage WHERE chat_no = (SELECT chat_no FROM chats WHERE chat_id = 'chatB2')");
    await run("UPDATE usage_days SET output_tokens = 0 WHERE chat_no = (SELECT chat_no FROM chats WHERE chat_id = 'chatC3')");
    await run("DELETE FROM chats WHERE chat_id = 'chatD4'");
    await run("INSERT INTO chats (chat_id, turn_count) VALUES ('ghost', 1)");
    await run("UPDATE journal_files SET offset = offset + 1 WHERE stream LIKE '%chatA1'");
    const { differences } = await check();
    const told = differences.map(({ table, chat: name, columns }) => `${table} ${name}: ${columns.join()}`);
    const expected = ["chats chatA1: title,turn_count", "chats chatD4: missing", "chats ghost: too many", "usage chatB2: missing", "usage_days chatC3: output_tokens", `journal_files ${streamOf("chatA1")}/writer1: offset`];
    for (const line of expected) assert.ok(told.includes(line), `${line}\nin\n${told.join("\n")}`);
    await tables.rebuild();
    assert.deepEqual((await check()).differences, []);
    assert.deepEqual(await rows("SELECT title FROM chats WHERE chat_id = 'chatA1'"), [{ title: "A | title" }]);
    assert.deepEqual(await rows("SELECT count(*) AS n FROM chats"), [{ n: 4 }]);
  });

  it("sees a chat whose journals are gone, and what was flipped after it was read", async () => {
    const { journal, tables, check } = await createStore();
    await journal.append(streamOf("chatA1"), chat("chatA1"));
    await tables.listChats({}, 1);
    journal.corrupt(streamOf("chatA1"), 2);
    const found = await check();
    assert.equal(found.badLines.length, 1);
    assert.deepEqual(found.differences.map(({ table }) => table), ["usage", "usage_days"]);
    assert.equal(summarize(found), "One line cannot be read. The index differs from the journals; it can be rebuilt.");
  });

  it("says which attached files are missing, damaged or needed by nobody", async () => {
    const { journal, blobs, check } = await createStore();
    const hash = (digit: string): string => digit.repeat(64);
    const block = (seq: number, path: string, sha256: string): object => event("chatA1", seq, { type: "block.started", turnId: "t1", blockId: `b${seq}`, role: "user", block: { kind: "attachment", path, language: "", blob: { sha256, sizeBytes: 5 } } });
    const [whole, unneeded] = await Promise.all(["whole", "unneeded"].map((text) => blobs.hash(Buffer.from(text))));
    assert.ok(whole !== undefined && unneeded !== undefined);
    await journal.append(streamOf("chatA1"), [...chat("chatA1"), block(5, "whole.ts", whole), block(6, "gone.ts", hash("a")), block(7, "bad.ts", hash("b")), event("chatA1", 8, { type: "tool.requested", turnId: "t1", callId: "c", tool: "get", input: { sha256: hash("c") } })]);
    await blobs.write(whole, Buffer.from("whole"));
    await blobs.write(hash("b"), Buffer.from("other"));
    await blobs.write(unneeded, Buffer.from("unneeded"));
    const found = await check();
    assert.deepEqual(found.blobs, {
      fileCount: 3, sizeBytes: 18,
      lost: [{ sha256: hash("a"), kind: "missing", what: "gone.ts", chats: ["chatA1"] }, { sha256: hash("b"), kind: "damaged", what: "bad.ts", chats: ["chatA1"] }],
      unneeded: [{ name: unneeded, sizeBytes: 8, touchedAt: 1_000 }],
    });
    assert.equal(hasProblems(found), true);
    assert.equal(summarize(found), "All lines are whole. The index says what the journals say. 2 attached files are missing or damaged.");
    const report = renderVerification("/data", found, []);
    assert.ok(report.includes(`| \`gone.ts\` | \`blobs/${hash("a")}\` | \`chatA1\` | missing |`), report);
    assert.ok(report.includes(`| \`bad.ts\` | \`blobs/${hash("b")}\` | \`chatA1\` | damaged |`), report);
    assert.ok(report.includes(`| \`blobs/${unneeded}\` | 8 |`), report);
  });

  it("takes what nobody needs for no problem, and misses nothing of chats that are gone", async () => {
    const { journal, blobs, check } = await createStore();
    const name = await blobs.hash(Buffer.from("x"));
    await blobs.write(name, Buffer.from("x"));
    await journal.append(streamOf("chatA1"), [event("chatA1", 1, { type: "block.started", turnId: "t1", blockId: "b", role: "user", block: { kind: "blob", sha256: "a".repeat(64), mediaType: "image/png", sizeBytes: 1 } })]);
    await journal.append("tombstones", [event("chatA1", 1, { type: "chat.purged" })]);
    const found = await check();
    assert.deepEqual([found.blobs.lost, found.blobs.unneeded.map((file) => file.name), hasProblems(found)], [[], [name], false]);
  });

  it("finds where the index lacks what a chat names", async () => {
    const { journal, tables, check, run } = await createStore();
    await journal.append(streamOf("chatA1"), [event("chatA1", 1, { type: "block.started", turnId: "t1", blockId: "b", role: "user", block: { kind: "blob", sha256: "a".repeat(64), mediaType: "image/png", sizeBytes: 1 } })]);
    await tables.listChats({}, 1);
    await run("DELETE FROM blob_refs");
    assert.deepEqual((await check()).differences, [{ table: "blob_refs", chat: "chatA1", columns: ["missing"] }]);
  });

  it("changes nothing, and stops when it is told to", async () => {
    const { journal, check, rows } = await createStore();
    await journal.append(streamOf("chatA1"), chat("chatA1"));
    await check();
    const before = [await rows("SELECT * FROM chats"), await rows("SELECT * FROM journal_files"), journal.lines(streamOf("chatA1"))];
    const controller = new AbortController();
    controller.abort(new Error("Cancelled."));
    await assert.rejects(check(controller.signal), /Cancelled/);
    assert.deepEqual([await rows("SELECT * FROM chats"), await rows("SELECT * FROM journal_files"), journal.lines(streamOf("chatA1"))], before);
  });
});

describe("renderVerification", () => {
  it("keeps what files hold from becoming a table's structure", () => {
    const line = { stream: "chats/a1/chatA1", writer: "w|`x", kind: "damaged" as const, startOffset: 10, endOffset: 20, message: "bad\n| thing" };
    const text = renderVerification("/data", { fileCount: 1, lineCount: 2, sizeBytes: 30, chatCount: 1, badLines: [line], differences: [], indexProblem: "row 3 missing", blobs: { fileCount: 0, sizeBytes: 0, lost: [], unneeded: [] } }, [{ path: "notes.txt", sizeBytes: 5 }]);
    assert.ok(text.includes("| `chats/a1/chatA1/w\\|'x.jsonl` | 10–20 | damaged: bad \\| thing |"), text);
    assert.ok(text.includes("| `notes.txt` | 5 |"), text);
    assert.ok(text.includes("row 3 missing"), text);
  });
});
