import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { EVENT_VERSION, type SessionEvent } from "../../../../src/core/protocol/events";
import { encodeLine } from "../../../../src/core/store/line";
import { streamOf, TOMBSTONES } from "../../../../src/core/store/streams";
import { createTables } from "../../../../src/core/store/tables";
import { createJournal } from "../../../../src/extension/adapters/journal";
import { createPurge } from "../../../../src/extension/adapters/purge";
import { openMemoryDb } from "../../../support/fakes/db";
import { createBlobFiles } from "../../../../src/extension/adapters/blobFiles";
import { createBlobs } from "../../../../src/extension/adapters/blobs";
import { GRACE_MS, sweepBlobs } from "../../../../src/core/store/blobSweep";
import { randomIds, systemClock } from "../../../../src/extension/adapters/clock";
import { createCountingIds } from "../../../support/fakes/ids";
import { createRecordingLog } from "../../../support/fakes/log";
import { createTemporaryFolder } from "./temporaryFolder";

describe("createPurge", () => {
  let root: string;
  let remove: () => Promise<void>;
  const open: { close(): Promise<void> }[] = [];

  beforeEach(async () => ({ folder: root, remove } = await createTemporaryFolder()));
  afterEach(async () => {
    for (const journal of open.splice(0)) await journal.close();
    await remove();
  });

  function openWindow(writer: string, now = systemClock.now) {
    const log = createRecordingLog();
    const journal = createJournal({ root, writer, log });
    open.push(journal);
    return { journal, log, ...createPurge({ root, journal, claims: journal.claims, clock: { ...systemClock, now }, ids: createCountingIds(), log }) };
  }

  const tombstones = async (journal: ReturnType<typeof openWindow>["journal"]): Promise<readonly string[]> => {
    const found: string[] = [];
    for (const file of await journal.files(TOMBSTONES)) for await (const line of journal.read(file, 0)) if (line.ok) found.push((line.value as SessionEvent).chatId ?? "");
    return found;
  };

  it("removes every byte of the chats, and of no other, having said so first", async () => {
    const { journal, purge } = openWindow("one");
    for (const chatId of ["chat1", "chat2", "chat3"]) await journal.append(streamOf(chatId), [{ text: `words of ${chatId}` }]);
    await writeFile(path.join(root, streamOf("chat1"), "foreign.txt"), "x");
    assert.deepEqual(await purge(["chat1", "chat2"]), { removed: ["chat1", "chat2"], busy: [] });
    assert.deepEqual((await readdir(path.join(root, "chats"), { recursive: true })).filter((name) => name.includes("chat")).sort(), ["t3/chat3", "t3/chat3/one.jsonl"]);
    assert.deepEqual(await tombstones(journal), ["chat1", "chat2"]);
  });

  it("touches nothing of a chat that another living window has open", async () => {
    const [one, two] = [openWindow("one"), openWindow("two")];
    await one.journal.append(streamOf("chat1"), [{ text: "words" }]);
    await one.journal.claims.claim(streamOf("chat1"));
    assert.deepEqual(await two.purge(["chat1"]), { removed: [], busy: ["chat1"] });
    assert.ok(existsSync(path.join(root, streamOf("chat1"), "one.jsonl")));
    assert.deepEqual(await tombstones(two.journal), []);
  });

  it("removes nothing when it cannot be said first", async () => {
    const { journal, purge } = openWindow("one");
    await journal.append(streamOf("chat1"), [{ text: "words" }]);
    await writeFile(path.join(root, TOMBSTONES), "a file where the folder should be");
    await assert.rejects(purge(["chat1"]));
    assert.ok(existsSync(path.join(root, streamOf("chat1"), "one.jsonl")));
  });

  it("counts after a chat came back, even where the clock was set back since", async () => {
    const { journal, purge } = openWindow("one", () => 1_000);
    await journal.append(streamOf("chat1"), [{ text: "words" }]);
    await journal.append(TOMBSTONES, [{ v: EVENT_VERSION, id: "came", seq: 1, at: 5_000, type: "chat.imported", chatId: "chat1" }]);
    await purge(["chat1", "chat2"]);
    assert.deepEqual([...(await journal.tombstones.purged())], [["chat1", 5_001], ["chat2", 1_000]]);
    const tables = createTables({ openDb: () => openMemoryDb(), journal, timers: systemClock, log: createRecordingLog() });
    await tables.listChats({}, 1);
    await mkdir(path.join(root, streamOf("chat1")), { recursive: true });
    await writeFile(path.join(root, streamOf("chat1"), "two.jsonl"), encodeLine({ v: EVENT_VERSION, id: "left", seq: 1, at: 1, type: "chat.created", chatId: "chat1", title: "what a crash has left" }));
    assert.deepEqual([(await tables.listChats({}, 9)).chats, await tables.leftovers()], [[], ["chat1"]]);
    await tables.close();
  });

  it("ends what a crash broke off", async () => {
    const { journal, finish } = openWindow("one");
    await journal.append(streamOf("chat1"), [{ text: "words" }]);
    await finish(["chat1", "never"]);
    assert.ok(!existsSync(path.join(root, streamOf("chat1"))));
  });

  /** A window that keeps payloads, and removes them with their chats as the store's thread does. */
  function openWithBlobs(writer: string, now = Date.now()) {
    const log = createRecordingLog();
    const journal = createJournal({ root, writer, log });
    open.push(journal);
    const files = createBlobFiles({ root, log });
    const blobs = createBlobs({ files, log });
    const tables = { blobRefs: async () => [] };
    const sweep = (ofChats?: readonly string[]) => sweepBlobs({ files, journal, tables, now, name: randomIds.next(), log, ...(ofChats === undefined ? {} : { ofChats }) });
    const put = async (chatId: string, text: string): Promise<string> => {
      const ref = await blobs.put(text);
      const block = { kind: "attachment", path: "a.ts", language: "ts", blob: ref };
      assert.ok((await blobs.guard(journal).append(streamOf(chatId), [{ v: 1, id: "e", seq: 1, at: 1, type: "block.started", chatId, turnId: "t", blockId: "b", role: "user", block }])).ok);
      return ref.sha256;
    };
    const purging = createPurge({ root, journal, claims: journal.claims, clock: systemClock, ids: createCountingIds(), log, removeBlobs: async (chatIds) => void (await sweep(chatIds)) });
    return { log, journal, put, sweep, ...purging };
  }
  const blobNames = async (): Promise<readonly string[]> => (await readdir(path.join(root, "blobs"))).sort();

  it("removes at once what the chats alone had attached, and nothing that another names", async () => {
    const { put, purge, sweep } = openWithBlobs("one");
    const [own, shared] = [await put("chat1", "only here"), await put("chat1", "in both")];
    assert.equal(await put("chat2", "in both"), shared);
    await purge(["chat1"]);
    assert.deepEqual(await blobNames(), [shared]);
    assert.notEqual(own, shared);
    await purge(["chat2"]);
    assert.deepEqual(await blobNames(), []);
    assert.deepEqual(await sweep(), { files: 0, sizeBytes: 0 });
  });

  it("removes after a crash what only the chats had attached that it should have removed", async () => {
    const { journal, put, finish } = openWithBlobs("one");
    await put("chat1", "only here");
    await journal.append(TOMBSTONES, [{ v: 1, id: "t1", seq: 1, at: 2, type: "chat.purged", chatId: "chat1" }]);
    await finish(["chat1"]);
    assert.deepEqual([await blobNames(), existsSync(path.join(root, streamOf("chat1")))], [[], false]);
  });

  it("removes the chats all the same when it cannot be told what else needs their files, which go later", async () => {
    const { journal, log, put, purge } = openWithBlobs("one");
    const sha256 = await put("chat1", "only here");
    await journal.append(streamOf("chat2"), [{ v: 99, id: "n", seq: 1, at: 1, type: "chat.created", chatId: "chat2", title: "of tomorrow" }]);
    await purge(["chat1"]);
    assert.deepEqual([await blobNames(), existsSync(path.join(root, streamOf("chat1")))], [[sha256], false]);
    assert.match(log.lines.join(), /a newer Cairn has written/);
    await purge(["chat2"]);
    const hourLater = openWithBlobs("two", Date.now() + GRACE_MS + 60_000);
    assert.equal((await hourLater.sweep()).files, 1);
    assert.deepEqual(await blobNames(), []);
  });

  it("holds: what is written late, by whatever window, is refused, and no folder comes back", async () => {
    const [one, two] = [openWindow("one"), openWindow("two")];
    await two.journal.append(streamOf("chat1"), [{ text: "old" }]); // its file is still open when the chat goes
    await one.purge(["chat1"]);
    for (const { journal } of [one, two]) {
      const late = await journal.append(streamOf("chat1"), [{ text: "late" }]);
      assert.equal(late.ok ? "stored" : late.error.code, "gone");
      await assert.rejects(journal.claims.claim(streamOf("chat1")), /deleted for good/);
    }
    assert.deepEqual(await readdir(path.join(root, "chats")), []);
    assert.ok((await two.journal.append(streamOf("chat2"), [{ text: "another" }])).ok);
  });

  it("is over when the chat comes back", async () => {
    const { journal, purge } = openWindow("one");
    await journal.append(streamOf("chat1"), [{ text: "old" }]);
    await purge(["chat1"]);
    await journal.append(TOMBSTONES, [{ v: EVENT_VERSION, id: "back", seq: 1, at: Date.now() + 1, type: "chat.imported", chatId: "chat1" }]);
    assert.ok((await journal.append(streamOf("chat1"), [{ text: "new" }])).ok);
    const values: unknown[] = [];
    for (const file of await journal.files(streamOf("chat1"))) for await (const line of journal.read(file, 0)) values.push(line.ok ? line.value : line.message);
    assert.deepEqual(values, [{ text: "new" }]);
  });

  it("takes along what lies of the chats elsewhere: their lines in quarantine, and indexes of the past", async () => {
    const { journal, purge } = openWindow("one");
    for (const chatId of ["chat1", "chat11", "chat2"]) {
      await journal.append(streamOf(chatId), [{ text: "words" }]);
      for (const startOffset of [0, 5]) await journal.quarantine({ stream: streamOf(chatId), writer: "one" }, { startOffset, endOffset: startOffset + 5 });
    }
    for (const name of ["index.sqlite", "index.sqlite.v1", "index.sqlite.damaged", "index.sqlite.notes"]) await writeFile(path.join(root, name), "x");
    await purge(["chat1"]);
    assert.deepEqual((await readdir(path.join(root, "quarantine"))).sort(), ["chats~11~chat11~one~0.bin", "chats~11~chat11~one~5.bin", "chats~t2~chat2~one~0.bin", "chats~t2~chat2~one~5.bin"]);
    assert.deepEqual((await readdir(root)).filter((name) => name.startsWith("index")).sort(), ["index.sqlite", "index.sqlite.notes"]);
  });

  it("knows every chat that has a folder, also those that no list shows, and removes them all, the rest of others included", async () => {
    const { journal, purge, stored } = openWindow("one");
    assert.deepEqual(await stored(), []);
    await journal.append(streamOf("asked"), [{ text: "words" }]);
    await purge(["asked"]);
    await mkdir(path.join(root, streamOf("asked")), { recursive: true }); // what a crash has left
    await writeFile(path.join(root, streamOf("asked"), "one.jsonl"), "x");
    await journal.append(streamOf("empty"), [{ text: "created, and nothing asked" }]);
    await journal.claims.claim(streamOf("opened")); // a claim alone
    await mkdir(path.join(root, "chats", "zz", "foreign"), { recursive: true });
    assert.deepEqual([...(await stored())].sort(), ["asked", "empty", "opened"]);
    assert.deepEqual((await purge(await stored())).busy, []);
    assert.deepEqual([await stored(), await readdir(path.join(root, "chats"))], [[], ["zz"]]);
  });

  it("does not fail over two windows that remove at once", async () => {
    const [one, two] = [openWindow("one"), openWindow("two")];
    await mkdir(path.join(root, "chats"), { recursive: true });
    for (const chatId of ["a1", "b1", "c1", "d1"]) await one.journal.append(streamOf(chatId), [{ text: "words" }]);
    const [first, second] = await Promise.all([one.purge(["a1", "b1"]), two.purge(["c1", "d1"])]);
    assert.deepEqual([first.removed, second.removed], [["a1", "b1"], ["c1", "d1"]]);
    assert.deepEqual(await readdir(path.join(root, "chats")), []);
  });
});
