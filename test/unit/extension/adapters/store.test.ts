import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdir, readFile, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { streamOf, TOMBSTONES } from "../../../../src/core/store/streams";
import { createBlobFiles } from "../../../../src/extension/adapters/blobFiles";
import { createBlobs } from "../../../../src/extension/adapters/blobs";
import { createJournal } from "../../../../src/extension/adapters/journal";
import { openStore } from "../../../../src/extension/adapters/store";
import type { ScanProgress } from "../../../../src/core/store/intake";
import { generateChats } from "../../../support/chatGenerator";
import { createRecordingLog } from "../../../support/fakes/log";
import { describeDbContract } from "../../../support/contracts/db";
import { SQL_WASM } from "../../../support/fakes/db";
import { bundleForNode } from "./bundle";
import { createTemporaryFolder } from "./temporaryFolder";

describe("openStore", function () {
  /** The database alone; journals, where there are any, lie beside its image. */
  async function openDb({ imagePath, ...options }: { readonly workerPath: string; readonly wasmPath: string; readonly imagePath: string | undefined }) {
    return (await openStore({ ...options, root: imagePath === undefined ? folder : path.dirname(imagePath), imagePath, log: createRecordingLog() })).db;
  }

  let folder: string;
  let workerPath: string;
  let remove: () => Promise<void>;

  // The thread's own bundle, from the sources as they are: dist may be another build's, or not be there.
  before(async function () {
    this.timeout(10_000);
    ({ folder, remove } = await createTemporaryFolder());
    workerPath = path.join(folder, "storeWorker.js");
    await bundleForNode({ entry: "src/extension/adapters/storeWorker.ts" }, workerPath);
  });
  after(() => remove());

  describeDbContract("worker thread", (imagePath) => openDb({ workerPath, wasmPath: SQL_WASM, imagePath }));

  it("makes the image's folder", async () => {
    const imagePath = path.join(folder, "not", "yet", "index.sqlite");
    const db = await openDb({ workerPath, wasmPath: SQL_WASM, imagePath });
    await db.batch([{ sql: "CREATE TABLE items (id)" }]);
    await db.save();
    await db.close();
    assert.ok((await readFile(imagePath)).subarray(0, 15).equals(Buffer.from("SQLite format 3")));
  });

  it("tells how far it is with an image that is made anew: each percent at most once, and the end", async function () {
    this.timeout(10_000);
    const root = path.join(folder, "many");
    generateChats(root, { seed: 7, chats: 200, messages: 400 });
    const told: ScanProgress[] = [];
    const { tables } = await openStore({ workerPath, wasmPath: SQL_WASM, root, imagePath: path.join(root, "index.sqlite"), log: createRecordingLog(), onProgress: (progress) => void told.push(progress) });
    assert.equal((await tables.listChats({}, 1_000)).chats.length, 200);
    const percents = told.map(({ readBytes, totalBytes }) => Math.floor((readBytes / totalBytes) * 100));
    assert.deepEqual(percents, [...new Set(percents)].sort((a, b) => a - b));
    assert.ok(percents.length > 50 && percents.at(-1) === 100, percents.join());
    told.length = 0;
    await tables.poll();
    assert.deepEqual(told, []);
    await tables.close();
  });

  it("leaves a newer build's image alone: tells of it, and makes its tables in memory", async () => {
    const root = path.join(folder, "newer");
    const imagePath = path.join(root, "index.sqlite");
    const newer = await openDb({ workerPath, wasmPath: SQL_WASM, imagePath });
    await newer.batch([{ sql: "CREATE TABLE conversations (name)" }, { sql: "PRAGMA user_version = 99" }]);
    await newer.save();
    await newer.close();
    const before = await readFile(imagePath);
    let told = 0;
    const { tables, care, db } = await openStore({ workerPath, wasmPath: SQL_WASM, root, imagePath, log: createRecordingLog(), onNewer: () => void told++ });
    assert.deepEqual((await tables.listChats({}, 1)).chats, []);
    await care.rebuildIndex();
    await db.save();
    await tables.close();
    assert.deepEqual([told, await readFile(imagePath)], [1, before]);
  });

  it("removes what no journal beside it names, and checks what is named", async () => {
    const root = path.join(folder, "swept");
    const log = createRecordingLog();
    const { care, tables } = await openStore({ workerPath, wasmPath: SQL_WASM, imagePath: undefined, root, log });
    const journal = createJournal({ root, writer: "w1", log });
    const blobs = createBlobs({ files: createBlobFiles({ root, log }), log });
    const [kept, orphan, young] = [await blobs.put("kept"), await blobs.put("orphan"), await blobs.put("young")];
    const started = { type: "block.started", turnId: "t", blockId: "b", role: "user", block: { kind: "attachment", path: "a.ts", language: "", blob: kept } };
    assert.ok((await blobs.guard(journal).append(streamOf("chat1"), [{ v: 1, id: "e1", seq: 1, at: 1, chatId: "chat1", ...started }])).ok);
    for (const { sha256 } of [kept, orphan]) await utimes(path.join(root, "blobs", sha256), 1_000, 1_000);
    assert.deepEqual(await tables.blobRefs(), [kept.sha256]);
    assert.deepEqual(await care.sweepBlobs(), { files: 1, sizeBytes: 6 });
    assert.deepEqual((await readdir(path.join(root, "blobs"))).sort(), [kept.sha256, young.sha256].sort());
    assert.deepEqual((await care.measure()).kinds.blobs, { files: 2, sizeBytes: 9 });
    await writeFile(path.join(root, "blobs", kept.sha256), "bad!");
    const progress: number[] = [];
    const { blobs: found } = await care.verify(({ readBytes, totalBytes }) => progress.push(readBytes / totalBytes), new AbortController().signal);
    assert.deepEqual([found.lost, found.unneeded.map(({ name }) => name)], [[{ sha256: kept.sha256, kind: "damaged", what: "a.ts", chats: ["chat1"] }], [young.sha256]]);
    assert.equal(progress.at(-1), 1);
    await journal.append(TOMBSTONES, [{ v: 1, id: "p1", seq: 1, at: 2, type: "chat.purged", chatId: "chat1" }]);
    assert.equal((await care.sweepBlobs(["chat1"])).files, 1);
    await journal.close();
    await tables.close();
  });

  it("says at each request why it could not open, and closes all the same", async () => {
    const db = await openDb({ workerPath, wasmPath: path.join(folder, "none.wasm"), imagePath: undefined });
    await assert.rejects(db.query("SELECT 1"), /none\.wasm/);
    await assert.rejects(db.save(), /none\.wasm/);
    await db.close();
  });

  it("rejects what waits and what comes after when its thread fails", async () => {
    const broken = path.join(folder, "broken.js");
    await writeFile(broken, `require("node:worker_threads").parentPort.on("message", () => { throw new Error("out of memory"); });`);
    const db = await openDb({ workerPath: broken, wasmPath: SQL_WASM, imagePath: undefined });
    for (let times = 0; times < 2; times++) {
      await assert.rejects(db.query("SELECT 1"), (error) => error instanceof Error && /thread failed/.test(error.message) && error.cause instanceof Error && error.cause.message === "out of memory");
    }
    await db.close();
  });

  it("rejects what waits when it is closed before", async () => {
    const silent = path.join(folder, "silent.js");
    await writeFile(silent, `const { parentPort } = require("node:worker_threads"); parentPort.on("message", (m) => { if (m.method === "close") process.exit(); });`);
    const db = await openDb({ workerPath: silent, wasmPath: SQL_WASM, imagePath: undefined });
    const waiting = assert.rejects(db.query("SELECT 1"), /closed/);
    await db.close();
    await waiting;
  });

  it("keeps a process alive while it works, and not a moment longer", async function () {
    this.timeout(10_000);
    const script = path.join(folder, "child.js");
    const options = JSON.stringify({ workerPath, wasmPath: SQL_WASM, root: folder });
    await bundleForNode({ code: `import { openStore } from "./src/extension/adapters/store"; void openStore({ ...${options}, imagePath: undefined, log: {} }).then(({ db }) => db.query("SELECT 1 AS one")).then((rows) => console.log(JSON.stringify(rows)));` }, script);
    const { stdout, status } = spawnSync(process.execPath, [script], { encoding: "utf8", timeout: 8_000 });
    assert.deepEqual([stdout.trim(), status], ['[{"one":1}]', 0]);
  });

  it("gives its thread nothing of the environment", async () => {
    const telling = path.join(folder, "telling.js");
    await writeFile(telling, `const { parentPort } = require("node:worker_threads"); parentPort.on("message", (m) => parentPort.postMessage({ id: m.id, value: [{ count: Object.keys(process.env).length }] }));`);
    const db = await openDb({ workerPath: telling, wasmPath: SQL_WASM, imagePath: undefined });
    assert.deepEqual(await db.query("SELECT 1"), [{ count: 0 }]);
    await db.close();
  });
});
