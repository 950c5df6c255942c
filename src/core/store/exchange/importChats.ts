import { t } from "../../base/l10n";
import { fail, ok, type Result } from "../../base/result";
import type { Claims, Clock, Ids, Journal } from "../../ports";
import { EVENT_VERSION, type EventOf } from "../../protocol/events";
import { streamOf, TOMBSTONES } from "../streams";
import { createTombstones } from "../tombstones";
import { ChatFileError, readChatFile } from "./chatFile";
import type { ExchangedBlobs } from "./exportChats";
import { isSame, withNewIds } from "./importedEvents";
import { readStoredEvents, type Pause } from "./storedEvents";

export interface ImportOptions {
  /** Opens the file's text anew: it is read more than once. What is no UTF-8 in it rejects with `ChatFileError`. */
  readonly open: () => AsyncIterable<string>;
  readonly journal: Journal;
  readonly claims: Claims;
  readonly blobs: ExchangedBlobs;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly pause: Pause;
  readonly onProgress?: (step: { readonly isChecking: boolean; readonly chatsDone: number; readonly chatCount: number }) => void;
}

export interface ImportOutcome {
  readonly imported: number;
  /** Chats that are here already, event for event. */
  readonly present: number;
  /** Chats that are here with other events, so that the file's stands beside them under an id of its own. */
  readonly copied: number;
  /** Cancel ended it early: the figures are what was done until then. */
  readonly isCancelled: boolean;
}

/** Why not everything was imported; one sentence for the person. */
export interface ImportFailure {
  readonly message: string;
  readonly before: ImportOutcome;
}

/** So much text goes to the disk at once, UTF-16 units. */
const BATCH_LENGTH = 256 * 1024;

/**
 * Takes the chats of an exported file in. The file is checked to its end first; of one that is foreign or damaged nothing is
 * imported. Chats keep their ids, and their events everything they say.
 */
export async function importChats(options: ImportOptions, signal: AbortSignal): Promise<Result<ImportOutcome, ImportFailure>> {
  const counts = { imported: 0, present: 0, copied: 0 };
  try {
    const { chatCount, blobCount } = await checkFile(options, signal);
    if (blobCount > 0) await importBlobs(options, signal); // before any line names one
    const purged = await createTombstones(options.journal).purged();
    let values: object[] = [];
    let chatsDone = 0;
    for await (const piece of readChatFile(options.open())) {
      await options.pause();
      if (piece.type === "event") values.push(piece.value);
      if (piece.type !== "chatEnd") continue;
      signal.throwIfAborted();
      counts[await importChat(options, piece.chatId, values, purged.get(piece.chatId))]++;
      values = [];
      options.onProgress?.({ isChecking: false, chatsDone: ++chatsDone, chatCount });
    }
    return ok({ ...counts, isCancelled: false });
  } catch (error) {
    const before = { ...counts, isCancelled: signal.aborted };
    if (signal.aborted) return ok(before);
    if (error instanceof ChatFileError || error instanceof NotStored) return fail({ message: error.message, before });
    throw error;
  }
}

async function checkFile({ open, blobs, pause, onProgress }: ImportOptions, signal: AbortSignal): Promise<{ readonly chatCount: number; readonly blobCount: number }> {
  let chatCount = 0;
  let blobCount = 0;
  for await (const piece of readChatFile(open())) {
    signal.throwIfAborted();
    await pause();
    if (piece.type === "chatEnd") onProgress?.({ isChecking: true, chatsDone: ++chatCount, chatCount });
    if (piece.type !== "blob") continue;
    if (!(await blobs.matches(piece.sha256, piece.base64))) throw new ChatFileError({ code: "damaged", detail: t("a stored file in it is not what its name says ({0}…)", piece.sha256.slice(0, 12)) });
    blobCount++;
  }
  return { chatCount, blobCount };
}

async function importBlobs({ open, blobs, pause }: ImportOptions, signal: AbortSignal): Promise<void> {
  for await (const piece of readChatFile(open())) {
    signal.throwIfAborted();
    await pause();
    if (piece.type !== "blob") continue;
    // The file may have changed since it was checked.
    if (!(await blobs.matches(piece.sha256, piece.base64))) throw new ChatFileError({ code: "damaged", detail: piece.sha256 });
    await blobs.write(piece.sha256, piece.base64);
  }
}

async function importChat(options: ImportOptions, chatId: string, values: readonly object[], purgedAt: number | undefined): Promise<"imported" | "present" | "copied"> {
  const { journal, claims, ids, pause } = options;
  const never = new AbortController().signal; // half a chat would be no chat: Cancel waits for its end
  const here = async (): Promise<readonly object[]> => (await readStoredEvents(journal, chatId, pause, never)).events.map(({ value }) => value);
  let existing = await here();
  if (existing.length === 0) {
    // Nobody can have a chat, or write to it, that is still said to be removed.
    if (purgedAt !== undefined) await announce(options, chatId, purgedAt);
    // Another window may be importing the same file at this moment.
    const owner = await claims.claim(streamOf(chatId));
    if (owner !== undefined) throw new NotStored(t("Another window is writing one of these chats. Wait until it is done, then import again."));
    try {
      existing = await here();
      if (existing.length === 0) {
        await write(options, chatId, values);
        return "imported";
      }
    } finally {
      await claims.release(streamOf(chatId));
    }
  }
  // What is left of a chat removed for good is about to go.
  if (purgedAt === undefined && (await isSame(existing, values, pause))) return "present";
  const copyId = ids.next();
  await write(options, copyId, withNewIds(values, { chatId, copyId, existing, ids }));
  return "copied";
}

/** Takes the chat's name off the list of those removed for good. */
async function announce({ journal, ids, clock }: ImportOptions, chatId: string, purgedAt: number): Promise<void> {
  // Later than the removal, even where the clock was set back.
  const event: EventOf<"chat.imported"> = { type: "chat.imported", v: EVENT_VERSION, id: ids.next(), seq: 1, at: Math.max(clock.now(), purgedAt), chatId };
  const stored = await journal.append(TOMBSTONES, [event]);
  if (!stored.ok) throw new NotStored(stored.error.message);
}

/** All of the chat at once: one that a crash cuts off is not there, and comes whole with the next import. */
async function write({ journal, pause }: ImportOptions, chatId: string, values: readonly object[]): Promise<void> {
  const stored = await journal.place(streamOf(chatId), inBatches(values, pause));
  if (!stored.ok) throw new NotStored(t("The chats could not be stored: {0}.", stored.error.message));
}

async function* inBatches(values: readonly object[], pause: Pause): AsyncGenerator<readonly object[]> {
  let batch: object[] = [];
  let length = 0;
  for (const value of values) {
    batch.push(value);
    length += JSON.stringify(value).length;
    if (length < BATCH_LENGTH) continue;
    yield batch;
    [batch, length] = [[], 0];
    await pause();
  }
  if (batch.length > 0) yield batch;
}

class NotStored extends Error {
  constructor(message: string) {
    super(message);
    this.name = "NotStored";
  }
}
