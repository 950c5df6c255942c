import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { Journal } from "../../../../src/core/ports";
import { GRACE_MS, sweepBlobs, type SweepOptions } from "../../../../src/core/store/blobSweep";
import { streamOf, TOMBSTONES } from "../../../../src/core/store/streams";
import { createBlobs } from "../../../../src/extension/adapters/blobs";
import { createMemoryBlobFiles } from "../../../support/fakes/blobFiles";
import { createMemoryJournal, type MemoryJournal } from "../../../support/fakes/journal";
import { createRecordingLog } from "../../../support/fakes/log";
import { createInterleaving } from "../../../support/interleaving";
import { createRandom, seeded, type Random } from "../../../support/random";

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");
let made = 0;
const event = (chatId: string, more: object): object => ({ v: 1, id: `e${++made}`, seq: 1, at: 1_000, chatId, ...more });
const naming = (chatId: string, sha256: string): object => event(chatId, { type: "block.started", turnId: "t", blockId: "b", role: "user", block: { kind: "attachment", path: "a.ts", language: "ts", blob: { sha256, sizeBytes: 1 } } });
const purged = (chatId: string): object => event(chatId, { type: "chat.purged" });
const NOW = 10 * GRACE_MS;
const OLD = NOW - GRACE_MS - 1;

function setUp(contents: Readonly<Record<string, number>>) {
  const files = createMemoryBlobFiles({ now: () => NOW });
  for (const [text, touchedAt] of Object.entries(contents)) files.files.set(/^[0-9a-f]{64}\./.test(text) ? text : hashOf(text), { bytes: Buffer.from(text), touchedAt });
  const journal = createMemoryJournal();
  const log = createRecordingLog();
  const known: string[] = [];
  const sweep = (more: Partial<SweepOptions> = {}) => sweepBlobs({ files, journal, tables: { blobRefs: async () => known }, now: NOW, name: "sweep1", log, ...more });
  const left = (): readonly string[] => Object.keys(contents).filter((text) => files.files.has(hashOf(text)) || files.files.has(text)).sort();
  return { files, journal, log, known, sweep, left };
}

