import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { mkdir, rm, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { createRecordingLog } from "../../../support/fakes/log";
import { seeded, type Random } from "../../../support/random";
import { createSearchFolder, findAll, scan, type SearchFolder } from "./searchFolder";

const WORDS = ["the", "then", "read", "readFile", "reader", "max_size", "größe", "поиск", "alpha", "beta", "gamma", "delta", "x1", "x12"];
const QUERIES = ["the", "read", "file", "readf", "size alp", "the read", "größe", "пои", "x12", "gamma delta bet", "nothing", "rea"];
/** So small that a few texts make segments, and a few segments a merge. */
const SMALL = { segmentPairs: 60, tailBytes: 2_000, mergeCount: 3, sliceMs: 0, tickMs: 20 };

const sentence = (random: Random): string => Array.from({ length: random.integer(1, 12) }, () => random.pick(WORDS)).join(" ");

describe("createSearchEngine", function () {
  // They wait for the disk at every step, which others may keep busy.
  this.timeout(20_000);
  let folder: SearchFolder;
  beforeEach(async () => void (folder = await createSearchFolder()));
  afterEach(() => folder.dispose());

  const indexFiles = (): readonly string[] => readdirSync(path.join(folder.indexFolder, "v1")).filter((name) => name !== "lock");
  function agrees(engine: ReturnType<SearchFolder["openEngine"]>, why = ""): void {
    for (const query of QUERIES) assert.deepEqual(findAll(engine, query), scan(folder.said, query), `${query} ${why}`);
  }

  it("finds what going through every text finds, while texts come, chats go and it is opened anew", seeded(async (random) => {
    let engine = folder.openEngine({ limits: SMALL });
    for (let round = 0; round < 6; round++) {
      for (let count = random.integer(0, 15); count > 0; count--) await folder.say(`chat${random.integer(1, 4)}`, `w${random.integer(1, 2)}`, sentence(random));
      const chatId = folder.said[0]?.chatId;
      if (random.next() < 0.3 && chatId !== undefined) await folder.removeChat(chatId);
      if (random.next() < 0.3) {
        await engine.close();
        engine = folder.openEngine({ limits: SMALL });
      }
      await engine.catchUp();
      agrees(engine, `in round ${round}`);
    }
  }));

  it("says what it found: where, when, and in which words", async () => {
    await folder.write("chat1", "w1", { type: "chat.created", chatId: "chat1", title: "Old name" }, { type: "chat.renamed", chatId: "chat1", title: "New name" });
    await folder.say("chat1", "w1", "Please readFile\n  for me");
    const engine = folder.openEngine();
    await engine.catchUp();
    assert.deepEqual(engine.search({ text: "file", limit: 10 }), {
      hits: [{ chatId: "chat1", turnId: "t2", blockId: "b2", at: 1_003, kind: "user", excerpt: { text: "Please readFile for me", marks: [[11, 15]] } }],
      count: { value: 1, isExact: true },
      isComplete: true,
    });
    assert.deepEqual(engine.search({ text: "name", limit: 10 }).hits.map(({ kind, excerpt }) => [kind, excerpt.text]), [["title", "New name"]]);
  });

  it("finds words in what a tool said at such length that it is kept apart", async () => {
    const output = `begin ${"line ".repeat(50_000)} needle end`;
    const sha256 = createHash("sha256").update(output).digest("hex");
    await mkdir(path.join(folder.journalRoot, "blobs"));
    await writeFile(path.join(folder.journalRoot, "blobs", sha256), output);
    const place = { chatId: "chat1", turnId: "t", callId: "c" };
    await folder.write("chat1", "w1", { type: "tool.requested", ...place, tool: "run", input: {} }, { type: "tool.ended", ...place, status: "ok", output: "begin … end", outputBlob: { sha256, sizeBytes: output.length }, durationMs: 1 });
    const engine = folder.openEngine();
    await engine.catchUp();
    assert.deepEqual(engine.search({ text: "needle", limit: 10 }).hits.map(({ kind, blockId }) => [kind, blockId]), [["tool", "c"]]);
    await writeFile(path.join(folder.journalRoot, "blobs", sha256), "damaged");
    assert.deepEqual([engine.search({ text: "needle", limit: 10 }).hits, engine.search({ text: "begin", limit: 10 }).hits.length], [[], 1]);
  });

  it("keeps to chats, kinds and days", async () => {
    for (const chatId of ["chat1", "chat2", "chat3"]) await folder.say(chatId, "w1", "alpha");
    await folder.write("chat1", "w1", { type: "chat.renamed", chatId: "chat1", title: "alpha" });
    const engine = folder.openEngine();
    await engine.catchUp();
    const chats = (filter: object): readonly string[] => engine.search({ text: "alpha", limit: 10, ...filter }).hits.map(({ chatId, kind }) => `${chatId} ${kind}`);
    assert.deepEqual(chats({}), ["chat1 title", "chat3 user", "chat2 user", "chat1 user"]);
    assert.deepEqual(chats({ onlyChats: ["chat1"] }), ["chat1 title", "chat1 user"]);
    assert.deepEqual(chats({ withoutChats: ["chat1", "chat3"] }), ["chat2 user"]);
    assert.deepEqual(chats({ kinds: ["title"] }), ["chat1 title"]);
    assert.deepEqual(chats({ fromAt: 1_005, toAt: 1_009 }), ["chat3 user", "chat2 user"]);
    assert.deepEqual(chats({ onlyChats: [] }), []);
  });

  it("takes a streaming answer when it ends, and what a crash left of one at once", async () => {
    const place = { chatId: "chat1", turnId: "t1", blockId: "b1" };
    await folder.write("chat1", "w1", { type: "block.started", ...place, role: "assistant", block: { kind: "text" } }, { type: "block.part", ...place, offset: 0, text: "alpha " });
    const alive = new Set(["w1"]);
    const engine = folder.openEngine({ isWriterAlive: (writer) => alive.has(writer) });
    const hits = async (query: string): Promise<readonly string[]> => {
      await engine.catchUp();
      return findAll(engine, query);
    };
    assert.deepEqual(await hits("alpha"), []);
    await folder.write("chat1", "w1", { type: "block.part", ...place, offset: 6, text: "beta" });
    assert.deepEqual(await hits("alpha"), []);
    await folder.write("chat1", "w1", { type: "turn.ended", chatId: "chat1", turnId: "t1", status: "done" });
    assert.deepEqual(await hits("alpha beta"), ["b1"]);

    const cut = { chatId: "chat2", turnId: "t2", blockId: "b2" };
    await folder.write("chat2", "w2", { type: "block.started", ...cut, role: "assistant", block: { kind: "text" } }, { type: "block.part", ...cut, offset: 0, text: "gamma" });
    assert.deepEqual(await hits("gamma"), ["b2"]);
    assert.deepEqual(await hits("gamma"), ["b2"]);

    const last = { chatId: "chat3", turnId: "t3", blockId: "b3" };
    await folder.write("chat3", "w1", { type: "block.started", ...last, role: "assistant", block: { kind: "text" } }, { type: "block.part", ...last, offset: 0, text: "delta" });
    assert.deepEqual(await hits("delta"), []);
    // Killed: no byte tells, its heartbeat does.
    alive.delete("w1");
    assert.deepEqual(await hits("delta"), ["b3"]);
    assert.deepEqual(await hits("delta"), ["b3"]);
  });

  it("does not take twice what ended beside something that still goes on", async () => {
    const place = { chatId: "chat1", turnId: "long", blockId: "long" };
    await folder.write("chat1", "w1", { type: "block.started", ...place, role: "assistant", block: { kind: "text" } });
    const engine = folder.openEngine({ isWriterAlive: () => true });
    for (const text of ["alpha one", "alpha two"]) {
      await folder.say("chat1", "w1", text);
      await engine.catchUp();
      assert.deepEqual(findAll(engine, "alpha"), scan(folder.said, "alpha"));
    }
    await folder.write("chat1", "w1", { type: "block.part", ...place, offset: 0, text: "beta" }, { type: "block.ended", ...place });
    await engine.catchUp();
    assert.deepEqual([findAll(engine, "alpha").length, findAll(engine, "beta")], [2, ["long"]]);
  });

  it("leaves out what its journal does not hold any more, before it has caught up and after", async () => {
    await folder.say("chat1", "w1", "alpha one");
    await folder.say("chat1", "w1", "alpha two");
    const engine = folder.openEngine({ limits: { tailBytes: 1 } });
    await engine.catchUp();
    await folder.cut("chat1", "w1", 4);
    assert.deepEqual(engine.search({ text: "alpha", limit: 5 }).hits.map(({ excerpt }) => excerpt.text), ["alpha one"]);
    // Longer than before by the time it is looked at again: only its content tells.
    await folder.say("chat1", "w1", "alpha three, which is longer");
    await engine.catchUp();
    assert.deepEqual(engine.search({ text: "alpha", limit: 5 }).hits.map(({ excerpt }) => excerpt.text).sort(), ["alpha one", "alpha three, which is longer"]);
    assert.deepEqual(engine.search({ text: "longer", limit: 5 }).count, { value: 1, isExact: true });
    assert.deepEqual(engine.search({ text: "two", limit: 5 }).count, { value: 0, isExact: true });
    await folder.removeChat("chat1");
    assert.deepEqual(engine.search({ text: "alpha", limit: 5 }).hits, []);
  });

  it("really removes what chats said from its files when they are deleted", async () => {
    await folder.say("chat1", "w1", "uniquesecret alpha");
    await folder.say("chat2", "w1", "alpha");
    const engine = folder.openEngine({ limits: { tailBytes: 1 } });
    const bytes = (): string => indexFiles().map((name) => readFileSync(path.join(folder.indexFolder, "v1", name), "latin1")).join();
    await engine.catchUp();
    assert.ok(bytes().includes("uniquesecret") && bytes().includes("chat1"));
    await folder.removeChat("chat1");
    await engine.forget(["chat1"]);
    assert.ok(!bytes().includes("uniquesecret") && !bytes().includes("chat1"));
    assert.deepEqual([findAll(engine, "uniquesecret"), findAll(engine, "alpha")], [[], scan(folder.said, "alpha")]);
    assert.equal(engine.status().documents, 1);
  });

  it("is right again after any damage to any of its files, and says that it starts anew", seeded(async (random) => {
    for (let count = 0; count < 40; count++) await folder.say(`chat${random.integer(1, 4)}`, "w1", sentence(random));
    const first = folder.openEngine({ limits: SMALL });
    await first.catchUp();
    await first.close();
    for (let round = 0; round < 6; round++) {
      const name = random.pick(indexFiles());
      const file = path.join(folder.indexFolder, "v1", name);
      const bytes = readFileSync(file);
      const kind = random.integer(0, 3);
      if (kind === 0) await rm(file);
      else if (kind === 1) writeFileSync(file, bytes.subarray(0, random.integer(0, bytes.length - 1)));
      else if (kind === 2) writeFileSync(file, Buffer.concat([bytes, Buffer.from("more")]));
      else bytes[random.integer(0, bytes.length - 1)] = 0xa5 ^ (bytes[0] ?? 0);
      if (kind === 3) writeFileSync(file, bytes);
      const log = createRecordingLog();
      const engine = folder.openEngine({ limits: SMALL, log });
      if (random.next() < 0.5) await engine.catchUp();
      // What a damaged file would have said is found by catching up; until then the page says that it is not complete.
      for (const query of QUERIES) {
        const page = engine.search({ text: query, limit: 100 });
        if (page.isComplete) assert.deepEqual(page.hits.map(({ blockId }) => blockId), scan(folder.said, query), `${query} after ${kind} on ${name}`);
      }
      await engine.catchUp();
      agrees(engine, `after ${kind} on ${name}`);
      await engine.close();
    }
  }));

  it("begins anew when a file is not one of its own", async () => {
    await folder.say("chat1", "w1", "alpha");
    const engine = folder.openEngine({ limits: { tailBytes: 1 } });
    await engine.catchUp();
    await engine.close();
    for (const name of indexFiles()) await writeFile(path.join(folder.indexFolder, "v1", name), "not ours");
    const log = createRecordingLog();
    const again = folder.openEngine({ log });
    await again.catchUp();
    assert.deepEqual(findAll(again, "alpha"), scan(folder.said, "alpha"));
    assert.match(log.lines.join(), /warn: The search index is damaged and is made anew/);
  });

  it("removes what a killed process left half-written", async () => {
    await folder.say("chat1", "w1", "alpha");
    const engine = folder.openEngine({ limits: { tailBytes: 1 } });
    await engine.catchUp();
    for (const name of ["left.seg", "left2.seg.tmp", "manifest.left.tmp"]) await writeFile(path.join(folder.indexFolder, "v1", name), "half");
    await folder.say("chat1", "w1", "alpha");
    await engine.catchUp();
    assert.deepEqual(indexFiles().filter((name) => name.includes("left")), []);
    agrees(engine);
  });

  it("finds what is new, in memory, where its folder cannot be made", async () => {
    await folder.say("chat1", "w1", "alpha");
    await writeFile(folder.indexFolder, "a file, where the folder should be");
    const log = createRecordingLog();
    const engine = folder.openEngine({ log });
    await engine.catchUp();
    agrees(engine);
    assert.match(log.lines.join(), /cannot be written, so nothing is added to it/);
    await rm(folder.indexFolder);
    await engine.catchUp();
    await engine.close();
    assert.ok(indexFiles().some((name) => name.endsWith(".seg")));
  });

  it("reads on only in the journals that it is told of, once it knows all", async () => {
    await folder.say("chat1", "w1", "alpha");
    const engine = folder.openEngine();
    await engine.catchUp(["chats/ch/chat9"]);
    agrees(engine);
    await folder.say("chat1", "w1", "alpha");
    await folder.say("chat2", "w1", "alpha");
    await engine.catchUp(["chats/ch/chat2"]);
    assert.deepEqual(engine.search({ text: "alpha", limit: 9 }).hits.map(({ chatId }) => chatId), ["chat2", "chat1"]);
    await engine.catchUp();
    agrees(engine);
  });

  it("answers while it builds, from what it has so far", async () => {
    for (let count = 0; count < 50; count++) await folder.say(`chat${count % 5}`, "w1", "alpha beta gamma delta");
    const engine = folder.openEngine({ limits: SMALL });
    const building = engine.catchUp();
    let isOver = false;
    void building.then(() => (isOver = true));
    while (!isOver) {
      const page = engine.search({ text: "alpha", limit: 100 });
      assert.ok(!page.isComplete || page.count.value === 50);
      await new Promise((resolve) => setImmediate(resolve));
    }
    agrees(engine);
  });

  describe("in two windows", () => {
    it("is written by one, and complete in both", seeded(async (random) => {
      const [one, two] = [folder.openEngine({ limits: SMALL }), folder.openEngine({ limits: SMALL })];
      for (let round = 0; round < 5; round++) {
        for (let count = random.integer(1, 12); count > 0; count--) await folder.say(`chat${random.integer(1, 3)}`, `w${random.integer(1, 2)}`, sentence(random));
        for (const engine of random.next() < 0.5 ? [one, two] : [two, one]) {
          await engine.catchUp();
          agrees(engine, `in round ${round}`);
        }
        assert.equal(Number(one.status().isWriter) + Number(two.status().isWriter), 1);
      }
      const [writer, reader] = one.status().isWriter ? [one, two] : [two, one];
      await writer.close();
      await folder.say("chat9", "w1", "alpha");
      await reader.catchUp();
      agrees(reader, "after the writer has gone");
      assert.ok(reader.status().isWriter);
    }));

    it("finds the right texts even if both believe that they write it", seeded(async (random) => {
      const [one, two] = [folder.openEngine({ limits: SMALL }), folder.openEngine({ limits: SMALL })];
      for (let round = 0; round < 5; round++) {
        for (let count = 0; count < 8; count++) await folder.say(`chat${random.integer(1, 3)}`, "w1", sentence(random));
        // As after a long sleep: each finds the lock gone, or takes it as the other's work goes on.
        const lock = path.join(folder.indexFolder, "v1", "lock");
        await Promise.allSettled([one.catchUp(), rm(lock, { force: true }).then(() => two.catchUp())]);
        for (const engine of [one, two]) {
          await engine.catchUp();
          agrees(engine, `in round ${round}`);
        }
      }
    }));

    it("stays right in one that reads on while the other replaces the files", seeded(async (random) => {
      const [writer, reader] = [folder.openEngine({ limits: SMALL }), folder.openEngine({ limits: SMALL })];
      await writer.catchUp();
      for (let round = 0; round < 3; round++) {
        for (let count = 0; count < 12; count++) await folder.say(`chat${random.integer(1, 9)}`, `w${random.integer(1, 3)}`, sentence(random));
        const expected = new Set(scan(folder.said, "alpha"));
        let working = 2;
        const done = (): void => void working--;
        const both = [reader.catchUp().finally(done), writer.catchUp().finally(done)];
        while (working > 0) {
          const page = reader.search({ text: "alpha", limit: 5 });
          assert.ok(page.hits.every(({ blockId }) => expected.has(blockId ?? "")));
          await new Promise((resolve) => setImmediate(resolve));
        }
        await Promise.all(both);
        await reader.catchUp();
        agrees(reader, `in round ${round}`);
      }
    }));

    it("is followed by the one that does not write it, which keeps no old file open", async () => {
      const limits = { tailBytes: 1, tickMs: 5 };
      const [writer, reader] = [folder.openEngine({ limits }), folder.openEngine({ limits })];
      await folder.say("chat1", "w1", "alpha");
      await writer.catchUp();
      await reader.catchUp();
      await folder.say("chat1", "w1", "alpha beta");
      await writer.catchUp();
      while (reader.status().indexBytes !== writer.status().indexBytes || !reader.search({ text: "beta", limit: 1 }).isComplete) await new Promise((resolve) => setImmediate(resolve));
      agrees(reader);
    });

    it("is taken over from one that was killed", async () => {
      await folder.say("chat1", "w1", "alpha");
      const engine = folder.openEngine();
      const lock = path.join(folder.indexFolder, "v1", "lock");
      await engine.catchUp();
      await engine.close();
      await writeFile(lock, `${process.pid} another`);
      const [other, third] = [folder.openEngine(), folder.openEngine()];
      await other.catchUp();
      assert.equal(other.status().isWriter, false);
      await utimes(lock, 1, 1);
      await Promise.all([other.catchUp(), third.catchUp()]);
      assert.equal(Number(other.status().isWriter) + Number(third.status().isWriter), 1);
      for (const item of [other, third]) agrees(item);
    });

    it("is made anew by the one that writes it when the other finds it damaged", async () => {
      await folder.say("chat1", "w1", "alpha");
      const writer = folder.openEngine({ limits: { tailBytes: 1 } });
      await writer.catchUp();
      const [name = ""] = indexFiles().filter((file) => file.endsWith(".seg"));
      writeFileSync(path.join(folder.indexFolder, "v1", name), "damaged");
      const reader = folder.openEngine();
      assert.deepEqual(reader.search({ text: "alpha", limit: 5 }), { hits: [], count: { value: 0, isExact: false }, isComplete: false });
      await reader.catchUp();
      agrees(reader);
      assert.ok(indexFiles().includes("damaged"));
      await writer.catchUp();
      assert.ok(!indexFiles().includes("damaged") && !indexFiles().includes(name));
      for (const engine of [writer, reader]) {
        await engine.catchUp();
        agrees(engine);
      }
      assert.equal(reader.status().segments, 1);
    });

    it("removes deleted chats whichever of them is asked", async () => {
      const [writer, reader] = [folder.openEngine({ limits: { tailBytes: 1, tickMs: 20 } }), folder.openEngine({ limits: { tickMs: 20 } })];
      await folder.say("chat1", "w1", "uniquesecret");
      await folder.say("chat2", "w1", "alpha");
      await writer.catchUp();
      await reader.catchUp();
      await folder.removeChat("chat1");
      await reader.forget(["chat1"]);
      assert.ok(!indexFiles().some((name) => readFileSync(path.join(folder.indexFolder, "v1", name), "latin1").includes("uniquesecret")));
      for (const engine of [writer, reader]) assert.deepEqual([findAll(engine, "uniquesecret"), findAll(engine, "alpha")], [[], scan(folder.said, "alpha")]);
    });

    it("does not read a large backlog twice: one window does, the other waits for it", async () => {
      for (let count = 0; count < 20; count++) await folder.say("chat1", "w1", "alpha beta gamma");
      const limits = { ...SMALL, foreignTailBytes: 1_000 };
      const [writer, reader] = [folder.openEngine({ limits }), folder.openEngine({ limits })];
      const building = writer.catchUp();
      await reader.catchUp();
      const early = reader.search({ text: "alpha", limit: 100 });
      assert.ok(early.isComplete ? early.hits.length === 20 : early.hits.length <= 20);
      await building;
      await writer.close();
      await reader.catchUp();
      agrees(reader);
    });
  });
});
