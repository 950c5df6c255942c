import type { Log } from "../../core/ports";
import type { IndexedFile } from "../../core/store/search/manifest";
import type { SearchProgress } from "../../core/store/search/port";
import { listJournals } from "./journalFiles";
import { readFilesOn } from "./searchCatchUp";
import { keyOf, type SearchIndex } from "./searchIndex";
import { chatOf, hasMark, journalPath } from "./searchJournal";

/** Less than this is read without telling, and more is told of this often. */
const PROGRESS_BYTES = 1024 * 1024;

export interface UpdateOptions {
  readonly index: SearchIndex;
  readonly journalRoot: string;
  /** Those to look at; undefined is all. */
  readonly streams: readonly string[] | undefined;
  /** Whether this process writes the index's files. */
  readonly isWriter: boolean;
  readonly isWriterAlive: (writer: string) => Promise<boolean>;
  readonly limits: { readonly segmentPairs: number; readonly foreignTailBytes: number };
  readonly breathe: () => Promise<void>;
  readonly onProgress: (progress: SearchProgress) => void;
  readonly log: Log;
}

/** Brings the index up to what the journals hold; whether it could. */
export async function updateIndex({ index, journalRoot, streams, isWriter, isWriterAlive, limits, breathe, onProgress, log }: UpdateOptions): Promise<boolean> {
  const looked = streams === undefined ? undefined : new Set(streams);
  const found = looked === undefined ? await listJournals(journalRoot) : (await Promise.all([...looked].map((stream) => listJournals(journalRoot, stream)))).flat();
  const sizes = new Map(found.map((file) => [keyOf(file), file.sizeBytes]));
  // Removed, or not what it was: cut after a failed write, or put back from a backup. Then it is read from its begin.
  const isOther = (file: IndexedFile): boolean => {
    const sizeBytes = sizes.get(keyOf(file)) ?? -1;
    return sizeBytes < file.doneTo || (sizeBytes > file.doneTo && !hasMark(journalPath(journalRoot, file), file));
  };
  await index.drop((file) => (looked?.has(file.stream) ?? true) && isOther(file), isWriter);

  const behind = found.flatMap(({ stream, writer, sizeBytes }) => {
    if (chatOf(stream) === undefined) return [];
    const file = index.nameFile(stream, writer);
    return sizeBytes > file.doneTo || file.readFrom < file.doneTo ? [{ file, sizeBytes }] : [];
  });
  const totalBytes = behind.reduce((sum, { file, sizeBytes }) => sum + sizeBytes - file.readFrom, 0);
  if (!isWriter && totalBytes + index.tailBytes() > limits.foreignTailBytes) {
    log.info(`The search index lacks ${totalBytes} bytes of journals; they are left to the window that writes it`);
    return false;
  }
  let doneBytes = 0;
  let toldBytes = 0;
  const rest = await readFilesOn(behind, {
    journalRoot,
    isWriterAlive,
    maxPairs: limits.segmentPairs,
    breathe,
    onRead(bytes) {
      doneBytes += bytes;
      if (totalBytes < PROGRESS_BYTES || doneBytes - toldBytes < PROGRESS_BYTES || doneBytes >= totalBytes) return;
      toldBytes = doneBytes;
      onProgress({ doneBytes, totalBytes });
    },
    onFull: async (read) => (isWriter ? index.write(read) : index.keep(read)),
  });
  index.keep(rest);
  if (totalBytes >= PROGRESS_BYTES) onProgress({ doneBytes: totalBytes, totalBytes });
  return true;
}
