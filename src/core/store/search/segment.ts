import { readBytes, type ByteCursor } from "./bytes";
import { DamagedIndexError, PAYLOAD_BYTES, readPages, type ByteSource, type Checksum, type PageReader } from "./pages";
import { addPostings } from "./postings";
import type { DocumentRecord } from "./records";

/**
 * A segment is a file that never changes: documents, newest first and numbered from 0, then terms in order with the numbers
 * of the documents that hold them. Content, in pages:
 * - columns of the documents: at (f64), file (u32), start (u32), length (u32), kind and high bits of start (u8)
 * - blocks of terms: entries `shared, suffix, documents, postings' bytes × 2 + isBitmap`, then their postings, in order
 * - the sparse index: each block's first term, its size and that of its entries
 * - a last page of figures
 */
export const SEGMENT_MAGIC = 0x31534e43;
export const DOCUMENT_BYTES = 21;
/** Column begins, in bytes per document before it. */
export const COLUMNS = { at: 0, file: 8, start: 12, length: 16, kind: 20 } as const;
const CHUNK = 512;

export interface TermEntry {
  readonly term: string;
  readonly count: number;
  readonly isBitmap: boolean;
  readonly postings: Uint8Array;
}

export interface Segment {
  readonly name: string;
  readonly sizeBytes: number;
  readonly documentCount: number;
  readonly termCount: number;
  readonly newestAt: number;
  readonly oldestAt: number;
  /** Sets the bits of the documents that hold a term, or one that begins so; gives how many entries were read. */
  addMatches(bits: Uint32Array, term: string, isPrefix: boolean): number;
  atOf(document: number): number;
  recordOf(document: number): DocumentRecord;
  /** Whole columns, read anew each time. */
  files(): Uint32Array;
  kinds(): Uint8Array;
  /** All documents, in order. */
  documents(): Iterable<DocumentRecord>;
  /** All terms, in order. */
  terms(): Iterable<TermEntry>;
}

interface Block {
  readonly firstTerm: string;
  readonly offset: number;
  readonly entriesBytes: number;
  readonly sizeBytes: number;
}

