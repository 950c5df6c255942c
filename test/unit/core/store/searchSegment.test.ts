import assert from "node:assert/strict";
import { crc32 } from "../../../../src/core/base/crc32";
import { createSegmentBuilder } from "../../../../src/core/store/search/builder";
import { findCandidates, type FindOptions } from "../../../../src/core/store/search/find";
import { mergeSegments } from "../../../../src/core/store/search/merge";
import { DamagedIndexError, PAGE_BYTES } from "../../../../src/core/store/search/pages";
import { SEARCH_KINDS } from "../../../../src/core/store/search/port";
import { parseQuery, type Query } from "../../../../src/core/store/search/query";
import { compareRecords, type DocumentRecord } from "../../../../src/core/store/search/records";
import { openSegment, type Segment } from "../../../../src/core/store/search/segment";
import { termsOf } from "../../../../src/core/store/search/tokens";
import { seeded, type Random } from "../../../support/random";

interface Document {
  readonly record: DocumentRecord;
  readonly text: string;
}

const WORDS = ["the", "then", "read", "readFile", "reader", "max_size", "größe", "Ångström", "検索機能", "поиск", "a1", "zzz", "\u{20000}\u{20001}", "x".repeat(90)];

function makeDocuments(random: Random, count: number, wordCount = 300): readonly Document[] {
  return Array.from({ length: count }, (_, index) => ({
    record: { at: random.integer(0, 50), fileId: random.integer(0, 5), start: index * 1000 + (random.next() < 0.1 ? 2 ** 32 : 0), length: random.integer(1, 900), kind: random.integer(0, SEARCH_KINDS.length - 1) },
    text: Array.from({ length: random.integer(0, 12) }, () => (random.next() < 0.6 ? random.pick(WORDS) : `w${random.integer(0, wordCount)}`)).join(" "),
  }));
}

function build(documents: readonly Document[], name: string): Uint8Array {
  const builder = createSegmentBuilder();
  for (const { record, text } of documents) builder.add(record, text);
  const pages: Uint8Array[] = [];
  const steps = builder.write(name, crc32, (page) => pages.push(page.slice()));
  while (steps.next().done !== true);
  return new Uint8Array(Buffer.concat(pages));
}

function open(bytes: Uint8Array, name: string): Segment {
  return openSegment({ sizeBytes: bytes.length, read: (offset, length) => bytes.slice(offset, offset + length) }, name, crc32);
}

function merge(segments: readonly Segment[], name: string, keeps: (fileId: number) => boolean): Segment {
  const pages: Uint8Array[] = [];
  const steps = mergeSegments(segments, { name, checksum: crc32, keeps, onPage: (page) => pages.push(page.slice()) });
  while (steps.next().done !== true);
  return open(new Uint8Array(Buffer.concat(pages)), name);
}

/** What a search gives, found by going through every text. */
function scan(documents: readonly Document[], { words }: Query, { wants, kinds, fromAt = -Infinity, toAt = Infinity, after }: FindOptions): readonly DocumentRecord[] {
  return documents
    .filter(({ record, text }) => {
      const terms = [...termsOf(text)];
      const isMeant = (wants?.(record.fileId) ?? true) && (kinds?.includes(SEARCH_KINDS[record.kind] ?? "note") ?? true) && record.at >= fromAt && record.at <= toAt;
      return isMeant && words.length > 0 && words.every(({ term, isPrefix }) => terms.some((found) => (isPrefix ? found.startsWith(term) : found === term)));
    })
    .map(({ record }) => record)
    .sort(compareRecords)
    .filter((record) => after === undefined || compareRecords(record, after) > 0);
}

function makeQuery(random: Random): Query {
  const last = random.pick([...WORDS, "w1", "w12", "reading", "th", "max"]);
  return parseQuery([...Array.from({ length: random.integer(0, 2) }, () => random.pick(WORDS)), last.slice(0, random.integer(1, last.length))].join(" "));
}

