import { ASCII_FOLDED, ASCII_KIND, DIGIT, foldOf, LOWER, SEPARATOR, SILENT, UNDERSCORE, UNSPACED, UPPER } from "./fold";

/** UTF-16 units of a term at most; of a longer word this much is known. */
export const MAX_TERM_LENGTH = 64;
/** A word of more parts is a hash or the like: nobody looks for parts of it. */
const MAX_PARTS = 12;

/** Whole words, and within them the terms under which they are found too. */
export type TermKind = "word" | "part" | "unspaced";

/**
 * Splits texts into terms: runs of letters and digits without case and accents. A name of several parts (`readFile`,
 * `max_size`) gives itself, each part, and what follows from each part on, so that a search may begin at any part. Scripts
 * without spaces give pairs of neighbouring characters, and the last character alone.
 */
export interface Tokenizer {
  /** Folded units of the word at hand: a term is `units[start] … units[end - 1]`. Overwritten by the next word. */
  readonly units: Uint16Array;
  /** Where in the text the character of each unit begins; one more entry for where the last one ends. */
  readonly places: Uint32Array;
  /** Calls `onTerm` for every term of the text, in the order of words; ends early when it gives true. The text should be NFC. */
  run(text: string, onTerm: (start: number, end: number, kind: TermKind) => boolean | void): void;
}

/** `hasPlaces: false` leaves `places` as it is, for those who need terms alone. */
export function createTokenizer({ hasPlaces = true }: { readonly hasPlaces?: boolean } = {}): Tokenizer {
  const units = new Uint16Array(MAX_TERM_LENGTH + 32);
  const places = new Uint32Array(units.length + 1);
  /** Where parts begin in `units`, their ends without underscores behind. */
  const starts = new Uint8Array(MAX_TERM_LENGTH + 2);
  const ends = new Uint8Array(MAX_TERM_LENGTH + 2);

  function run(text: string, onTerm: (start: number, end: number, kind: TermKind) => boolean | void): void {
    const length = text.length;
    let index = 0;
    while (index < length) {
      const code = text.charCodeAt(index);
      const kind = code < 128 ? (ASCII_KIND[code] ?? 0) : foldOf(text.codePointAt(index) ?? code).kind;
      if (kind === SEPARATOR || kind === SILENT) {
        index += code < 0x10000 && kind === SEPARATOR && code >= 0xd800 && code < 0xdc00 && (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
        continue;
      }
      const next = kind === UNSPACED ? unspaced(text, index, onTerm) : word(text, index, onTerm);
      if (next < 0) return;
      index = next;
    }
  }

  /** Takes the word that begins at an index; gives where it ends, or -1 when no more is wanted. */
  function word(text: string, from: number, onTerm: (start: number, end: number, kind: TermKind) => boolean | void): number {
    const length = text.length;
    let index = from;
    let size = 0;
    let parts = 0;
    let isCut = false;
    /** Kinds of the two characters before. */
    let before = UNDERSCORE;
    let beforeThat = UNDERSCORE;
    /** Unit at which the character before began. */
    let last = 0;
    // Most words are of small letters alone: they take a short way, and others begin on it.
    while (index < length && size < MAX_TERM_LENGTH) {
      const code = text.charCodeAt(index);
      if (code < 97 || code > 122) break;
      units[size++] = code;
      index++;
    }
    if (size > 0) {
      if (hasPlaces) for (let unit = 0; unit < size; unit++) places[unit] = from + unit;
      [parts, before, beforeThat, last] = [1, LOWER, size > 1 ? LOWER : UNDERSCORE, size - 1];
      starts[0] = 0;
      ends[0] = size;
    }
    while (index < length) {
      const code = text.charCodeAt(index);
      let kind: number;
      let width = 1;
      let folded = "";
      if (code < 128) kind = ASCII_KIND[code] ?? 0;
      else {
        const point = text.codePointAt(index) ?? code;
        if (point > 0xffff) width = 2;
        ({ kind, text: folded } = foldOf(point));
      }
      if (kind === SEPARATOR || kind === UNSPACED) break;
      if (kind === SILENT) {
        index += width;
        continue;
      }
      if (size + (code < 128 ? 1 : folded.length) > MAX_TERM_LENGTH) isCut = true;
      if (isCut) {
        index += width;
        continue;
      }
      if (kind !== UNDERSCORE) {
        if (before === UNDERSCORE || (kind === UPPER && (before === LOWER || before === DIGIT))) starts[parts++] = size;
        else if (kind === LOWER && before === UPPER && beforeThat === UPPER && starts[parts - 1] !== last) {
          ends[parts - 1] = last;
          starts[parts++] = last;
        }
      }
      last = size;
      if (code < 128) {
        if (hasPlaces) places[size] = index;
        units[size++] = ASCII_FOLDED[code] ?? 0;
      } else
        for (let unit = 0; unit < folded.length; unit++) {
          places[size] = index;
          units[size++] = folded.charCodeAt(unit);
        }
      if (kind !== UNDERSCORE && parts > 0) ends[parts - 1] = size;
      beforeThat = before;
      before = kind;
      index += width;
    }
    places[size] = isCut ? (places[size - 1] ?? from) + 1 : index;
    if (parts === 0) return index; // nothing but underscores
    if (onTerm(0, size, "word") === true) return -1;
    if (isCut || parts > MAX_PARTS || (parts === 1 && ends[0] === size && starts[0] === 0)) return index;
    for (let part = 0; part < parts; part++) {
      const [start, end] = [starts[part] ?? 0, ends[part] ?? 0];
      if (start > 0 && onTerm(start, size, "part") === true) return -1;
      if (end < size && onTerm(start, end, "part") === true) return -1;
    }
    return index;
  }

  function unspaced(text: string, from: number, onTerm: (start: number, end: number, kind: TermKind) => boolean | void): number {
    let index = from;
    /** Units of the character before, which lie first in `units`. */
    let held = 0;
    while (index < text.length) {
      const point = text.codePointAt(index) ?? 0;
      const { kind, text: folded } = foldOf(point);
      const width = point > 0xffff ? 2 : 1;
      if (kind !== UNSPACED && kind !== SILENT) break;
      if (kind === UNSPACED) {
        let size = held;
        for (let unit = 0; unit < folded.length; unit++) {
          places[size] = index;
          units[size++] = folded.charCodeAt(unit);
        }
        places[size] = index + width;
        if (held > 0 && onTerm(0, size, "unspaced") === true) return -1;
        units.copyWithin(0, held, size);
        places.copyWithin(0, held, size + 1);
        held = size - held;
      }
      index += width;
    }
    return onTerm(0, held, "unspaced") === true ? -1 : index;
  }

  return { units, places, run };
}

/** A text in the form that the tokenizer and offsets are for. */
export function normalForm(text: string): string {
  return text.normalize("NFC");
}

/** Every term of a text once, as strings; for queries and tests. */
export function termsOf(text: string): ReadonlySet<string> {
  const { units, run } = createTokenizer();
  const terms = new Set<string>();
  run(normalForm(text), (start, end) => void terms.add(String.fromCharCode(...units.subarray(start, end))));
  return terms;
}
