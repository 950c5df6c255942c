/**
 * Index files are pages of `PAGE_BYTES`, each with a checksum that also knows the page's number and the file's name: a
 * flipped byte, a page of another place or of another file is noticed wherever it is read.
 */
export const PAGE_BYTES = 8 * 1024;
const SUM_BYTES = 4;
export const PAYLOAD_BYTES = PAGE_BYTES - SUM_BYTES;

/** CRC-32 of bytes; given from outside, since the platform's own is several times faster than one in TypeScript. */
export type Checksum = (bytes: Uint8Array) => number;

/** Bytes that can be read at any place, such as a file. `read` gives fewer bytes only at the end; they are the caller's to change. */
export interface ByteSource {
  readonly sizeBytes: number;
  /** `into`, where it is given and large enough, takes the bytes. */
  read(offset: number, length: number, into?: Uint8Array): Uint8Array;
}

/** An index file is not what was written: the index is to be made anew. Told by its `name` across bundles. */
export class DamagedIndexError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "DamagedIndexError";
  }
}

/** Content of pages, as if it were one piece. Throws DamagedIndexError on anything that is not as it was written. */
export interface PageReader {
  /** Of the content, padding of the last page included. */
  readonly sizeBytes: number;
  read(offset: number, length: number): Uint8Array;
  /** The same, valid until the next brief read of any file: for what is large and gone through at once. */
  readBriefly(offset: number, length: number): Uint8Array;
}

/** Memory for brief reads, so that not every one of them leaves its own behind; larger ones have their own. */
const brief = new Uint8Array(32 * PAGE_BYTES);

export function readPages(source: ByteSource, name: string, checksum: Checksum): PageReader {
  const salt = saltOf(name, checksum);
  const pageCount = source.sizeBytes / PAGE_BYTES;
  if (!Number.isInteger(pageCount) || pageCount === 0) throw new DamagedIndexError(`${name} has ${source.sizeBytes} bytes, which are no whole pages.`);

  function read(offset: number, length: number, into?: Uint8Array): Uint8Array {
    if (length === 0) return new Uint8Array(0);
    const first = Math.floor(offset / PAYLOAD_BYTES);
    const last = Math.floor((offset + length - 1) / PAYLOAD_BYTES);
    if (offset < 0 || length < 0 || !(last < pageCount)) throw new DamagedIndexError(`${name} has no bytes ${offset} to ${offset + length}.`);
    const pages = source.read(first * PAGE_BYTES, (last - first + 1) * PAGE_BYTES, into);
    if (pages.byteLength !== (last - first + 1) * PAGE_BYTES) throw new DamagedIndexError(`${name} ends before byte ${offset + length}.`);
    const view = new DataView(pages.buffer, pages.byteOffset, pages.byteLength);
    for (let page = first; page <= last; page++) {
      const at = (page - first) * PAGE_BYTES;
      if (view.getUint32(at + PAYLOAD_BYTES, true) !== sumOf(pages.subarray(at, at + PAYLOAD_BYTES), page, salt, checksum)) throw new DamagedIndexError(`Page ${page} of ${name} is damaged.`);
    }
    const from = offset - first * PAYLOAD_BYTES;
    if (first === last) return pages.subarray(from, from + length);
    // The pages' own bytes are closed up in place: each move goes towards the front.
    for (let page = 1; page <= last - first; page++) pages.copyWithin(page * PAYLOAD_BYTES, page * PAGE_BYTES, page * PAGE_BYTES + PAYLOAD_BYTES);
    return pages.subarray(from, from + length);
  }

  return { sizeBytes: pageCount * PAYLOAD_BYTES, read: (offset, length) => read(offset, length), readBriefly: (offset, length) => read(offset, length, brief) };
}

export interface PageWriter {
  /** Content written so far. */
  readonly position: () => number;
  write(bytes: Uint8Array): void;
  /** Fills up the page at hand; what follows begins a page. */
  pad(): void;
}

/** Gives each page to `onPage` as soon as it is full; the bytes are overwritten by the next page. */
export function writePages(name: string, checksum: Checksum, onPage: (page: Uint8Array) => void): PageWriter {
  const salt = saltOf(name, checksum);
  const page = new Uint8Array(PAGE_BYTES);
  const view = new DataView(page.buffer);
  let number = 0;
  let filled = 0;

  function finishPage(): void {
    page.fill(0, filled, PAYLOAD_BYTES);
    view.setUint32(PAYLOAD_BYTES, sumOf(page.subarray(0, PAYLOAD_BYTES), number, salt, checksum), true);
    onPage(page);
    number++;
    filled = 0;
  }

  return {
    position: () => number * PAYLOAD_BYTES + filled,
    write(bytes) {
      for (let from = 0; from < bytes.length; ) {
        const length = Math.min(PAYLOAD_BYTES - filled, bytes.length - from);
        page.set(bytes.subarray(from, from + length), filled);
        filled += length;
        from += length;
        if (filled === PAYLOAD_BYTES) finishPage();
      }
    },
    pad() {
      if (filled > 0) finishPage();
    },
  };
}

function saltOf(name: string, checksum: Checksum): number {
  return checksum(new TextEncoder().encode(name));
}

function sumOf(payload: Uint8Array, page: number, salt: number, checksum: Checksum): number {
  return (checksum(payload) ^ salt ^ Math.imul(page + 1, 0x9e3779b1)) >>> 0;
}
