/** How a character takes part in words. */
export const SEPARATOR = 0;
export const LOWER = 1;
export const UPPER = 2;
export const DIGIT = 3;
export const UNDERSCORE = 4;
/** Of a script without spaces between words. */
export const UNSPACED = 5;
/** Part of a word, but nothing is left of it: an accent, a soft hyphen. */
export const SILENT = 6;

export interface Folded {
  readonly kind: number;
  /** What is left of the character without case and accents, UTF-16; empty for separators. */
  readonly text: string;
}

const NOTHING: Folded = { kind: SEPARATOR, text: "" };
const WORD = /^[\p{L}\p{M}\p{N}_]$/u;
const SPACELESS = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u30fc]/u;
/** Latin, Greek and Cyrillic accents, Hebrew points, Arabic vowel signs; marks that other scripts spell with stay. */
const ACCENTS = /[\u0300-\u036f\u0591-\u05c7\u064b-\u065f]/gu;
/** Soft hyphen and the invisible joiners: they stand inside words. */
const INVISIBLE = /^[\u00ad\u200c\u200d]$/u;

const ascii: readonly Folded[] = Array.from({ length: 128 }, (_, code) => fold(String.fromCharCode(code)));
/** Kinds of ASCII, and their folded code, for loops that cannot afford objects. */
export const ASCII_KIND = Uint8Array.from(ascii, (folded) => folded.kind);
export const ASCII_FOLDED = Uint8Array.from(ascii, (folded) => (folded.text === "" ? 0 : folded.text.charCodeAt(0)));

const known = new Map<number, Folded>();

/** Kind and folded text of one code point. What it gives for a character never depends on its neighbours. */
export function foldOf(codePoint: number): Folded {
  const found = codePoint < 128 ? ascii[codePoint] : known.get(codePoint);
  if (found !== undefined) return found;
  const made = fold(String.fromCodePoint(codePoint));
  known.set(codePoint, made);
  return made;
}

function fold(character: string): Folded {
  if (INVISIBLE.test(character)) return { kind: SILENT, text: "" };
  if (!WORD.test(character)) return NOTHING;
  const text = [...character.normalize("NFKD").toLowerCase().normalize("NFKD").replace(ACCENTS, "").replaceAll("ς", "σ").normalize("NFC")].filter((part) => WORD.test(part)).join("");
  if (text === "") return { kind: SILENT, text };
  if (SPACELESS.test(text)) return { kind: UNSPACED, text };
  return { kind: kindOf(character), text };
}

function kindOf(character: string): number {
  if (character === "_") return UNDERSCORE;
  if (/\p{N}/u.test(character)) return DIGIT;
  return /[\p{Lu}\p{Lt}]/u.test(character) ? UPPER : LOWER;
}