/** Opens a segment; what it holds in memory is its sparse index alone, about 100 bytes for 4 KB of terms. */
export function openSegment(source: ByteSource, name: string, checksum: Checksum): Segment {
  const pages = readPages(source, name, checksum);
  const footer = pages.read(pages.sizeBytes - PAYLOAD_BYTES, PAYLOAD_BYTES);
  const figures = new DataView(footer.buffer, footer.byteOffset, footer.byteLength);
  if (figures.getUint32(0, true) !== SEGMENT_MAGIC) throw new DamagedIndexError(`${name} is no segment of this version.`);
  const documentCount = figures.getUint32(4, true);
  const termCount = figures.getUint32(8, true);
  const blocks = readBlocks(pages, documentCount, figures);
  const newestAt = figures.getFloat64(24, true);
  const oldestAt = figures.getFloat64(32, true);

  /** One chunk of a column, kept until another is asked for: neighbours are asked for one after the other. */
  const chunks = new Map<number, { readonly index: number; readonly view: DataView }>();
  function field(column: number, width: number, document: number): DataView {
    const index = Math.floor(document / CHUNK);
    const kept = chunks.get(column);
    if (kept?.index === index) return kept.view;
    const from = index * CHUNK;
    const bytes = pages.read(column * documentCount + from * width, Math.min(CHUNK, documentCount - from) * width);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    chunks.set(column, { index, view });
    return view;
  }

  function columnOf(column: number, width: number): Uint8Array {
    return pages.read(column * documentCount, documentCount * width);
  }

  function atOf(document: number): number {
    return field(COLUMNS.at, 8, document).getFloat64((document % CHUNK) * 8, true);
  }

  function recordOf(document: number): DocumentRecord {
    const at = (document % CHUNK) * 4;
    const u32 = (column: number): number => field(column, 4, document).getUint32(at, true);
    const kind = field(COLUMNS.kind, 1, document).getUint8(document % CHUNK);
    return { at: atOf(document), fileId: u32(COLUMNS.file), start: u32(COLUMNS.start) + (kind >> 4) * 2 ** 32, length: u32(COLUMNS.length), kind: kind & 15 };
  }

  /** The last block that may hold a term: its first term is not behind it. */
  function blockOf(term: string): number {
    let [low, high] = [0, blocks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((blocks[middle]?.firstTerm ?? "") <= term) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  function addExact(bits: Uint32Array, term: string): number {
    const block = blocks[blockOf(term)];
    if (block === undefined || block.firstTerm > term) return 0;
    for (const entry of entriesOf(pages.read(block.offset, block.entriesBytes), block)) {
      if (entry.term < term) continue;
      if (entry.term > term) return 0;
      addPostings(bits, pages.readBriefly(block.offset + entry.from, entry.length), 0, entry.length, entry.isBitmap);
      return 1;
    }
    return 0;
  }

  function addPrefix(bits: Uint32Array, prefix: string): number {
    let found = 0;
    for (let index = blockOf(prefix); index < blocks.length; index++) {
      const block = blocks[index];
      if (block === undefined || (block.firstTerm > prefix && !block.firstTerm.startsWith(prefix))) break;
      let bytes: Uint8Array | undefined;
      for (const entry of entriesOf(pages.read(block.offset, block.entriesBytes), block)) {
        if (entry.term < prefix) continue;
        if (!entry.term.startsWith(prefix)) return found;
        bytes ??= pages.readBriefly(block.offset, block.sizeBytes);
        addPostings(bits, bytes, entry.from, entry.from + entry.length, entry.isBitmap);
        found++;
      }
    }
    return found;
  }

  return {
    name,
    sizeBytes: source.sizeBytes,
    documentCount,
    termCount,
    newestAt,
    oldestAt,
    addMatches: (bits, term, isPrefix) => (isPrefix ? addPrefix(bits, term) : addExact(bits, term)),
    atOf,
    recordOf,
    files() {
      const bytes = columnOf(COLUMNS.file, 4);
      return new Uint32Array(bytes.slice().buffer); // little-endian, as all machines that this runs on are
    },
    kinds: () => columnOf(COLUMNS.kind, 1).map((kind) => kind & 15),
    *documents() {
      for (let document = 0; document < documentCount; document++) yield recordOf(document);
    },
    *terms() {
      for (const block of blocks) {
        const bytes = pages.read(block.offset, block.sizeBytes);
        for (const { term, count, isBitmap, from, length } of entriesOf(bytes, block)) yield { term, count, isBitmap, postings: bytes.subarray(from, from + length) };
      }
    },
  };
}

function readBlocks(pages: PageReader, documentCount: number, figures: DataView): readonly Block[] {
  const blockCount = figures.getUint32(12, true);
  const indexBytes = figures.getUint32(16, true);
  const indexOffset = figures.getUint32(20, true) + figures.getUint32(40, true) * 2 ** 32;
  const cursor = readBytes(pages.read(indexOffset, indexBytes));
  let offset = documentCount * DOCUMENT_BYTES;
  return Array.from({ length: blockCount }, () => {
    const block = { firstTerm: cursor.text(), offset, entriesBytes: cursor.varint(), sizeBytes: cursor.varint() };
    offset += block.sizeBytes;
    return block;
  });
}

interface Entry {
  readonly term: string;
  readonly count: number;
  readonly isBitmap: boolean;
  /** Of the postings, from the block's begin. */
  readonly from: number;
  readonly length: number;
}

function* entriesOf(bytes: Uint8Array, block: Block): Generator<Entry> {
  const cursor: ByteCursor = readBytes(bytes);
  let term = "";
  let from = block.entriesBytes;
  while (cursor.at < block.entriesBytes) {
    const shared = cursor.varint();
    term = term.slice(0, shared) + cursor.text();
    const count = cursor.varint();
    const size = cursor.varint();
    const length = Math.floor(size / 2);
    yield { term, count, isBitmap: size % 2 === 1, from, length };
    from += length;
  }
}
