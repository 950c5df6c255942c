import type { JournalLine, JournalReader, Log } from "../ports";
import { blobsNamed, isBlobName } from "../protocol/blobNames";
import { isNewer, readEvent } from "../protocol/events";
import { asideName, putAside, type BlobFile, type BlobFiles } from "./blobFiles";
import { createTombstones } from "./tombstones";
import { streamOf, TOMBSTONES } from "./streams";
import type { Tables } from "./tables";

/** A blob that nothing names is left alone for so long, ms: from its putting to its line it takes a few milliseconds. */
export const GRACE_MS = 60 * 60 * 1000;

export interface SweepOptions {
  readonly files: BlobFiles;
  readonly journal: JournalReader;
  readonly tables: Pick<Tables, "blobRefs">;
  /** Ms since 1970. */
  readonly now: number;
  /** A name that no other sweep has: letters and digits. */
  readonly name: string;
  readonly log: Log;
  /**
   * Only what these chats name, of which tombstones say already that they go: their payloads are to be gone with them, so no
   * grace is given. Without it, all that nothing names and that is old enough.
   */
  readonly ofChats?: readonly string[];
}

export interface Swept {
  readonly files: number;
  readonly sizeBytes: number;
}

const NOTHING: Swept = { files: 0, sizeBytes: 0 };

/**
 * Removes blobs that no line names. What the index says makes the choice small; what the journals themselves say decides, and
 * nothing is removed when one of them cannot be read or has lines of a newer build. Chats in the trash count as any others,
 * those removed for good do not. Rejects when something cannot be read; nothing was removed then.
 *
 * A writer takes no lock: it touches a blob, writes the line, and touches the blob again, or puts it back. So one that is named
 * after the journals were read here has been touched since it was listed, which is looked at when it has been moved aside; or
 * it is touched after that, is not found, and is written anew.
 */
export async function sweepBlobs(options: SweepOptions): Promise<Swept> {
  const { files, journal, tables, now, log, ofChats } = options;
  const purged = new Set((await createTombstones(journal).purged()).keys());
  const meant = ofChats === undefined ? undefined : await namedBy(journal, ofChats.filter((chatId) => purged.has(chatId)));
  if (meant?.size === 0) return NOTHING;
  const old = (await files.list()).filter(({ name, touchedAt }) => {
    const aside = putAside(name);
    if (aside !== undefined) return meant?.has(aside) ?? true;
    return meant?.has(name) ?? now - touchedAt > GRACE_MS; // what was being written when its process ended, too
  });
  if (old.length === 0) return NOTHING;
  const known = new Set(await tables.blobRefs());
  const unnamed = old.filter(({ name }) => !known.has(name));
  if (unnamed.length === 0) return NOTHING;
  const named = await namedInJournals(journal, purged, meant === undefined);
  if (!(named instanceof Set)) {
    log.info(`Of ${unnamed.length} files that no chat seems to need nothing was removed: ${named}`);
    return NOTHING;
  }
  let removed = NOTHING;
  for (const file of unnamed) if (await remove(options, file, named)) removed = { files: removed.files + 1, sizeBytes: removed.sizeBytes + file.sizeBytes };
  if (removed.files > 0) log.info(`Removed ${removed.files} files that no chat needs, ${removed.sizeBytes} bytes`);
  return removed;
}

/** Whether it was removed. */
async function remove({ files, name: sweep }: SweepOptions, { name, touchedAt }: BlobFile, named: ReadonlySet<string>): Promise<boolean> {
  const aside = putAside(name);
  if (named.has(name)) return false;
  // A sweep was broken off before it had put back what was touched.
  if (aside !== undefined && named.has(aside) && (await files.look(aside)) === undefined) {
    await files.rename(name, aside);
    return false;
  }
  if (!isBlobName(name)) {
    await files.remove(name);
    return true;
  }
  const place = asideName(name, sweep);
  if (!(await files.rename(name, place))) return false;
  const moved = await files.look(place);
  if (moved?.touchedAt !== touchedAt) {
    await files.rename(place, name);
    return false;
  }
  await files.remove(place);
  return true;
}

async function namedBy(journal: JournalReader, chatIds: readonly string[]): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  for (const chatId of chatIds) {
    for (const file of await journal.files(streamOf(chatId))) {
      for await (const line of journal.read(file, 0)) for (const name of namesIn(line)) names.add(name);
    }
  }
  return names;
}

/**
 * What all journals name but for those of chats removed for good; why that cannot be told, where it cannot. A damaged line may
 * have named anything: while there is time to wait nothing is removed then; nor ever when it may be one that says that a chat is back.
 */
async function namedInJournals(journal: JournalReader, purged: ReadonlySet<string>, isPatient: boolean): Promise<ReadonlySet<string> | string> {
  const names = new Set<string>();
  for (const file of await journal.files()) {
    const chatId = file.stream.slice(file.stream.lastIndexOf("/") + 1);
    if (file.stream === streamOf(chatId) && purged.has(chatId)) continue;
    for await (const line of journal.read(file, 0)) {
      if (line.ok && isOfNewer(line.value)) return `a newer Cairn has written in ${file.stream}`;
      if ((isPatient || file.stream === TOMBSTONES) && !line.ok && !line.isTorn) return `a line of ${file.stream} is damaged`;
      for (const name of namesIn(line)) names.add(name);
    }
  }
  return names;
}

/** What a newer build says may need a blob in a way that this one cannot see: a kind of block is enough. */
function isOfNewer(value: unknown): boolean {
  if (isNewer(value)) return true;
  const event = typeof value === "object" && value !== null && "type" in value && value.type === "block.started" ? readEvent(value) : undefined;
  return event?.ok === true && event.value.type === "block.started" && event.value.block.kind === "other";
}

function namesIn(line: JournalLine): readonly string[] {
  return line.ok && typeof line.value === "object" && line.value !== null ? blobsNamed(line.value) : [];
}
