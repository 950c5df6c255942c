import { foldOf, SEPARATOR, SILENT, UNSPACED } from "./fold";
import { createTokenizer, normalForm } from "./tokens";

/** A shorter last word is meant as it is: too much begins with one or two letters. */
export const MIN_PREFIX_LENGTH = 3;
/** Nobody types more; a whole file pasted into the box is cut. */
const MAX_LENGTH = 1_000;
/** Words beyond these narrow nothing down any more. */
const MAX_WORDS = 16;

export interface QueryWord {
  readonly term: string;
  readonly isPrefix: boolean;
}

/** What must stand in the text itself, letter by letter. */
export interface QueryPhrase {
  /** Folded as `foldText` folds a text. */
  readonly folded: string;
  /** Whether it must begin where a word or a part of one does, and end where one ends. */
  readonly hasBounds: boolean;
  /** Whether its last word may go on. */
  readonly isOpen: boolean;
}

/** What a text must hold to be found: every term, and then every phrase. */
export interface Query {
  readonly words: readonly QueryWord[];
  readonly phrases: readonly QueryPhrase[];
}

/** Reads what a person typed. A query without words finds nothing. */
export function parseQuery(text: string): Query {
  const words = new Map<string, QueryWord>();
  const phrases: QueryPhrase[] = [];
  const add = (word: QueryWord): void => {
    if (words.size < MAX_WORDS) words.set(`${word.isPrefix ? "+" : "="}${word.term}`, word);
  };
  // Pieces at odd places stood behind a quote; the last of them may still lack its end.
  const pieces = normalForm(text.slice(0, MAX_LENGTH)).split('"');
  for (const [index, piece] of pieces.entries()) {
    const isQuoted = index % 2 === 1;
    const isLast = index === pieces.length - 1;
    const runs = runsOf(piece);
    const isOpen = isLast && (runs.at(-1)?.end ?? 0) === piece.trimEnd().length;
    const spaced = runs.filter((run) => run.terms === undefined);
    const isPhrase = isQuoted && (runs.length > 1 || spaced.length === 0 || !isBare(piece));
    if (isPhrase && runs.length > 0) phrases.push({ folded: foldText(piece).folded.trim(), hasBounds: spaced.length > 0, isOpen });
    for (const run of runs) {
      const mayGoOn = isOpen && run === runs.at(-1);
      if (run.terms === undefined) add({ term: run.term, isPrefix: mayGoOn && run.term.length >= MIN_PREFIX_LENGTH });
      else {
        for (const term of run.terms) add({ term, isPrefix: run.terms.length === 1 });
        if (!isPhrase && run.terms.length > 1) phrases.push({ folded: run.term, hasBounds: false, isOpen: true });
      }
    }
  }
  return { words: [...words.values()], phrases };
}

interface Run {
  /** Folded. */
  readonly term: string;
  /** The terms of a run of a script without spaces: its pairs, or its one character. */
  readonly terms: readonly string[] | undefined;
  /** Where it ends in the text. */
  readonly end: number;
}

/** The words of a text without their parts, and its runs of unspaced script. */
function runsOf(text: string): readonly Run[] {
  const runs: Run[] = [];
  const { units, places, run } = createTokenizer();
  let pairs: string[] = [];
  let folded = "";
  run(text, (start, end, kind) => {
    if (kind === "part") return;
    const term = String.fromCharCode(...units.subarray(start, end));
    if (kind === "word") return void runs.push({ term, terms: undefined, end: places[end] ?? 0 });
    if ([...term].length > 1) {
      pairs.push(term);
      folded = folded === "" ? term : folded + ([...term].at(-1) ?? "");
      return;
    }
    runs.push({ term: folded === "" ? term : folded, terms: pairs.length === 0 ? [term] : pairs, end: places[end] ?? 0 });
    [pairs, folded] = [[], ""];
  });
  return runs;
}

/** Whether nothing but white space stands beside the words. */
function isBare(text: string): boolean {
  return [...text].every((character) => /\s/.test(character) || foldOf(character.codePointAt(0) ?? 0).kind !== SEPARATOR);
}

/** A text without case and accents, white space as single blanks; `places` says where each unit's character begins in it. */
export function foldText(text: string): { readonly folded: string; readonly places: Uint32Array } {
  let folded = "";
  const places: number[] = [];
  for (let index = 0; index < text.length; ) {
    const point = text.codePointAt(index) ?? 0;
    const width = point > 0xffff ? 2 : 1;
    const { kind, text: letters } = foldOf(point);
    const character = kind === SEPARATOR ? text.slice(index, index + width) : letters;
    const isSpace = kind === SEPARATOR && /\s/.test(character);
    if (kind !== SILENT && !(isSpace && folded.endsWith(" "))) {
      const added = isSpace ? " " : character;
      for (let unit = 0; unit < added.length; unit++) places.push(index);
      folded += added;
    }
    index += width;
  }
  places.push(text.length);
  return { folded, places: Uint32Array.from(places) };
}

/** Whether a character of a folded text belongs to a word of a script with spaces. */
export function isOfWord(character: string | undefined): boolean {
  if (character === undefined || character === "") return false;
  const { kind } = foldOf(character.codePointAt(0) ?? 0);
  return kind !== SEPARATOR && kind !== UNSPACED;
}
