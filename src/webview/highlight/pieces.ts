import type { Piece, Token, Tokenised } from "./token";

/** Characters of one step: what is read and painted without a look at the clock, some 2 ms. A block's first is slower for its length. */
const STEP = 1_500;
const FIRST_STEP = 500;
/** A string, comment or embedded script longer than this stays plain from here on: to read it anew costs more than a frame. */
const LONGEST_STEP = 16_000;
/** Longer lines are data, not code that anybody reads, and grammars are slow on them. */
const LONGEST_LINE = 5_000;
/** So much of one block is painted; what follows is plain. */
const LONGEST_CODE = 100_000;
/** Characters of one piece, about. */
const PIECE = 400;

export const NO_PIECES: readonly Piece[] = [];

/** How much of a code the pieces cover, in UTF-16 units. */
export function lengthOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, piece) => sum + piece.text.length, 0);
}

/** The leading pieces that are of this code too. The same array where all are. */
export function fit(pieces: readonly Piece[], code: string): readonly Piece[] {
  let offset = 0;
  const wrong = pieces.findIndex(({ text }) => {
    const isRight = code.startsWith(text, offset);
    offset += text.length;
    return !isRight;
  });
  return wrong < 0 ? pieces : pieces.slice(0, wrong);
}

/** Where the part that later text may still change begins: how many pieces and how many characters lie before it. */
export function settledOf(pieces: readonly Piece[]): { readonly count: number; readonly length: number } {
  const count = pieces.findLastIndex((piece) => piece.isSettled) + 1;
  return { count, length: lengthOf(pieces.slice(0, count)) };
}

/**
 * One step further: pieces of the same code that cover more of it, or the same array when all is covered or the rest has to
 * stay plain. Reading begins where nothing was open; what was shown before and comes out the same is the same object.
 */
export function advance(pieces: readonly Piece[], code: string, tokenise: (code: string) => Tokenised | undefined): readonly Piece[] {
  const { count, length: from } = settledOf(pieces);
  const shown = lengthOf(pieces);
  if (shown >= Math.min(code.length, LONGEST_CODE) || shown - from >= LONGEST_STEP) return pieces;
  const text = code.slice(from, endOfStep(code, from, shown));
  if (hasLongLine(text)) return pieces;
  const result = tokenise(text);
  if (result === undefined) return pieces;
  const old = pieces.slice(count);
  const isSettled = result.isSettled && text.endsWith("\n");
  return [...pieces.slice(0, count), ...gather(result.tokens, isSettled).map((piece, index) => keep(old[index], piece))];
}

/** Twice what is open already, whole lines. The last line, which may still grow, is a step of its own. */
function endOfStep(code: string, from: number, shown: number): number {
  const lineEnd = code.indexOf("\n", from + Math.min(LONGEST_STEP, Math.max(shown === 0 ? FIRST_STEP : STEP, 2 * (shown - from))));
  if (lineEnd >= 0) return lineEnd + 1;
  const lastLine = code.lastIndexOf("\n") + 1;
  return lastLine > shown ? lastLine : code.length;
}

function hasLongLine(text: string): boolean {
  for (let start = 0; text.length - start > LONGEST_LINE; ) {
    const end = text.indexOf("\n", start);
    if (end < 0 || end - start > LONGEST_LINE) return true;
    start = end + 1;
  }
  return false;
}

function gather(tokens: readonly Token[], isSettled: boolean): readonly Piece[] {
  const groups: Token[][] = [];
  let length = PIECE;
  for (const token of tokens) {
    if (length >= PIECE) {
      groups.push([]);
      length = 0;
    }
    groups.at(-1)?.push(token);
    length += token.text.length;
  }
  return groups.map((group, index) => ({ text: group.map(({ text }) => text).join(""), tokens: group, isSettled: isSettled && index === groups.length - 1 }));
}

function keep(old: Piece | undefined, piece: Piece): Piece {
  const isSame = old !== undefined && old.text === piece.text && old.isSettled === piece.isSettled && old.tokens.length === piece.tokens.length;
  return isSame && old.tokens.every((token, index) => token.kind === piece.tokens[index]?.kind && token.text === piece.tokens[index]?.text) ? old : piece;
}