function makeOptions(random: Random, documents: readonly Document[]): FindOptions {
  const maybe = <T>(make: () => T): T | undefined => (random.next() < 0.3 ? make() : undefined);
  const all = { wants: maybe(() => (fileId: number) => fileId % 2 === 0), kinds: maybe(() => [random.pick(SEARCH_KINDS), "user" as const]), fromAt: maybe(() => random.integer(0, 50)), toAt: maybe(() => random.integer(0, 50)), after: maybe(() => random.pick(documents).record) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

describe("search segments", () => {
  it("find what going through every text finds, over one or many of them", seeded((random) => {
    for (let round = 0; round < 3; round++) {
      const parts = Array.from({ length: random.integer(1, 4) }, () => makeDocuments(random, random.integer(1, 80)));
      const documents = parts.flatMap((part, index) => part.map(({ record, text }) => ({ record: { ...record, start: record.start * 8 + index }, text })));
      const segments = parts.map((part, index) => open(build(documents.filter(({ record }) => record.start % 8 === index), `s${index}`), `s${index}`));
      for (let count = 0; count < 20; count++) {
        const [query, options] = [makeQuery(random), makeOptions(random, documents)];
        const found = findCandidates(segments, query, options);
        assert.deepEqual([...found.records], scan(documents, query, options), JSON.stringify(query));
        const { after: _page, ...all } = options;
        assert.equal(found.count, scan(documents, query, all).length);
      }
    }
  }));

  it("stay the same when they are merged, but for what is dropped", seeded((random) => {
    const parts = [0, 1, 2].map((part) => makeDocuments(random, 60).map(({ record, text }) => ({ record: { ...record, start: record.start * 4 + part }, text })));
    const keeps = (fileId: number): boolean => fileId !== 3;
    const merged = merge(parts.map((part, index) => open(build(part, `s${index}`), `s${index}`)), "m", keeps);
    const kept = parts.flat().filter(({ record }) => keeps(record.fileId));
    assert.deepEqual([...merged.documents()], kept.map(({ record }) => record).sort(compareRecords));
    const holders = new Map<string, DocumentRecord[]>();
    for (const { record, text } of kept) for (const term of termsOf(text)) holders.set(term, [...(holders.get(term) ?? []), record]);
    assert.deepEqual([...merged.terms()].map(({ term }) => term), [...holders.keys()].sort());
    for (const [term, records] of holders) assert.deepEqual([...findCandidates([merged], { words: [{ term, isPrefix: false }], phrases: [] }, {}).records], records.sort(compareRecords), term);
    for (let count = 0; count < 40; count++) {
      const query = makeQuery(random);
      assert.deepEqual([...findCandidates([merged], query, {}).records], scan(kept, query, {}), JSON.stringify(query));
    }
  }));

  it("of many pages and blocks are read by places", seeded((random) => {
    const documents = makeDocuments(random, 1_500, 100_000);
    const segment = open(build(documents, "s"), "s");
    assert.ok(segment.sizeBytes > 8 * PAGE_BYTES);
    for (let count = 0; count < 12; count++) {
      const query = parseQuery(`w${random.integer(1, 9)}${random.integer(0, 9)}${random.pick(["", "4", "77"])}`);
      assert.deepEqual([...findCandidates([segment], query, {}).records], scan(documents, query, {}), JSON.stringify(query));
    }
  }));

  it("give the right answer or none when a byte is not what it was, or bytes are gone", seeded((random) => {
    const bytes = build(makeDocuments(random, 200, 20_000), "s");
    const readAll = (segment: Segment): unknown => [[...segment.documents()], [...segment.terms()], segment.files(), segment.kinds()];
    const right = readAll(open(bytes, "s"));
    assert.deepEqual(readAll(open(bytes, "s")), right);
    for (let round = 0; round < 60; round++) {
      const damaged = round % 6 === 0 ? bytes.slice(0, random.integer(0, bytes.length - 1)) : bytes.with(random.integer(0, bytes.length - 1), random.integer(0, 255));
      if (Buffer.compare(damaged, bytes) === 0) continue;
      assert.throws(() => readAll(open(damaged, "s")), DamagedIndexError);
    }
  }));

  it("are known by their names, and their pages by their places", seeded((random) => {
    const bytes = build(makeDocuments(random, 200, 20_000), "s");
    assert.throws(() => open(bytes, "t"), DamagedIndexError);
    const swapped = new Uint8Array(Buffer.concat([bytes.subarray(PAGE_BYTES, 2 * PAGE_BYTES), bytes.subarray(0, PAGE_BYTES), bytes.subarray(2 * PAGE_BYTES)]));
    assert.throws(() => [...open(swapped, "s").documents()], DamagedIndexError);
  }));

  it("may hold no text, or texts without words", () => {
    for (const documents of [[], [{ record: { at: 1, fileId: 0, start: 0, length: 1, kind: 0 }, text: "…" }]]) {
      const segment = open(build(documents, "s"), "s");
      assert.equal(segment.documentCount, documents.length);
      assert.deepEqual([...findCandidates([segment], parseQuery("any"), {}).records], []);
      assert.equal(merge([segment, segment], "m", () => false).documentCount, 0);
    }
  });
});
