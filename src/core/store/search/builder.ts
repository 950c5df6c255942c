import type { Checksum } from "./pages";
import { compareRecords, createRecordList, type DocumentRecord } from "./records";
import { createSegmentWriter } from "./segmentWriter";
import { createTermTable } from "./terms";
import { createTokenizer, normalForm } from "./tokens";

/** Collects texts for a segment of their own. */
export interface SegmentBuilder {
  readonly documentCount: () => number;
  /** Pairs of term and document, each of which takes 4 bytes of memory. */
  readonly pairCount: () => number;
  add(document: DocumentRecord, text: string): void;
  /** Writes the segment as far as its caller asks, so that other work comes between; nothing is added after it began. */
  write(name: string, checksum: Checksum, onPage: (page: Uint8Array) => void): Generator<void, void>;
}

export function createSegmentBuilder(): SegmentBuilder {
  const tokenizer = createTokenizer({ hasPlaces: false });
  const table = createTermTable();
  const documents = createRecordList();
  /** Terms of the first document, of the second, …, each once a document; where each document's end. */
  let pairs = new Uint32Array(1 << 12);
  let pairCount = 0;
  const ends: number[] = [];
  /** The last document that a term was seen in, + 1. */
  let seen = new Uint32Array(1 << 11);

  function take(start: number, end: number): void {
    const id = table.idOf(tokenizer.units, start, end);
    if (id >= seen.length) seen = grown(seen);
    if (seen[id] === documents.count()) return;
    seen[id] = documents.count();
    if (pairCount === pairs.length) pairs = grown(pairs);
    pairs[pairCount++] = id;
  }

  return {
    documentCount: documents.count,
    pairCount: () => pairCount,

    add(document, text) {
      documents.add(document);
      tokenizer.run(normalForm(text), take);
      ends.push(pairCount);
    },

    *write(name, checksum, onPage) {
      const order = Uint32Array.from({ length: documents.count() }, (_, document) => document).sort((a, b) => compareRecords(documents.get(a), documents.get(b)));
      const begins = new Uint32Array(table.count() + 1);
      for (let pair = 0; pair < pairCount; pair++) begins[(pairs[pair] ?? 0) + 1] = (begins[(pairs[pair] ?? 0) + 1] ?? 0) + 1;
      for (let id = 0; id < table.count(); id++) begins[id + 1] = (begins[id + 1] ?? 0) + (begins[id] ?? 0);
      // Documents are gone through in their final order, so each term's list comes out in order by itself.
      const lists = new Uint32Array(pairCount);
      const next = begins.slice();
      for (const [number, document] of order.entries()) {
        for (let pair = document === 0 ? 0 : (ends[document - 1] ?? 0); pair < (ends[document] ?? 0); pair++) {
          const id = pairs[pair] ?? 0;
          const place = next[id] ?? 0;
          lists[place] = number;
          next[id] = place + 1;
        }
        if (number % 256 === 0) yield;
      }
      const writer = createSegmentWriter(name, { count: order.length, get: (number) => documents.get(order[number] ?? 0) }, checksum, onPage);
      for (const [count, id] of table.sorted().entries()) {
        writer.addTerm(table.textOf(id), lists.subarray(begins[id], begins[id + 1]));
        if (count % 64 === 0) yield;
      }
      writer.finish();
    },
  };
}

function grown(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(array.length * 2);
  larger.set(array);
  return larger;
}
