import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, readlink, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import type { JournalFile, JournalLine } from "../../../../src/core/ports";
import { encodeLine, MAX_LINE_BYTES } from "../../../../src/core/store/line";
import { createJournal, type NodeJournal } from "../../../../src/extension/adapters/journal";
import { describeJournalContract } from "../../../support/contracts/journal";
import { createRecordingLog, type RecordingLog } from "../../../support/fakes/log";
import { seeded } from "../../../support/random";
import { createTemporaryFolder } from "./temporaryFolder";

const STREAM = "chats/ab/chatab";

describeJournalContract("files", async () => {
  const { folder, remove } = await createTemporaryFolder();
  const journals: NodeJournal[] = [];
  return {
    open(writer) {
      const journal = createJournal({ root: folder, writer, log: createRecordingLog() });
      journals.push(journal);
      return journal;
    },
    async dispose() {
      for (const journal of journals) await journal.close();
      await remove();
    },
  };
});

describe("createJournal", () => {
  let root: string;
  let remove: () => Promise<void>;
  let log: RecordingLog;
  let journal: NodeJournal;
  const file = (stream = STREAM, writer = "writer1"): string => path.join(root, stream, `${writer}.jsonl`);

  beforeEach(async () => {
    ({ folder: root, remove } = await createTemporaryFolder());
    log = createRecordingLog();
    journal = createJournal({ root, writer: "writer1", log });
  });
  afterEach(async () => {
    await journal.close();
    await remove();
  });

  async function readAll(stream = STREAM, fromOffset = 0): Promise<readonly JournalLine[]> {
    const lines: JournalLine[] = [];
    for (const found of await journal.files(stream)) for await (const line of journal.read(found, fromOffset)) lines.push(line);
    return lines;
  }
  const valuesOf = (lines: readonly JournalLine[]): readonly unknown[] => lines.map((line) => (line.ok ? line.value : line.message));

  async function readRaw(bytes: Uint8Array, fromOffset = 0): Promise<readonly JournalLine[]> {
    await mkdir(path.dirname(file()), { recursive: true });
    await writeFile(file(), bytes);
    return readAll(STREAM, fromOffset);
  }

  describe("reading", () => {
    it("names a torn last line, where it ends, and reads it once it is whole", async () => {
      const [first, second] = [encodeLine("a"), encodeLine("b")];
      for (let length = 1; length < second.length; length++) {
        assert.deepEqual((await readRaw(Buffer.concat([first, second.subarray(0, length)]))).slice(1), [{ ok: false, message: "the last line is not whole", endOffset: first.length + length, isTorn: true }]);
      }
      const whole = first.length + second.length;
      assert.deepEqual(await readRaw(Buffer.concat([first, second]), first.length), [{ ok: true, value: "b", endOffset: whole }]);
    });

    it("names damaged lines and reads the ones after them", async () => {
      const parts = [encodeLine("a"), Buffer.from("\n"), Buffer.from('{"foreign":1}\n'), Buffer.from([0xff, 0x0a]), encodeLine("b").with(6, 0x21), encodeLine("c")];
      const lines = await readRaw(Buffer.concat(parts));
      assert.deepEqual(valuesOf(lines), ["a", "not a journal line", "not a journal line", "not UTF-8", "its checksum does not match", "c"]);
      let end = 0;
      assert.deepEqual(lines.map((line) => line.endOffset), parts.map((part) => (end += part.length)));
      assert.ok(lines.every((line) => line.ok || !line.isTorn));
    });

    it("puts lines together that lie across the pieces in which a file is read", seeded(async (random) => {
      const values = Array.from({ length: 12 }, (_, index) => `${index}é`.repeat(random.integer(1, 60_000)));
      const lines = values.map((value) => encodeLine(value));
      const read = await readRaw(Buffer.concat(lines));
      assert.deepEqual(valuesOf(read), values);
      let end = 0;
      assert.deepEqual(read.map((line) => line.endOffset), lines.map((line) => (end += line.length)));
    }));

    it("gives nothing from beyond the end", async () => {
      assert.deepEqual(await readRaw(encodeLine("a"), 10_000), []);
    });

    const MB = 1024 * 1024;
    const tooLong = "longer than a journal line may be";

    it("names a foreign file without line feeds once, and has read it then", async () => {
      const lines = await readRaw(Buffer.alloc(20 * MB, "x"));
      assert.deepEqual(lines, [{ ok: false, message: tooLong, endOffset: 20 * MB, isTorn: false }]);
      assert.deepEqual(await readAll(STREAM, 20 * MB), []);
    });

    it("names a line that is too long once, and reads the ones around it", async () => {
      for (const lengthBytes of [MAX_LINE_BYTES, MAX_LINE_BYTES + 1, 2 * MAX_LINE_BYTES - 1, 5 * MB]) {
        const parts = [encodeLine("a"), Buffer.concat([Buffer.alloc(lengthBytes, "x"), Buffer.from("\n")]), encodeLine("b"), encodeLine("c")];
        const lines = await readRaw(Buffer.concat(parts));
        assert.deepEqual(valuesOf(lines), ["a", tooLong, "b", "c"]);
        let end = 0;
        assert.deepEqual(lines.map((line) => line.endOffset), parts.map((part) => (end += part.length)));
      }
    });

    it("reads the longest line that may be, wherever it lies", async () => {
      const longest = "x".repeat(MAX_LINE_BYTES - encodeLine("").length);
      for (const before of ["", "a", "a".repeat(MAX_LINE_BYTES / 2)]) assert.deepEqual(valuesOf(await readRaw(Buffer.concat([before, longest, "b"].map((value) => encodeLine(value))))), [before, longest, "b"]);
    });

    it("takes what came of the longest line for one that is not whole yet", async () => {
      const line = encodeLine("x".repeat(MAX_LINE_BYTES - encodeLine("").length));
      assert.deepEqual(await readRaw(line.subarray(0, -1)), [{ ok: false, message: "the last line is not whole", endOffset: MAX_LINE_BYTES - 1, isTorn: true }]);
    });

    it("lists by stream and writer, at any depth, linked folders too", async () => {
      for (const stream of ["memory", "chats/cd/b", "chats/ab/a", "chats/cd", "blobs/ab", "writers/ab"]) {
        for (const writer of ["writer2", "writer1"]) {
          await mkdir(path.join(root, stream), { recursive: true });
          await writeFile(file(stream, writer), "x");
        }
      }
      await mkdir(path.join(root, "chats", "my notes.jsonl"));
      await symlink(path.join(root, "chats", "cd"), path.join(root, "linked"));
      await symlink(path.join(root, "nowhere"), path.join(root, "dangling"));
      await symlink(path.join(root, "circle"), path.join(root, "circle"));
      const streams = ["chats/ab/a", "chats/cd", "chats/cd/b", "linked", "linked/b", "memory"];
      assert.deepEqual(await journal.files(), streams.flatMap((stream) => ["writer1", "writer2"].map((writer) => ({ stream, writer, sizeBytes: 1 }))));
      assert.deepEqual(await journal.files("chats/cd"), ["writer1", "writer2"].map((writer) => ({ stream: "chats/cd", writer, sizeBytes: 1 })));
    });

    it("lists what stays while chats come and go", async () => {
      await journal.append("chats/ab/stays", ["x"]);
      let isOver = false;
      const change = (async () => {
        for (let round = 0; !isOver; round++) {
          const folder = path.join(root, "chats", "ab", `goes${round % 7}`);
          await mkdir(folder, { recursive: true });
          await writeFile(path.join(folder, "writer1.jsonl"), "x");
          await rm(folder, { recursive: true });
        }
      })();
      try {
        for (let times = 0; times < 60; times++) assert.ok((await journal.files()).some((found) => found.stream === "chats/ab/stays"));
      } finally {
        isOver = true;
        await change;
      }
    });

    it("lists nothing that is no journal", async () => {
      await journal.append(STREAM, ["a"]);
      await writeFile(path.join(root, STREAM, "notes.txt"), "x");
      await writeFile(path.join(root, "chats", "stray"), "x");
      await writeFile(path.join(root, "index.sqlite"), "x");
      assert.deepEqual((await journal.files()).map(({ stream, writer }) => [stream, writer]), [[STREAM, "writer1"]]);
    });
  });

  describe("many streams", () => {
    it("keeps their lines apart and few of their files open", async () => {
      const streams = Array.from({ length: 40 }, (_, index) => `chats/s${index % 3}/chat${index}`);
      let most = 0;
      for (let round = 0; round < 3; round++) {
        await Promise.all(streams.map((stream) => journal.append(stream, [`${stream} ${round}`])));
        most = Math.max(most, await openFileCount());
      }
      for (const stream of streams) assert.deepEqual(valuesOf(await readAll(stream)), [0, 1, 2].map((round) => `${stream} ${round}`));
      assert.equal((await journal.files()).length, 40);
      assert.ok(most <= 16, `${most} files open`);
    });

    it("goes on in a file that was closed meanwhile, at its end", async () => {
      const first = await journal.append(STREAM, ["a"]);
      for (let index = 0; index < 20; index++) await journal.append(`chats/cd/chat${index}`, ["x"]);
      const second = await journal.append(STREAM, ["b"]);
      assert.ok(first.ok && second.ok);
      assert.equal(second.value.startOffset, first.value.endOffset);
      assert.deepEqual(valuesOf(await readAll()), ["a", "b"]);
    });

    async function openFileCount(): Promise<number> {
      if (!existsSync("/proc/self/fd")) return 0;
      const links = await Promise.all((await readdir("/proc/self/fd")).map((name) => readlink(`/proc/self/fd/${name}`).catch(() => "")));
      return links.filter((link) => link.startsWith(root) && link.endsWith(".jsonl")).length;
    }
  });

  describe("writes that fail", () => {
    const append = async (...values: unknown[]) => {
      const stored = await journal.append(STREAM, values);
      return stored.ok ? "stored" : stored.error.code;
    };

    it("say so, all that waited, and the next is tried anew", async () => {
      await writeFile(path.join(root, "chats"), "a file where a folder should be");
      const failed = await Promise.all([journal.append(STREAM, ["a"]), journal.append(STREAM, ["b"]), journal.append(STREAM, ["c"])]);
      for (const result of failed) assert.deepEqual(result, { ok: false, error: { code: "io", message: "the disk reported an error (ENOTDIR)" } });
      await rm(path.join(root, "chats"));
      assert.equal(await append("d"), "stored");
      assert.deepEqual(valuesOf(await readAll()), ["d"]);
    });

    it("say that the disk is full, and leave nothing behind", async function () {
      if (!existsSync("/dev/full")) return this.skip();
      await mkdir(path.dirname(file()), { recursive: true });
      await symlink("/dev/full", file());
      assert.deepEqual(await journal.append(STREAM, ["a"]), { ok: false, error: { code: "full", message: "the disk is full (ENOSPC)" } });
      await rm(file());
      assert.equal(await append("b"), "stored");
      assert.deepEqual(valuesOf(await readAll()).filter((value) => value !== "not a journal line"), ["b"]);
    });

    it("say that a folder may not be written", async function () {
      if (process.platform !== "linux") return this.skip();
      // Nobody makes files there, not even root.
      const denied = createJournal({ root: "/sys/cairn", writer: "writer1", log });
      const result = await denied.append(STREAM, ["a"]);
      assert.ok(!result.ok && result.error.code === "denied", JSON.stringify(result));
    });

    it("do not hold up other streams", async () => {
      await mkdir(path.join(root, "chats"), { recursive: true });
      await writeFile(path.join(root, "chats", "ab"), "a file where a folder should be");
      const [bad, good] = await Promise.all([append("a"), journal.append("chats/cd/chatcd", ["b"])]);
      assert.deepEqual([bad, good.ok], ["io", true]);
    });

    it("do not spoil the line after a torn one that could not be cut off", async function () {
      if (!existsSync("/dev/full")) return this.skip();
      await tearFile();
      assert.equal(await append("b"), "stored");
      assert.deepEqual((await readAll()).map((line) => (line.ok ? line.value : "damaged")), ["a", "damaged", "b"]);
    });

    it("do not spoil it either when other streams were written in between", async function () {
      if (!existsSync("/dev/full")) return this.skip();
      await tearFile();
      for (let index = 0; index < 20; index++) await journal.append(`chats/cd/chat${index}`, ["x"]);
      assert.equal(await append("b"), "stored");
      assert.equal(valuesOf(await readAll()).at(-1), "b");
    });

    it("never claim to have stored what no reader can find", async () => {
      await append("a");
      await rm(path.join(root, "chats"), { recursive: true });
      const outcome = await append("b");
      if (outcome === "stored") assert.deepEqual(valuesOf(await readAll()), ["b"]);
      assert.equal(await append("c"), "stored");
      assert.equal(valuesOf(await readAll()).at(-1), "c");
    });

    /** A line stands, the next is torn, and cutting it off failed: /dev/full cannot be cut, and stands for the disk that was full. */
    async function tearFile(): Promise<void> {
      await mkdir(path.dirname(file()), { recursive: true });
      await symlink("/dev/full", file());
      assert.equal(await append("lost"), "full");
      await rm(file());
      await writeFile(file(), Buffer.concat([encodeLine("a"), encodeLine("lost").subarray(0, 9)]));
    }
  });

  it("writes no file outside its folder, whatever a stream is called", async () => {
    const inner = createJournal({ root: path.join(root, "inner"), writer: "writer1", log });
    const streams = ["../outside", "chats/../../outside", "chats/ab/../../../outside", "..", "", "/"];
    const stored = await Promise.all(streams.map((stream) => (async () => (await inner.append(stream, ["a"])).ok)().catch(() => false)));
    await inner.close();
    assert.deepEqual(stored, streams.map(() => false));
    const outside = (await readdir(root, { recursive: true })).filter((name) => name.endsWith(".jsonl"));
    assert.deepEqual(outside, []);
  });

  it("shows its writer alive to others by the time that a line is stored, and gone once closed", async () => {
    const other = createJournal({ root, writer: "writer2", log });
    const alive = await Promise.all(["a", "b", "c"].map((name) => journal.append(`chats/ab/${name}`, [name]).then(() => other.isWriterAlive("writer1"))));
    assert.deepEqual(alive, [true, true, true]);
    await journal.close();
    assert.equal(await other.isWriterAlive("writer1"), false);
    assert.deepEqual(await readdir(path.join(root, "writers")), []);
  });

  it("has everything on disk once closed", async () => {
    for (let index = 0; index < 10; index++) void journal.append(STREAM, [index]);
    await journal.close();
    assert.equal((await readFile(file(), "utf8")).split("\n").length, 11);
    const found: JournalFile[] = [...(await journal.files(STREAM))];
    assert.equal(found.length, 1);
  });

  describe("a file that has grown large", () => {
    it("ends where something new begins, and nowhere else; what is read is one history", async () => {
      const { folder, remove } = await createTemporaryFolder();
      const journal = createJournal({ root: folder, writer: "w", log: createRecordingLog(), rotateBytes: 200 });
      const names: (string | undefined)[] = [];
      for (let number = 0; number < 12; number++) {
        const stored = await journal.append("chats/c1/chat1", [{ number, text: "x".repeat(60) }], number % 4 === 0);
        names.push(stored.ok ? stored.value.writer : undefined);
      }
      assert.deepEqual(names, ["w", "w", "w", "w", "w+1", "w+1", "w+1", "w+1", "w+2", "w+2", "w+2", "w+2"]);
      const numbers: unknown[] = [];
      for (const file of await journal.files("chats/c1/chat1")) for await (const line of journal.read(file, 0)) numbers.push(line.ok ? (line.value as { readonly number: number }).number : line.message);
      assert.deepEqual(numbers, Array.from({ length: 12 }, (_, number) => number));
      assert.equal(await journal.isWriterAlive("w+2"), true);
      await journal.close();
      await remove();
    });
  });
});
