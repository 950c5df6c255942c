import type { ByteBuffer } from "./bytes";

/** How the numbers of a term's documents are written: as gaps, or as one bit a document where that is shorter. */
export function writePostings(out: ByteBuffer, documents: Uint32Array, documentCount: number): boolean {
  const bitmapBytes = Math.ceil(documentCount / 8);
  if (documents.length >= bitmapBytes) {
    const bitmap = new Uint8Array(bitmapBytes);
    for (const document of documents) bitmap[document >> 3] = (bitmap[document >> 3] ?? 0) | (1 << (document & 7));
    out.set(bitmap);
    return true;
  }
  let before = -1;
  for (const document of documents) {
    out.varint(document - before - 1);
    before = document;
  }
  return false;
}

/** Sets a bit for each document. `bits` has room for every document of the segment. */
export function addPostings(bits: Uint32Array, bytes: Uint8Array, from: number, to: number, isBitmap: boolean): void {
  if (isBitmap) {
    for (let index = from; index < to; index++) {
      const byte = index - from;
      const word = byte >> 2;
      bits[word] = (bits[word] ?? 0) | ((bytes[index] ?? 0) << ((byte & 3) * 8));
    }
    return;
  }
  let document = -1;
  for (let index = from; index < to; ) {
    let byte = bytes[index++] ?? 0;
    let gap = byte & 0x7f;
    for (let shift = 7; byte >= 0x80; shift += 7) {
      byte = bytes[index++] ?? 0;
      gap |= (byte & 0x7f) << shift;
    }
    document += gap + 1;
    const word = document >> 5;
    bits[word] = (bits[word] ?? 0) | (1 << (document & 31));
  }
}

/** The documents of postings into `out`, each as `map` numbers it anew, without those that `map` drops (`DROPPED`); gives their count. */
export function mapPostings(out: Uint32Array, from: number, postings: Uint8Array, isBitmap: boolean, map: Uint32Array): number {
  let at = from;
  const take = (document: number): void => {
    const mapped = map[document] ?? DROPPED;
    if (mapped !== DROPPED) out[at++] = mapped;
  };
  if (isBitmap) {
    for (let index = 0; index < postings.length; index++) {
      for (let byte = postings[index] ?? 0; byte !== 0; byte &= byte - 1) take(index * 8 + 31 - Math.clz32(byte & -byte));
    }
    return at - from;
  }
  let document = -1;
  for (let index = 0; index < postings.length; ) {
    let byte = postings[index++] ?? 0;
    let gap = byte & 0x7f;
    for (let shift = 7; byte >= 0x80; shift += 7) {
      byte = postings[index++] ?? 0;
      gap |= (byte & 0x7f) << shift;
    }
    document += gap + 1;
    take(document);
  }
  return at - from;
}

export const DROPPED = 0xffffffff;
