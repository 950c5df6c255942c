import type { JournalReader } from "../../ports";
import { blobsNamed, blobsNeeded } from "../../protocol/blobNames";
import { readEvent } from "../../protocol/events";
import { CHAT_FORMAT, CHAT_FORMAT_VERSION } from "./chatFile";
import { listStoredChats, readStoredEvents, type Pause } from "./storedEvents";

/** Big payloads, kept apart from the journals under their hash. */
export interface ExchangedBlobs {
  /** In base64; undefined when there is none of this hash, or not what it is of. */
  read(sha256: string): Promise<string | undefined>;
  /** Whether this is what the hash is of. */
  matches(sha256: string, base64: string): Promise<boolean>;
  /** Durable when it settles; rejects when it could not be written. */
  write(sha256: string, base64: string): Promise<void>;
}

export interface ExportOptions {
  readonly journal: JournalReader;
  readonly blobs: Pick<ExchangedBlobs, "read">;
  /** The chats meant; all of them when left out. */
  readonly chatIds?: readonly string[];
  /** Whether chats in the trash go along. A chat that is named goes along anyway. */
  readonly hasTrash: boolean;
  /** ISO 8601. */
  readonly exportedAt: string;
  readonly pause: Pause;
  readonly onProgress?: (chatsDone: number, chatCount: number) => void;
}

export interface ExportCounts {
  chats: number;
  /** Lines of the journals that could not be read, and so are not in the file. */
  lostLines: number;
  /** Payloads that events need and that are not there, or damaged. */
  missingBlobs: number;
}

/** So many events are put into one piece of text. */
const EVENTS_A_PIECE = 64;

/**
 * The text of an exported file, piece by piece, one chat in memory at a time: `{ format, version, exportedAt, chats: [{ chatId,
 * events }], blobs: { <sha256>: <base64> } }`, every event as its journal line has it. `counts` is filled as it goes.
 */
export async function* exportChats(options: ExportOptions, counts: ExportCounts, signal: AbortSignal): AsyncGenerator<string> {
  const { journal, blobs, hasTrash, exportedAt, pause, onProgress } = options;
  const chatIds = options.chatIds ?? (await listStoredChats(journal));
  /** All that may be a payload's name, and whether an event needs it. */
  const hashes = new Map<string, boolean>();
  yield `{"format":${JSON.stringify(CHAT_FORMAT)},"version":${CHAT_FORMAT_VERSION},"exportedAt":${JSON.stringify(exportedAt)},"chats":[`;
  for (const [index, chatId] of chatIds.entries()) {
    signal.throwIfAborted();
    const { events, isInTrash, lostLines } = await readStoredEvents(journal, chatId, pause, signal);
    if (events.length > 0 && (!isInTrash || hasTrash || options.chatIds !== undefined)) {
      yield `${counts.chats === 0 ? "\n" : ",\n"}{"chatId":${JSON.stringify(chatId)},"events":[\n`;
      for (let start = 0; start < events.length; start += EVENTS_A_PIECE) {
        const values = events.slice(start, start + EVENTS_A_PIECE).map(({ value }) => value);
        for (const value of values) for (const hash of blobsNamed(value)) hashes.set(hash, hashes.get(hash) === true || needs(value, hash));
        const texts = values.map((value) => JSON.stringify(value));
        yield `${start === 0 ? "" : ",\n"}${texts.join(",\n")}`;
        await pause();
      }
      yield "\n]}";
      counts.chats++;
      counts.lostLines += lostLines;
    }
    onProgress?.(index + 1, chatIds.length);
  }
  yield '\n],"blobs":{';
  let isFirst = true;
  for (const [hash, isNeeded] of hashes) {
    signal.throwIfAborted();
    const base64 = await blobs.read(hash);
    if (base64 === undefined) counts.missingBlobs += Number(isNeeded);
    else {
      yield `${isFirst ? "\n" : ",\n"}"${hash}":"${base64}"`;
      isFirst = false;
    }
  }
  yield "\n}}\n";
}

/** A hash in a tool's input may be no payload's: it is not missed. */
function needs(value: object, hash: string): boolean {
  const event = readEvent(value);
  return event.ok && blobsNeeded(event.value).some(({ blob }) => blob.sha256 === hash);
}
