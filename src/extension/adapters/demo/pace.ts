import type { Step } from "./wire";

/** Words in each piece, in turn: text arrives in uneven pieces, but the same ones every time. */
const PIECE_WORDS = [3, 2, 4, 3, 5, 2, 4];

/** Says a text as `text` (or `thinking`) steps at a reading pace; with `Infinity` words a second, without pauses. */
export function* speak(text: string, wordsPerSecond: number, type: "text" | "thinking" = "text"): Generator<Step> {
  const words = text.match(/\s*\S+\s*/g) ?? [];
  for (let from = 0, turn = 0; from < words.length; turn += 1) {
    const count = PIECE_WORDS[turn % PIECE_WORDS.length] ?? 1;
    const piece = words.slice(from, from + count);
    from += count;
    yield { type, text: piece.join("") };
    if (Number.isFinite(wordsPerSecond)) yield { type: "pause", ms: (piece.length * 1000) / wordsPerSecond };
  }
}
