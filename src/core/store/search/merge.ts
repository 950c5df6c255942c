import type { Checksum } from "./pages";
import { DROPPED, mapPostings } from "./postings";
import { compareRecords, createRecordList, type DocumentRecord, type RecordList } from "./records";
import type { Segment, TermEntry } from "./segment";
import { createSegmentWriter } from "./segmentWriter";

export interface MergeOptions {
  readonly name: string;
  readonly checksum: Checksum;
  /** Whether a journal file's documents stay. */
  readonly keeps: (fileId: number) => boolean;
  /** The page's bytes are overwritten later. */
  readonly onPage: (page: Uint8Array) => void;
}

/**
 * Writes one segment that holds what several did, but for what is dropped; terms that only dropped documents held go with
 * them. Gives the number of its documents; with none, what was written is of no use. Runs as far as its caller asks, so
 * that other work comes between.
 */
export function* mergeSegments(segments: readonly Segment[], { name, checksum, keeps, onPage }: MergeOptions): Generator<void, number> {
  const { documents, maps } = yield* orderDocuments(segments, keeps);
  const writer = createSegmentWriter(name, { count: documents.count(), get: documents.get }, checksum, onPage);
  const found = new Uint32Array(documents.count());
  const inputs = segments.map((segment, index) => ({ terms: segment.terms()[Symbol.iterator](), map: maps[index] ?? new Uint32Array(0), entry: undefined as TermEntry | undefined }));
  for (const input of inputs) input.entry = nextOf(input.terms);

  for (let steps = 0; ; steps++) {
    let term: string | undefined;
    for (const { entry } of inputs) if (entry !== undefined && (term === undefined || entry.term < term)) term = entry.term;
    if (term === undefined) break;
    let count = 0;
    let sources = 0;
    for (const input of inputs) {
      const { entry } = input;
      if (entry?.term !== term) continue;
      const added = mapPostings(found, count, entry.postings, entry.isBitmap, input.map);
      if (added > 0) sources++;
      count += added;
      input.entry = nextOf(input.terms);
    }
    const list = found.subarray(0, count);
    // Documents of one segment keep their order among themselves.
    if (sources > 1) list.sort();
    if (count > 0) writer.addTerm(term, list);
    if (steps % 64 === 0) yield;
  }
  writer.finish();
  return documents.count();
}

/** The documents that stay, in order, and for each segment the new number of each of its documents. */
function* orderDocuments(segments: readonly Segment[], keeps: (fileId: number) => boolean): Generator<void, { readonly documents: RecordList; readonly maps: readonly Uint32Array[] }> {
  const maps = segments.map((segment) => new Uint32Array(segment.documentCount).fill(DROPPED));
  const documents = createRecordList(segments.reduce((sum, segment) => sum + segment.documentCount, 0));
  const inputs = segments.map((segment) => ({ records: segment.documents()[Symbol.iterator](), number: -1, record: undefined as DocumentRecord | undefined }));
  const advance = (input: (typeof inputs)[number]): void => {
    do {
      input.record = nextOf(input.records);
      input.number++;
    } while (input.record !== undefined && !keeps(input.record.fileId));
  };
  for (const input of inputs) advance(input);
  for (;;) {
    let newest = -1;
    for (const [index, { record }] of inputs.entries()) {
      const best = inputs[newest]?.record;
      if (record !== undefined && (best === undefined || compareRecords(record, best) < 0)) newest = index;
    }
    const input = inputs[newest];
    const map = maps[newest];
    if (input?.record === undefined || map === undefined) return { documents, maps };
    map[input.number] = documents.count();
    documents.add(input.record);
    advance(input);
    if (documents.count() % 1024 === 0) yield;
  }
}

function nextOf<T>(iterator: Iterator<T>): T | undefined {
  const next = iterator.next();
  return next.done === true ? undefined : next.value;
}
