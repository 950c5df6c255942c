import { createByteBuffer } from "./bytes";
import { PAYLOAD_BYTES, writePages, type Checksum } from "./pages";
import { writePostings } from "./postings";
import type { DocumentRecord } from "./records";
import { SEGMENT_MAGIC } from "./segment";

/** The documents of a segment to be written, in order: each is asked for several times. */
export interface OrderedRecords {
  readonly count: number;
  get(index: number): DocumentRecord;
}

/** A block of terms is full at this many bytes of entries, or of postings. */
const ENTRIES_BYTES = 4 * 1024;
const POSTINGS_BYTES = 64 * 1024;

export interface SegmentWriter {
  /** Terms in order, each with its documents in order. */
  addTerm(term: string, documents: Uint32Array): void;
  /** Writes what is left; nothing may follow. */
  finish(): void;
}

/**
 * Writes a segment page by page to `onPage`; the bytes given are overwritten later. `documents` are newest first.
 */
export function createSegmentWriter(name: string, documents: OrderedRecords, checksum: Checksum, onPage: (page: Uint8Array) => void): SegmentWriter {
  const pages = writePages(name, checksum, onPage);
  const entries = createByteBuffer();
  const postings = createByteBuffer();
  const index = createByteBuffer();
  let firstTerm = "";
  let before = "";
  let termCount = 0;
  let blockCount = 0;
  writeColumns(documents, (bytes) => pages.write(bytes));

  function finishBlock(): void {
    if (entries.length() === 0) return;
    pages.write(entries.bytes());
    pages.write(postings.bytes());
    index.text(firstTerm);
    index.varint(entries.length());
    index.varint(entries.length() + postings.length());
    blockCount++;
    entries.clear();
    postings.clear();
  }

  return {
    addTerm(term, found) {
      const isFirst = entries.length() === 0;
      if (isFirst) firstTerm = term;
      const shared = isFirst ? 0 : sharedLength(before, term);
      entries.varint(shared);
      entries.text(term.slice(shared));
      entries.varint(found.length);
      const begin = postings.length();
      const isBitmap = writePostings(postings, found, documents.count);
      entries.varint((postings.length() - begin) * 2 + (isBitmap ? 1 : 0));
      before = term;
      termCount++;
      if (entries.length() >= ENTRIES_BYTES || postings.length() >= POSTINGS_BYTES) finishBlock();
    },

    finish() {
      finishBlock();
      const offset = pages.position();
      pages.write(index.bytes());
      pages.pad();
      const footer = new Uint8Array(PAYLOAD_BYTES);
      const figures = new DataView(footer.buffer);
      for (const [place, value] of [SEGMENT_MAGIC, documents.count, termCount, blockCount, index.length(), offset % 2 ** 32].entries()) figures.setUint32(place * 4, value, true);
      figures.setFloat64(24, documents.count > 0 ? documents.get(0).at : 0, true);
      figures.setFloat64(32, documents.count > 0 ? documents.get(documents.count - 1).at : 0, true);
      figures.setUint32(40, Math.floor(offset / 2 ** 32), true);
      pages.write(footer);
    },
  };
}

function writeColumns(documents: OrderedRecords, write: (bytes: Uint8Array) => void): void {
  const column = (width: number, put: (view: DataView, offset: number, document: DocumentRecord) => void): void => {
    const view = new DataView(new ArrayBuffer(documents.count * width));
    for (let index = 0; index < documents.count; index++) put(view, index * width, documents.get(index));
    write(new Uint8Array(view.buffer));
  };
  column(8, (view, offset, { at }) => view.setFloat64(offset, at, true));
  column(4, (view, offset, { fileId }) => view.setUint32(offset, fileId, true));
  column(4, (view, offset, { start }) => view.setUint32(offset, start % 2 ** 32, true));
  column(4, (view, offset, { length }) => view.setUint32(offset, length, true));
  column(1, (view, offset, { kind, start }) => view.setUint8(offset, kind | (Math.floor(start / 2 ** 32) << 4)));
}

/** Common beginning in UTF-16 units, never through the middle of a character: what follows is written as UTF-8. */
function sharedLength(a: string, b: string): number {
  const limit = Math.min(a.length, b.length);
  let length = 0;
  while (length < limit && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  const last = length > 0 ? a.charCodeAt(length - 1) : 0;
  return last >= 0xd800 && last < 0xdc00 ? length - 1 : length;
}
