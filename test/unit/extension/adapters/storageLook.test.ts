import assert from "node:assert/strict";
import { appendFile, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { streamOf } from "../../../../src/core/store/streams";
import { createRecordingLog } from "../../../support/fakes/log";
import { SQL_WASM } from "../../../support/fakes/db";
import { systemClock } from "../../../../src/extension/adapters/clock";
import { createJournal } from "../../../../src/extension/adapters/journal";
import { createStorageLook } from "../../../../src/extension/adapters/storageLook";
import { openStore, type Store } from "../../../../src/extension/adapters/store";
import { bundleForNode } from "./bundle";
import { createTemporaryFolder } from "./temporaryFolder";

const event = (chatId: string, seq: number, more: object): object => ({ v: 1, id: `${chatId}e${seq}`, seq, at: 1_000 + seq, chatId, ...more });

describe("the store's thread, looked into and after", function () {
  this.timeout(20_000);
  let folder: string;
  let workerPath: string;
  let remove: () => Promise<void>;
  let store: Store;
  let root: string;

  before(async () => {
    ({ folder, remove } = await createTemporaryFolder());
    workerPath = path.join(folder, "storeWorker.js");
    await bundleForNode({ entry: "src/extension/adapters/storeWorker.ts" }, workerPath);
  });
  after(() => remove());

  beforeEach(async () => {
    root = path.join(folder, `data${Date.now()}`);
    const journal = createJournal({ root, writer: "writer1", log: createRecordingLog() });
    for (const chatId of ["chatA1", "chatB2"]) await journal.append(streamOf(chatId), [event(chatId, 1, { type: "chat.created", title: `Title ${chatId}` }), event(chatId, 2, { type: "turn.started", turnId: "t1", model: "claude-test" }), event(chatId, 3, { type: "turn.ended", turnId: "t1", status: "done" })]);
    await journal.close();
    store = await openStore({ workerPath, wasmPath: SQL_WASM, root, imagePath: path.join(root, "index.sqlite"), log: createRecordingLog() });
    await store.tables.listChats({}, 1);
  });
  afterEach(() => store.db.close());

  const look = (limitMs = 10_000) => createStorageLook({ workerPath, wasmPath: SQL_WASM, root, imagePath: path.join(root, "index.sqlite"), timers: systemClock, limitMs, save: () => store.db.save() });

  it("lists the tables with their rows, and answers a statement that reads", async () => {
    const found = look();
    const tables = await found.tables();
    assert.deepEqual(tables.filter(({ name }) => ["chats", "journal_files", "usage"].includes(name)), [{ name: "chats", rowCount: 2 }, { name: "journal_files", rowCount: 2 }, { name: "usage", rowCount: 0 }]);
    assert.deepEqual(await found.query("SELECT chat_id, title, NULL AS none FROM chats ORDER BY chat_id;", 10), { columns: ["chat_id", "title", "none"], rows: [["chatA1", "Title chatA1", null], ["chatB2", "Title chatB2", null]], isCut: false });
    assert.deepEqual(await found.query("SELECT chat_id, chat_id FROM chats ORDER BY 1 -- the same twice", 1), { columns: ["chat_id", "chat_id"], rows: [["chatA1", "chatA1"]], isCut: true });
    assert.deepEqual((await found.query("PRAGMA table_info(models)", 10)).rows.map((row) => row[1]), ["model_no", "model"]);
    assert.deepEqual(await found.query("SELECT 1 WHERE 0", 10), { columns: ["1"], rows: [], isCut: false });
  });

  it("lets no statement change anything, in whatever guise", async () => {
    const found = look();
    await found.tables();
    const image = await readFile(path.join(root, "index.sqlite"));
    for (const sql of ["DELETE FROM chats", "WITH a AS (SELECT 1) DELETE FROM chats", "SELECT 1; DELETE FROM chats", "PRAGMA query_only = OFF", "EXPLAIN SELECT 1; DROP TABLE chats", "", "SELECT * FROM nothing", "WITH a AS (SELECT 1) INSERT INTO models (model) SELECT 'x'"]) {
      await assert.rejects(found.query(sql, 10), Error, sql);
    }
    await assert.rejects(found.query("WITH a AS (SELECT 1) DELETE FROM chats", 10), /readonly/);
    assert.deepEqual(await readFile(path.join(root, "index.sqlite")), image);
    assert.equal((await store.tables.listChats({}, 10)).chats.length, 2);
  });

  it("ends a statement that never ends, while others are answered", async () => {
    const endless = look(300).query("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n", 10);
    const refused = assert.rejects(endless, /longer than 0\.3 seconds/);
    assert.equal((await store.tables.listChats({}, 10)).chats.length, 2);
    await refused;
  });

  it("finds a flipped byte, keeps a copy of its line, and leaves the journal as it is", async () => {
    const file = path.join(root, streamOf("chatA1"), "writer1.jsonl");
    const bytes = await readFile(file);
    const first = bytes.indexOf("\n") + 1;
    bytes[first + 40] = (bytes[first + 40] ?? 0) ^ 1;
    await writeFile(file, bytes);
    await appendFile(path.join(root, "stranger.txt"), "hello");
    const progress: number[] = [];
    const found = await store.care.verify(({ readBytes }) => progress.push(readBytes), new AbortController().signal);
    assert.deepEqual(found.badLines.map(({ kind, stream, writer, startOffset, endOffset }) => [kind, stream, writer, startOffset, endOffset]), [["damaged", streamOf("chatA1"), "writer1", first, bytes.indexOf("\n", first) + 1]]);
    assert.deepEqual(found.differences.map(({ table, chat }) => [table, chat]), [["chats", "chatA1"]]);
    assert.ok(progress.length > 0);
    assert.deepEqual((await store.care.measure()).strangers, [{ path: "stranger.txt", sizeBytes: 5 }]);

    assert.equal(await store.care.quarantine(found.badLines), 1);
    assert.equal(await store.care.quarantine(found.badLines), 0, "it is there already");
    const kept = path.join(root, "quarantine");
    const [name = "", ...others] = await readdir(kept);
    assert.deepEqual([name.endsWith(`writer1~${first}.bin`), others], [true, []], name);
    assert.deepEqual(await readFile(path.join(kept, name)), bytes.subarray(first, bytes.indexOf("\n", first) + 1));
    assert.deepEqual(await readFile(file), bytes);

    await store.care.rebuildIndex();
    const again = await store.care.verify(() => undefined, new AbortController().signal);
    assert.deepEqual([again.badLines.length, again.differences], [1, []]);
    assert.equal((await store.tables.listChats({}, 10)).chats.length, 1, "the turn's beginning cannot be read any more");
  });

  it("stops checking when it is told to", async () => {
    const controller = new AbortController();
    const checking = store.care.verify(() => undefined, controller.signal);
    controller.abort();
    await assert.rejects(checking, /Cancelled/);
    await assert.rejects(store.care.verify(() => undefined, AbortSignal.abort(new Error("Before."))), /Before/);
  });
});
