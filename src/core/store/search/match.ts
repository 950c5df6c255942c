import type { SearchExcerpt } from "./port";
import { foldText, isOfWord, type Query, type QueryPhrase } from "./query";
import { createTokenizer, normalForm } from "./tokens";

/** About as much as a line or two of a list shows, UTF-16 units. */
export const EXCERPT_LENGTH = 200;
/** What stands before the first mark. */
const LEAD_LENGTH = 40;
/** Places looked at for the best excerpt, once every word was found; and while one is still missing. */
const MAX_PLACES = 200;
const MAX_PLACES_BEFORE = 2_000;

interface Place {
  readonly start: number;
  readonly end: number;
  /** Which word or phrase of the query. */
  readonly of: number;
}

/** Whether a text holds all that is asked for, and then the part of it that shows that best; else undefined. */
export function matchText(text: string, query: Query): SearchExcerpt | undefined {
  const normal = normalForm(text);
  const places = query.words.length === 0 ? undefined : findWords(normal, query);
  if (places === undefined) return undefined;
  if (query.phrases.length > 0) {
    const { folded, places: starts } = foldText(normal);
    for (const [index, phrase] of query.phrases.entries()) {
      const found = findPhrase(folded, phrase);
      if (found.length === 0) return undefined;
      for (const at of found) places.push({ start: starts[at] ?? 0, end: starts[at + phrase.folded.length] ?? normal.length, of: query.words.length + index });
    }
  }
  return makeExcerpt(normal, places.sort((a, b) => a.start - b.start || b.end - a.end));
}

/** Where the query's words stand, or undefined unless each was found. */
function findWords(text: string, { words }: Query): Place[] | undefined {
  const tokenizer = createTokenizer();
  const { units, places } = tokenizer;
  const terms = words.map(({ term, isPrefix }) => ({ isPrefix, length: term.length, units: Uint16Array.from({ length: term.length }, (_, index) => term.charCodeAt(index)) }));
  const found: Place[] = [];
  const missing = new Set(terms.keys());
  tokenizer.run(text, (start, end) => {
    for (let of = 0; of < terms.length; of++) {
      const term = terms[of];
      if (term === undefined || (term.isPrefix ? end - start < term.length : end - start !== term.length)) continue;
      let index = 0;
      while (index < term.length && units[start + index] === term.units[index]) index++;
      if (index < term.length) continue;
      if (missing.delete(of) || found.length < MAX_PLACES_BEFORE) found.push({ start: places[start] ?? 0, end: places[start + term.length] ?? 0, of });
    }
    return missing.size === 0 && found.length >= MAX_PLACES;
  });
  return missing.size === 0 ? found : undefined;
}

/** Where a phrase stands in a folded text; the first places of it. */
function findPhrase(folded: string, { folded: wanted, hasBounds, isOpen }: QueryPhrase): readonly number[] {
  const found: number[] = [];
  for (let at = folded.indexOf(wanted); at >= 0 && found.length < MAX_PLACES; at = folded.indexOf(wanted, at + 1)) {
    const end = at + wanted.length;
    const isBegun = isOfWord(folded[at - 1]) && folded[at - 1] !== "_" && isOfWord(wanted[0]);
    const goesOn = !isOpen && isOfWord(wanted.at(-1)) && isOfWord(folded[end]);
    if (!hasBounds || (!isBegun && !goesOn)) found.push(at);
  }
  return found;
}

function makeExcerpt(text: string, places: readonly Place[]): SearchExcerpt {
  let best = places[0];
  let bestCount = 0;
  for (const [index, place] of places.entries()) {
    const seen = new Set<number>();
    for (let next = index; next < places.length && (places[next]?.end ?? 0) <= place.start + EXCERPT_LENGTH - LEAD_LENGTH; next++) seen.add(places[next]?.of ?? 0);
    if (seen.size > bestCount) [best, bestCount] = [place, seen.size];
  }
  const from = beginOfWord(text, Math.max(0, (best?.start ?? 0) - LEAD_LENGTH), best?.start ?? 0);
  const to = endOfCharacter(text, Math.min(text.length, Math.max(from + EXCERPT_LENGTH, best?.end ?? 0)));
  return squeeze(text, from, to, places);
}

/** The part of a text with its white space as single blanks, and dots where something is left out. */
function squeeze(text: string, from: number, to: number, places: readonly Place[]): SearchExcerpt {
  let shown = from > 0 ? "…" : "";
  const moved = new Uint32Array(to - from + 1);
  for (let index = from; index < to; index++) {
    moved[index - from] = shown.length;
    const character = text.charAt(index);
    if (!/\s/.test(character)) shown += character;
    else if (!/(?:^|\s)$/.test(shown)) shown += " ";
  }
  moved[to - from] = shown.length;
  const marks: [number, number][] = [];
  for (const { start, end } of places) {
    if (start < from || end > to) continue;
    const mark: [number, number] = [moved[start - from] ?? 0, moved[end - from] ?? 0];
    const last = marks.at(-1);
    if (last !== undefined && mark[0] < last[1]) last[1] = Math.max(last[1], mark[1]);
    else marks.push(mark);
  }
  return { text: to < text.length ? `${shown.trimEnd()}…` : shown, marks };
}

function beginOfWord(text: string, from: number, before: number): number {
  if (from === 0) return 0;
  const gap = text.slice(from, before).search(/\s\S/);
  return gap < 0 ? endOfCharacter(text, from) : from + gap + 1;
}

/** Not between the halves of a character. */
function endOfCharacter(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code < 0xe000 ? at + 1 : at;
}
