import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { readEvent, type SessionEvent } from "../../../../src/core/protocol/events";
import { encodeLine, MAX_LINE_BYTES } from "../../../../src/core/store/line";
import { readLines } from "../../../../src/extension/adapters/journalLines";
import { chatOf, hasMark, readEvents, readEventsIfThere, type PlacedEvent } from "../../../../src/extension/adapters/searchJournal";
import { seeded, type Random } from "../../../support/random";
import { createTemporaryFolder } from "./temporaryFolder";

describe("readEvents", () => {
  let file: string;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    const temporary = await createTemporaryFolder();
    [file, remove] = [path.join(temporary.folder, "w.jsonl"), temporary.remove];
  });
  afterEach(() => remove());

  const renamed = (title: string): SessionEvent => ({ type: "chat.renamed", v: 1, id: "e", seq: 1, at: 1, chatId: "c", title });
  const makeLine = (random: Random): Uint8Array =>
    random.pick([
      () => encodeLine(renamed("x".repeat(random.integer(0, 300)))),
      () => encodeLine({ v: 99, type: "newer" }),
      () => Buffer.from("\n"),
      () => Buffer.from("foreign {\n"),
      () => encodeLine(renamed("y")).with(9, 0x21),
      () => Buffer.from(`${"z".repeat(MAX_LINE_BYTES + random.integer(1, 300))}\n`),
    ])();

  it("gives what the journal's own reader gives, whatever the memory and the lines", seeded(async (random) => {
    for (let round = 0; round < 5; round++) {
      const lines = Array.from({ length: random.integer(0, 12) }, () => makeLine(random));
      const torn = random.next() < 0.5 ? encodeLine(renamed("torn")).subarray(0, 20) : new Uint8Array(0);
      await writeFile(file, Buffer.concat([...lines, torn]));
      const begins = lines.map((_, index) => lines.slice(0, index).reduce((sum, line) => sum + line.length, 0));
      const from = begins.length === 0 ? 0 : random.pick(begins);
      const wanted: unknown[] = [];
      for await (const line of readLines(file, from)) {
        if (!line.ok && line.isTorn) break;
        const event = line.ok ? readEvent(line.value) : undefined;
        wanted.push([event?.ok === true ? event.value : undefined, line.endOffset]);
      }
      const found = [...readEvents(file, from, Infinity, Buffer.alloc(random.pick([16, 400, 1 << 20])))];
      assert.deepEqual(found.map(({ event, end }) => [event, end]), wanted);
      assert.deepEqual(found.map(({ start }) => start), begins.filter((begin) => begin >= from));
    }
  }));

  it("gives whole lines up to a place only, and nothing of a file that is not there", async () => {
    const lines = ["a", "b", "c"].map((title) => encodeLine(renamed(title)));
    await writeFile(file, Buffer.concat(lines));
    const size = lines[0]?.length ?? 0;
    assert.equal([...readEvents(file, 0, 2 * size, Buffer.alloc(50))].length, 2);
    assert.equal([...readEvents(file, 0, 2 * size + 5, Buffer.alloc(50))].length, 2);
    assert.deepEqual([...readEventsIfThere(`${file}.none`, 0, 9, Buffer.alloc(9))], []);
  });

  it("knows by a line's mark whether the file still has it", async () => {
    const lines = ["a", "b", "c"].map((title) => encodeLine(renamed(title)));
    await writeFile(file, Buffer.concat(lines));
    const second: PlacedEvent | undefined = [...readEvents(file, 0, Infinity, Buffer.alloc(50))][1];
    const place = { id: 1, stream: "", writer: "", readFrom: 0, doneTo: second?.end ?? 0, mark: second?.mark ?? "" };
    assert.ok(hasMark(file, place));
    assert.equal(hasMark(file, { ...place, doneTo: place.doneTo + 1 }), false);
    await writeFile(file, Buffer.concat([encodeLine(renamed("a")), encodeLine(renamed("d")), encodeLine(renamed("c"))]));
    assert.equal(hasMark(file, place), false);
  });
});

describe("chatOf", () => {
  it("knows the streams of chats from others", () => {
    assert.deepEqual(["chats/ab/abc", "feeds/w1", "chats/ab", "chats/ab/abc/more"].map(chatOf), ["abc", undefined, undefined, undefined]);
  });
});
