import { createBits, intersect, nextBit, countBits } from "./bits";
import { SEARCH_KINDS, type SearchKind } from "./port";
import type { Query } from "./query";
import { compareRecords, type DocumentRecord } from "./records";
import type { Segment } from "./segment";

export interface FindOptions {
  /** Whether documents of a journal file are wanted. */
  readonly wants?: (fileId: number) => boolean;
  readonly kinds?: readonly SearchKind[];
  readonly fromAt?: number;
  readonly toAt?: number;
  /** Only documents behind this one, in the order of results. */
  readonly after?: DocumentRecord;
}

export interface Candidates {
  /** Documents that hold every term, before `after` is looked at. */
  readonly count: number;
  /** Newest first, over all segments. */
  readonly records: Iterable<DocumentRecord>;
}

/** The documents of several segments that hold all of a query's terms; whether they hold its phrases, only their text says. */
export function findCandidates(segments: readonly Segment[], query: Query, options: FindOptions): Candidates {
  const found = segments.flatMap((segment) => {
    const bits = findInSegment(segment, query, options);
    return bits === undefined ? [] : [{ segment, bits }];
  });
  return {
    count: found.reduce((sum, { bits }) => sum + countBits(bits), 0),
    records: mergeRecords(found.map(({ segment, bits }) => recordsOf(segment, bits, options.after))),
  };
}

function findInSegment(segment: Segment, { words }: Query, { wants, kinds, fromAt = -Infinity, toAt = Infinity }: FindOptions): Uint32Array | undefined {
  if (words.length === 0 || segment.documentCount === 0 || segment.newestAt < fromAt || segment.oldestAt > toAt) return undefined;
  let bits: Uint32Array | undefined;
  // Whole words first: where one is missing, the many terms of a prefix are not read.
  for (const { term, isPrefix } of [...words].sort((a, b) => Number(a.isPrefix) - Number(b.isPrefix) || b.term.length - a.term.length)) {
    const matches = createBits(segment.documentCount);
    if (segment.addMatches(matches, term, isPrefix) === 0) return undefined;
    if (bits === undefined) bits = matches;
    else if (!intersect(bits, matches)) return undefined;
  }
  if (bits === undefined) return undefined;
  if (wants !== undefined) {
    const files = segment.files();
    keepBits(bits, (document) => wants(files[document] ?? 0));
  }
  if (kinds !== undefined) {
    const allowed = new Set(kinds.map((kind) => SEARCH_KINDS.indexOf(kind)));
    const all = segment.kinds();
    keepBits(bits, (document) => allowed.has(all[document] ?? 0));
  }
  if (segment.newestAt > toAt || segment.oldestAt < fromAt) {
    const first = firstDocument(segment, (record) => record.at <= toAt);
    const end = firstDocument(segment, (record) => record.at < fromAt);
    keepBits(bits, (document) => document >= first && document < end);
  }
  return bits;
}

function keepBits(bits: Uint32Array, keeps: (document: number) => boolean): void {
  for (let document = nextBit(bits, 0); document >= 0; document = nextBit(bits, document + 1)) {
    if (!keeps(document)) bits[document >> 5] = (bits[document >> 5] ?? 0) & ~(1 << (document & 31));
  }
}

/** The first document for which something holds that holds for all behind it too. */
function firstDocument(segment: Segment, holds: (record: DocumentRecord) => boolean): number {
  let [low, high] = [0, segment.documentCount];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(segment.recordOf(middle))) high = middle;
    else low = middle + 1;
  }
  return low;
}

function* recordsOf(segment: Segment, bits: Uint32Array, after: DocumentRecord | undefined): Generator<DocumentRecord> {
  const first = after === undefined ? 0 : firstDocument(segment, (record) => compareRecords(record, after) > 0);
  for (let document = nextBit(bits, first); document >= 0; document = nextBit(bits, document + 1)) yield segment.recordOf(document);
}

function* mergeRecords(sources: readonly Generator<DocumentRecord>[]): Generator<DocumentRecord> {
  const heads = sources.map((source) => source.next());
  for (;;) {
    let newest: { readonly index: number; readonly record: DocumentRecord } | undefined;
    for (const [index, head] of heads.entries()) {
      if (head.done !== true && (newest === undefined || compareRecords(head.value, newest.record) < 0)) newest = { index, record: head.value };
    }
    const source = sources[newest?.index ?? -1];
    if (newest === undefined || source === undefined) return;
    yield newest.record;
    heads[newest.index] = source.next();
  }
}
