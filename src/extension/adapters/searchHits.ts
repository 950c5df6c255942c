import { createDocumentReader, type ChatDocument } from "../../core/store/search/documents";
import { findCandidates } from "../../core/store/search/find";
import type { IndexedFile } from "../../core/store/search/manifest";
import { matchText } from "../../core/store/search/match";
import { SEARCH_KINDS, type SearchHit, type SearchPage, type SearchRequest } from "../../core/store/search/port";
import { parseQuery } from "../../core/store/search/query";
import type { DocumentRecord } from "../../core/store/search/records";
import type { Segment } from "../../core/store/search/segment";
import { createContentOf } from "./searchBlobs";
import { chatOf, journalPath, readEventsIfThere } from "./searchJournal";

const MAX_HITS = 100;
/** Texts read for one page, and ms spent on it: a page of rare phrases of common words ends early and says so. */
const MAX_READ = 5_000;
const MAX_MS = 200;
/** Texts are read one after the other, most of them in one piece. */
const memory = Buffer.allocUnsafeSlow(64 * 1024);
const TITLE = SEARCH_KINDS.indexOf("title");

export interface Searched {
  readonly journalRoot: string;
  readonly segments: readonly Segment[];
  readonly fileOf: (fileId: number) => IndexedFile | undefined;
  readonly isComplete: boolean;
}

/** One page of hits, each checked against the journal itself: what is not there any more is left out. */
export function findPage({ journalRoot, segments, fileOf, isComplete }: Searched, request: SearchRequest): SearchPage {
  const query = parseQuery(request.text);
  const limit = Math.max(1, Math.min(MAX_HITS, Math.floor(request.limit)));
  const after = request.cursor === undefined ? undefined : readCursor(request.cursor);
  const { kinds, fromAt, toAt } = request;
  const wants = fileFilter(request, fileOf);
  const found = findCandidates(segments, query, {
    ...(wants === undefined ? {} : { wants }),
    ...(kinds === undefined ? {} : { kinds }),
    ...(fromAt === undefined ? {} : { fromAt }),
    ...(toAt === undefined ? {} : { toAt }),
    ...(after === undefined ? {} : { after }),
  });
  const titles = newestTitles(segments, fileOf);
  const hits: SearchHit[] = [];
  const until = performance.now() + MAX_MS;
  let readCount = 0;
  let last: DocumentRecord | undefined;
  let cursor: string | undefined;
  for (const record of found.records) {
    if (hits.length === limit || readCount === MAX_READ || (readCount > 0 && performance.now() > until)) {
      cursor = last === undefined ? undefined : writeCursor(last);
      break;
    }
    last = record;
    const file = fileOf(record.fileId);
    const chatId = file === undefined ? undefined : chatOf(file.stream);
    if (file === undefined || chatId === undefined || (record.kind === TITLE && record.at < (titles().get(chatId) ?? 0))) continue;
    readCount++;
    const document = readDocument(journalRoot, file, chatId, record);
    const excerpt = document === undefined ? undefined : matchText(document.text, query);
    if (document === undefined || excerpt === undefined) continue;
    const { kind, at, turnId, blockId } = document;
    hits.push({ chatId, at, kind, excerpt, ...(turnId === undefined ? {} : { turnId }), ...(blockId === undefined ? {} : { blockId }) });
  }
  return { hits, ...(cursor === undefined ? {} : { cursor }), count: { value: found.count, isExact: query.phrases.length === 0 }, isComplete };
}

/** Which journal files' documents are wanted; undefined when all are. */
function fileFilter({ onlyChats, withoutChats }: SearchRequest, fileOf: Searched["fileOf"]): ((fileId: number) => boolean) | undefined {
  if (onlyChats === undefined && (withoutChats === undefined || withoutChats.length === 0)) return undefined;
  const only = onlyChats === undefined ? undefined : new Set(onlyChats);
  const without = new Set(withoutChats);
  const known = new Map<number, boolean>();
  return (fileId) => {
    let isWanted = known.get(fileId);
    if (isWanted === undefined) {
      const chatId = chatOf(fileOf(fileId)?.stream ?? "");
      isWanted = chatId !== undefined && (only?.has(chatId) ?? true) && !without.has(chatId);
      known.set(fileId, isWanted);
    }
    return isWanted;
  };
}

/** Reads a document's lines again. */
function readDocument(journalRoot: string, file: IndexedFile, chatId: string, record: DocumentRecord): ChatDocument | undefined {
  const reader = createDocumentReader(chatId, createContentOf(journalRoot));
  const end = record.start + record.length;
  const isMeant = ({ start, kind }: ChatDocument): boolean => start === record.start && kind === SEARCH_KINDS[record.kind];
  for (const placed of readEventsIfThere(journalPath(journalRoot, file), record.start, end, memory)) {
    if (placed.event === undefined) continue;
    const document = reader.take(placed.event, placed.start, placed.end).find(isMeant);
    if (document !== undefined) return document;
  }
  return reader.takeOpen(end).find(isMeant);
}

const titlesOfSegment = new WeakMap<Segment, ReadonlyMap<number, number>>();

/** When each chat got the title that it has: earlier ones are not its title any more. Made at the first title found. */
function newestTitles(segments: readonly Segment[], fileOf: Searched["fileOf"]): () => ReadonlyMap<string, number> {
  let titles: Map<string, number> | undefined;
  return () => {
    if (titles !== undefined) return titles;
    titles = new Map();
    for (const segment of segments) {
      for (const [fileId, at] of titlesOf(segment)) {
        const chatId = chatOf(fileOf(fileId)?.stream ?? "");
        if (chatId !== undefined) titles.set(chatId, Math.max(at, titles.get(chatId) ?? 0));
      }
    }
    return titles;
  };
}

function titlesOf(segment: Segment): ReadonlyMap<number, number> {
  const known = titlesOfSegment.get(segment);
  if (known !== undefined) return known;
  const made = new Map<number, number>();
  const files = segment.files();
  for (const [document, kind] of segment.kinds().entries()) {
    const fileId = files[document] ?? 0;
    if (kind === TITLE && !made.has(fileId)) made.set(fileId, segment.atOf(document)); // newest first
  }
  titlesOfSegment.set(segment, made);
  return made;
}

function writeCursor({ at, fileId, start }: DocumentRecord): string {
  return `${at} ${fileId} ${start}`;
}

/** Of a cursor that is none of ours nothing is kept: the first page. */
function readCursor(cursor: string): DocumentRecord | undefined {
  const [at = NaN, fileId = NaN, start = NaN] = cursor.split(" ").map(Number);
  return [at, fileId, start].every(Number.isFinite) ? { at, fileId, start, length: 0, kind: 0 } : undefined;
}