describe("sweepBlobs", () => {
  it("removes what no line names once it is old enough, and nothing else", async () => {
    const { journal, sweep, left, files } = setUp({ named: OLD, inTrash: OLD, old: OLD, young: NOW - GRACE_MS, elsewhere: OLD });
    await journal.append(streamOf("chatA1"), [naming("chatA1", hashOf("named"))]);
    await journal.append(streamOf("chatB2"), [naming("chatB2", hashOf("inTrash")), event("chatB2", { type: "chat.deleted" })]);
    await journal.shareWith("other").append("memory/patterns", [{ v: 1, id: "m", seq: 1, at: 1, type: "memory.learned", patternId: "p", pattern: { deep: [{ sha256: hashOf("elsewhere") }] } }]);
    assert.deepEqual(await sweep(), { files: 1, sizeBytes: 3 });
    assert.deepEqual([left(), files.files.size], [["elsewhere", "inTrash", "named", "young"], 4]);
  });

  it("reads the journals only when the index leaves something over", async () => {
    const { journal, known, sweep, left } = setUp({ named: OLD });
    known.push(hashOf("named"));
    const unread: Journal = { ...journal, files: async (stream) => (assert.equal(stream, TOMBSTONES), []) };
    await sweep({ journal: unread });
    assert.deepEqual(left(), ["named"]);
  });

  it("does not trust the index in what it lacks", async () => {
    const { journal, sweep, left } = setUp({ named: OLD });
    await journal.append(streamOf("chatA1"), [naming("chatA1", hashOf("named"))]);
    await sweep();
    assert.deepEqual(left(), ["named"]);
  });

  it("removes nothing when a journal cannot be read, or says what only a newer build understands", async () => {
    const cases: readonly ((journal: MemoryJournal) => Promise<unknown>)[] = [
      (journal) => journal.append(streamOf("chatA1"), [{ ...event("chatA1", { type: "chat.renamed", title: "x" }), v: 99 }]),
      (journal) => journal.append(streamOf("chatA1"), [event("chatA1", { type: "chat.flown" })]),
      (journal) => journal.append(streamOf("chatA1"), [event("chatA1", { type: "block.started", turnId: "t", blockId: "b", role: "user", block: { kind: "hologram" } })]),
      (journal) => journal.append(TOMBSTONES, [event("chatA1", { type: "chat.flown" })]),
    ];
    for (const write of cases) {
      for (const ofChats of [undefined, ["chatZ9"]]) {
        const { journal, log, sweep, left } = setUp({ old: OLD });
        await journal.append(TOMBSTONES, [purged("chatZ9")]);
        await journal.append(streamOf("chatZ9"), [naming("chatZ9", hashOf("old"))]);
        await write(journal);
        await sweep(ofChats === undefined ? {} : { ofChats });
        assert.deepEqual(left(), ["old"]);
        assert.match(log.lines.join(), /nothing was removed: a newer Cairn has written in/);
      }
    }
    const { journal, sweep, left } = setUp({ old: OLD });
    await journal.append(streamOf("chatA1"), [event("chatA1", { type: "chat.renamed", title: "x" })]);
    const failing: Journal = { ...journal, async *read() { throw new Error("EIO"); } };
    await assert.rejects(sweep({ journal: failing }), /EIO/);
    await assert.rejects(sweep({ tables: { blobRefs: async () => Promise.reject(new Error("newer index")) } }), /newer index/);
    assert.deepEqual(left(), ["old"]);
  });

  it("leaves all where a line is damaged, but for what deleted chats had", async () => {
    const { journal, sweep, left } = setUp({ old: OLD, deleted: OLD });
    await journal.append(streamOf("chatA1"), [event("chatA1", { type: "chat.renamed", title: "x" })]);
    journal.corrupt(streamOf("chatA1"), 0);
    await journal.append(TOMBSTONES, [purged("chatZ9")]);
    await journal.append(streamOf("chatZ9"), [naming("chatZ9", hashOf("deleted"))]);
    await sweep();
    assert.deepEqual(left(), ["deleted", "old"]);
    await sweep({ ofChats: ["chatZ9"] });
    assert.deepEqual(left(), ["old"]);
  });

  it("leaves all where a damaged line may have said that a deleted chat is back", async () => {
    const { journal, log, sweep, left } = setUp({ shared: OLD });
    await journal.append(TOMBSTONES, [purged("chatA1"), purged("chatZ9"), { ...event("chatA1", { type: "chat.imported" }), at: 2_000 }]);
    for (const chatId of ["chatA1", "chatZ9"]) await journal.append(streamOf(chatId), [naming(chatId, hashOf("shared"))]);
    journal.corrupt(TOMBSTONES, 2);
    await sweep({ ofChats: ["chatZ9"] });
    assert.deepEqual(left(), ["shared"]);
    assert.match(log.lines.join(), /a line of tombstones is damaged/);
  });

  it("gives no grace to what only deleted chats name, and leaves what others name too", async () => {
    const { journal, sweep, left } = setUp({ own: NOW, shared: NOW, other: OLD });
    await journal.append(TOMBSTONES, [purged("chatZ9"), purged("chatY8")]);
    await journal.append(streamOf("chatZ9"), [naming("chatZ9", hashOf("own")), naming("chatZ9", hashOf("shared"))]);
    await journal.append(streamOf("chatY8"), [naming("chatY8", hashOf("own"))]);
    await journal.append(streamOf("chatA1"), [naming("chatA1", hashOf("shared"))]);
    assert.equal((await sweep({ ofChats: ["chatZ9"] })).files, 1);
    assert.deepEqual(left(), ["other", "shared"]);
  });

  it("removes nothing of a chat of which no tombstone says that it goes, or that is here again", async () => {
    const { journal, sweep, left } = setUp({ own: NOW });
    await journal.append(streamOf("chatZ9"), [naming("chatZ9", hashOf("own"))]);
    await sweep({ ofChats: ["chatZ9"] });
    await journal.append(TOMBSTONES, [purged("chatZ9"), { ...event("chatZ9", { type: "chat.imported" }), at: 2_000 }]);
    await sweep({ ofChats: ["chatZ9"] });
    assert.deepEqual(left(), ["own"]);
  });

  it("clears away what was being written or put aside when a process ended, and puts back what is needed", async () => {
    const [half, aside, needed, both] = [`${hashOf("half")}.123.tmp`, `${hashOf("aside")}.sweep0.aside`, `${hashOf("needed")}.sweep0.aside`, `${hashOf("both")}.sweep0.aside`];
    const { journal, sweep, files } = setUp({ [half]: OLD, [aside]: NOW, [needed]: NOW, [both]: NOW, both: NOW });
    await journal.append(streamOf("chatA1"), [naming("chatA1", hashOf("needed")), naming("chatA1", hashOf("both"))]);
    await sweep();
    await sweep();
    assert.deepEqual([...files.files.keys()].sort(), [hashOf("both"), hashOf("needed")].sort());
  });
});

