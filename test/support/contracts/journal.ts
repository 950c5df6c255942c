import assert from "node:assert/strict";
import type { Journal, JournalFile, JournalLine } from "../../../src/core/ports";
import { MAX_LINE_BYTES } from "../../../src/core/store/line";
import { seeded } from "../random";

export interface JournalUnderTest {
  /** Opens the same store as another writer. */
  open(writer: string): Journal;
  dispose(): Promise<void>;
}

const STREAM = "chats/ab/chatab";

/** What every Journal keeps to. */
export function describeJournalContract(name: string, create: () => Promise<JournalUnderTest>): void {
  describe(`Journal contract: ${name}`, () => {
    let store: JournalUnderTest;
    let journal: Journal;

    beforeEach(async () => {
      store = await create();
      journal = store.open("writer1");
    });
    afterEach(() => store.dispose());

    it("gives back what was appended, where it says it is", async () => {
      const values = [{ a: 1 }, "text\n\u2028🫖\ud800", null, [], 0];
      const stored = await journal.append(STREAM, values);
      const [file] = await journal.files(STREAM);
      assert.ok(stored.ok && file);
      assert.deepEqual(file, { stream: STREAM, writer: "writer1", sizeBytes: stored.value.endOffset });
      assert.equal(stored.value.startOffset, 0);
      const lines = await readAll(journal, file);
      assert.deepEqual(lines.map(valueOf), values);
      assert.equal(lines.at(-1)?.endOffset, stored.value.endOffset);
    });

    it("stores many appends at once in their order, each where the one before ended", seeded(async (random) => {
      const batches = Array.from({ length: 60 }, (_, batch) => Array.from({ length: random.integer(0, 3) }, (_, item) => ({ batch, item })));
      const stored = await Promise.all(batches.map((values) => journal.append(STREAM, values)));
      let end = 0;
      for (const result of stored) {
        assert.ok(result.ok);
        assert.equal(result.value.startOffset, end);
        end = result.value.endOffset;
      }
      const [file] = await journal.files(STREAM);
      assert.ok(file);
      assert.equal(file.sizeBytes, end);
      assert.deepEqual((await readAll(journal, file)).map(valueOf), batches.flat());
    }));

    it("reads on from any line's end, and nothing from the last", async () => {
      await journal.append(STREAM, ["a", "b", "c"]);
      const [file] = await journal.files(STREAM);
      assert.ok(file);
      const lines = await readAll(journal, file);
      for (const [index, line] of lines.entries()) assert.deepEqual(await readAll(journal, file, line.endOffset), lines.slice(index + 1));
    });

    it("lets a reader stop early", async () => {
      await journal.append(STREAM, ["a", "b", "c"]);
      const [file] = await journal.files(STREAM);
      assert.ok(file);
      for await (const line of journal.read(file, 0)) {
        assert.equal(valueOf(line), "a");
        break;
      }
      assert.equal((await readAll(journal, file)).length, 3);
    });

    it("keeps a file for each writer and stream", async () => {
      const other = store.open("writer2");
      await Promise.all([journal.append(STREAM, ["mine"]), other.append(STREAM, ["theirs"]), other.append("chats/cd/chatcd", ["elsewhere"])]);
      const name = (file: JournalFile): string => `${file.stream} ${file.writer}`;
      assert.deepEqual((await journal.files(STREAM)).map(name), [`${STREAM} writer1`, `${STREAM} writer2`]);
      assert.deepEqual((await journal.files()).map(name).sort(), [`${STREAM} writer1`, `${STREAM} writer2`, "chats/cd/chatcd writer2"]);
      for (const file of await journal.files()) assert.equal((await readAll(journal, file)).length, 1);
    });

    it("lists every stream, not the chats' alone", async () => {
      for (const stream of ["memory", "runs/ab/runab"]) await journal.append(stream, ["x"]);
      assert.deepEqual((await journal.files()).map((file) => file.stream).sort(), ["memory", "runs/ab/runab"]);
    });

    it("has no files of a stream that nobody wrote", async () => {
      assert.deepEqual([await journal.files("chats/no/chatno"), await journal.files()], [[], []]);
    });

    it("refuses a line over the limit, stores nothing of it and takes the next", async () => {
      await assert.rejects(async () => journal.append(STREAM, ["short", "x".repeat(MAX_LINE_BYTES)]), RangeError);
      const stored = await journal.append(STREAM, ["next"]);
      assert.ok(stored.ok && stored.value.startOffset === 0);
    });

    it("places values as a file of their own, to which the next are appended", async () => {
      const placed = await journal.place(STREAM, inBatches(["a", "b"], ["c"]));
      assert.ok(placed.ok);
      const next = await journal.append(STREAM, ["d"]);
      assert.ok(next.ok && next.value.writer === placed.value.writer && next.value.startOffset === placed.value.endOffset);
      const [file] = await journal.files(STREAM);
      assert.ok(file);
      assert.deepEqual((await readAll(journal, file)).map(valueOf), ["a", "b", "c", "d"]);
      assert.ok((await journal.touched({})).streams.includes(STREAM));
    });

    it("places nothing at all where one value is no line, or they cannot all be had", async () => {
      await assert.rejects(journal.place(STREAM, inBatches(["a"], ["x".repeat(MAX_LINE_BYTES)])), RangeError);
      await assert.rejects(journal.place(STREAM, broken()), /no more/);
      assert.deepEqual(await journal.files(STREAM), []);
    });

    it("knows that its own writer lives, and that one never heard of does not", async () => {
      await journal.append(STREAM, ["a"]);
      assert.deepEqual([await journal.isWriterAlive("writer1"), await journal.isWriterAlive("writer9")], [true, false]);
    });

    it("knows that another writer lives", async () => {
      await store.open("writer2").append(STREAM, ["a"]);
      assert.equal(await journal.isWriterAlive("writer2"), true);
    });

    it("has everything on disk after a flush", async () => {
      let settled = 0;
      for (let index = 0; index < 5; index++) void journal.append(`chats/ab/chat${index}`, [index]).then(() => settled++);
      await journal.flush();
      await Promise.resolve();
      assert.equal(settled, 5);
      await journal.flush();
    });
  });
}

async function* inBatches(...batches: readonly (readonly unknown[])[]): AsyncGenerator<readonly unknown[]> {
  yield* batches;
}

async function* broken(): AsyncGenerator<readonly unknown[]> {
  yield ["a"];
  throw new Error("no more");
}

async function readAll(journal: Journal, file: JournalFile, fromOffset = 0): Promise<readonly JournalLine[]> {
  const lines: JournalLine[] = [];
  for await (const line of journal.read(file, fromOffset)) lines.push(line);
  return lines;
}

function valueOf(line: JournalLine): unknown {
  return line.ok ? line.value : assert.fail(`A line could not be read: ${line.message}`);
}
