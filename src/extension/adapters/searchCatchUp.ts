import { createSegmentBuilder } from "../../core/store/search/builder";
import { createDocumentReader } from "../../core/store/search/documents";
import type { IndexedFile } from "../../core/store/search/manifest";
import { SEARCH_KINDS } from "../../core/store/search/port";
import type { ReadTexts } from "./searchIndex";
import { createContentOf } from "./searchBlobs";
import { chatOf, journalPath, READ_BYTES, readEventsIfThere } from "./searchJournal";

export interface CatchUpOptions {
  readonly journalRoot: string;
  readonly isWriterAlive: (writer: string) => Promise<boolean>;
  /** Pairs of term and document at which a segment is full. */
  readonly maxPairs: number;
  /** Lets other work come between; called every few lines. */
  readonly breathe: () => Promise<void>;
  readonly onRead: (bytes: number) => void;
  /** Takes what makes a full segment: texts and how far files were read for them count together, or not at all. */
  readonly onFull: (read: ReadTexts) => Promise<void>;
}


const LINES_BETWEEN_BREATHS = 32;

/** Reads files on, up to the sizes given, into as many segments as it takes; gives the last one, which may have no texts. */
export async function readFilesOn(files: readonly { readonly file: IndexedFile; readonly sizeBytes: number }[], options: CatchUpOptions): Promise<ReadTexts> {
  const { journalRoot, isWriterAlive, maxPairs, breathe, onRead, onFull } = options;
  let builder = createSegmentBuilder();
  let moved = new Map<number, IndexedFile>();
  let bytes = 0;
  const memory = Buffer.allocUnsafeSlow(READ_BYTES);
  const contentOf = createContentOf(journalRoot);

  async function giveFull(): Promise<void> {
    if (builder.pairCount() < maxPairs) return;
    const full = { builder, files: [...moved.values()], bytes };
    builder = createSegmentBuilder();
    moved = new Map();
    bytes = 0;
    await onFull(full);
  }

  async function readOn(file: IndexedFile, sizeBytes: number): Promise<void> {
    const chatId = chatOf(file.stream);
    if (chatId === undefined) return;
    const reader = createDocumentReader(chatId, contentOf);
    let end = file.readFrom;
    let told = file.readFrom;
    let mark = file.mark;
    const add = (documents: ReturnType<typeof reader.takeOpen>): void => {
      for (const { at, start, length, kind, text } of documents) builder.add({ at, fileId: file.id, start, length, kind: SEARCH_KINDS.indexOf(kind) }, text);
    };
    const move = (): void => {
      moved.set(file.id, { ...file, readFrom: reader.openFrom() ?? end, ...(end > file.doneTo ? { doneTo: end, mark } : {}) });
      bytes += end - told;
      onRead(end - told);
      told = end;
    };
    let lines = 0;
    for (const placed of readEventsIfThere(journalPath(journalRoot, file), file.readFrom, sizeBytes, memory)) {
      const documents = placed.event === undefined ? [] : reader.take(placed.event, placed.start, placed.end);
      // What ended before was taken then; it is read again only for the sake of what had not ended.
      if (placed.end > file.doneTo) add(documents);
      end = placed.end;
      mark = placed.mark;
      if (++lines % LINES_BETWEEN_BREATHS !== 0) continue;
      await breathe();
      if (builder.pairCount() < maxPairs) continue;
      move();
      await giveFull();
    }
    if (reader.openFrom() !== undefined && !(await isWriterAlive(file.writer))) add(reader.takeOpen(end));
    move();
  }

  for (const { file, sizeBytes } of files) {
    await readOn(file, sizeBytes);
    await breathe();
    await giveFull();
  }
  return { builder, files: [...moved.values()], bytes };
}