/** One run of windows that ask, copy, delete and sweep in one folder; some are killed. */
async function interleave(random: Random): Promise<{ readonly removed: number; readonly checked: number }> {
  let now = 1_000_000;
  const tick = (): number => (now += random.integer(0, 3));
  const { start, run } = createInterleaving(random);
  const disk = createMemoryBlobFiles({ now: tick });
  const shared = createMemoryJournal({ writer: "first" });
  const gone = new Set<string>();
  const acknowledged: { readonly chatId: string; readonly sha256: string }[] = [];
  const contents = ["one", "two", "three", "four", "five", "six"];
  let removed = 0;
  let windows = 0;
  let sweeps = 0;

  const openFolder = (step: () => Promise<void>) => {
    const seen = new Set<string>();
    const files = createMemoryBlobFiles({ now: tick, step, files: disk.files });
    const own = shared.shareWith(`w${++windows}`);
    const journal: Journal = {
      ...own,
      files: async (stream) => (await step(), own.files(stream)),
      async *read(file, offset) {
        await step();
        for await (const line of own.read(file, offset)) {
          yield line;
          await step();
        }
      },
      async append(...args) {
        await step();
        const stored = await own.append(...args);
        await step();
        return stored;
      },
    };
    const reading = { ...files, read: async (name: string) => {
      const bytes = await files.read(name);
      if (bytes !== undefined) seen.add(name.slice(0, 64));
      return bytes;
    } };
    const blobs = createBlobs({ files: reading, log: createRecordingLog() });
    return { seen, files, journal, blobs, guarded: blobs.guard(journal) };
  };

  const write = (own: string) => start(async (step) => {
    const { blobs, guarded, seen } = openFolder(step);
    for (let round = 0; round < 3; round++) {
      const chatId = `${own}${round}`;
      const isCopy = random.next() < 0.4 && acknowledged.length > 0;
      const sha256 = isCopy ? random.pick(acknowledged).sha256 : (await blobs.put(random.pick(contents))).sha256;
      for (let pause = random.integer(0, 20); pause > 0 && random.next() < 0.9; pause--) await step();
      seen.clear();
      if (!(await guarded.append(streamOf(chatId), [naming(chatId, sha256)])).ok) throw new Error("not stored");
      // A copy of what was removed before it was read names what is missing, as the chat did that it is a copy of.
      if (!isCopy || seen.has(sha256)) acknowledged.push({ chatId, sha256 });
    }
  });
  const sweep = (ofChats?: readonly string[]) => async (step: () => Promise<void>): Promise<void> => {
    const { files, journal } = openFolder(step);
    // The index may lack anything, and no grace is given: the journals alone, and what the writers do, keep things.
    removed += (await sweepBlobs({ files, journal, tables: { blobRefs: async () => [] }, now: Infinity, name: `sweep${++sweeps}`, log: createRecordingLog(), ...(ofChats === undefined ? {} : { ofChats }) })).files;
  };
  const remove = () => start(async (step) => {
    for (let pause = random.integer(0, 150); pause > 0; pause--) await step();
    const free = acknowledged.filter(({ chatId }) => !gone.has(chatId));
    if (free.length === 0) return;
    const { chatId } = random.pick(free);
    gone.add(chatId);
    await shared.append(TOMBSTONES, [purged(chatId)]);
    await sweep([chatId])(step);
  });

  const actors = [write("a"), write("b"), write("c"), start(sweep()), start(sweep()), start(sweep()), remove(), remove(), remove(), remove()];
  await run(() => {
    if (random.next() < 0.002) random.pick(actors).kill();
  });
  const end = createInterleaving(random);
  end.start(sweep());
  await end.run();

  const kept = acknowledged.filter(({ chatId }) => !gone.has(chatId));
  for (const { chatId, sha256 } of kept) assert.equal(hashOf(String(disk.files.get(sha256)?.bytes)), sha256, `what ${chatId} names`);
  const lines = (await shared.files()).flatMap(({ stream }) => (gone.has(stream.slice(stream.lastIndexOf("/") + 1)) ? [] : shared.lines(stream)));
  const named = new Set(contents.map(hashOf).filter((sha256) => JSON.stringify(lines).includes(sha256)));
  for (const name of disk.files.keys()) assert.ok(named.has(name) || name.endsWith(".tmp"), `${name} is needed by nobody`);
  return { removed, checked: kept.length };
}

describe("sweepBlobs beside writers", function () {
  this.timeout(20_000);

  it("takes nothing that an acknowledged line names, and leaves nothing over, in whatever order they come", seeded(async (random) => {
    let [removed, checked] = [0, 0];
    for (let round = 0; round < 150; round++) {
      const seed = random.integer(0, 2 ** 31);
      try {
        const done = await interleave(createRandom(seed));
        removed += done.removed;
        checked += done.checked;
      } catch (cause) {
        throw new Error(`round ${round}, seed ${seed}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
      }
    }
    assert.ok(removed > 75 && checked > 400, `only ${removed} removed, ${checked} checked`);
  }));
});
