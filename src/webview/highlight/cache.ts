import type { Piece } from "./token";

/** Characters of code whose pieces are kept, the latest used: what a reader scrolls back to. Tokens take about twenty times that in bytes. */
const KEPT = 150_000;

export interface PieceCache {
  get(language: string, code: string): readonly Piece[] | undefined;
  set(language: string, code: string, pieces: readonly Piece[]): void;
}

/** Remembers pieces by language and code, as far as `kept` characters go. */
export function createPieceCache(kept = KEPT): PieceCache {
  const entries = new Map<string, readonly Piece[]>(); // in the order of their last use
  let size = 0;
  const keyOf = (language: string, code: string): string => `${language}\n${code}`;
  const remove = (key: string): void => {
    if (entries.delete(key)) size -= key.length;
  };
  return {
    get(language, code) {
      const key = keyOf(language, code);
      const pieces = entries.get(key);
      if (pieces === undefined) return undefined;
      entries.delete(key);
      entries.set(key, pieces);
      return pieces;
    },
    set(language, code, pieces) {
      const key = keyOf(language, code);
      remove(key);
      if (key.length > kept) return;
      entries.set(key, pieces);
      size += key.length;
      for (const oldest of entries.keys()) {
        if (size <= kept) return;
        remove(oldest);
      }
    },
  };
}
