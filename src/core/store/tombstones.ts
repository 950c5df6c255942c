import type { JournalReader } from "../ports";
import { readEvent } from "../protocol/events";
import { TOMBSTONES } from "./streams";

/** What has come since the last look: chats removed for good, and chats that are here again. */
export interface TombstoneNews {
  readonly purged: readonly string[];
  readonly returned: readonly string[];
}

/** Which chats were removed for good, as all windows have said it. */
export interface Tombstones {
  /** Reads on. The first look gives everything there is. Rejects when that cannot be read. */
  look(): Promise<TombstoneNews>;
  /** As it is now: reads on before it answers. */
  isPurged(chatId: string): Promise<boolean>;
  /** The chats removed for good that are not here again, each with the time of that, ms since 1970. Reads on before. */
  purged(): Promise<ReadonlyMap<string, number>>;
  /** When chats came back that had been removed for good, ms since 1970. Reads on before. */
  imported(): Promise<ReadonlyMap<string, number>>;
}

export function createTombstones(journal: Pick<JournalReader, "files" | "read">): Tombstones {
  const offsets = new Map<string, number>();
  const [purgedAt, importedAt] = [new Map<string, number>(), new Map<string, number>()];
  /** Chats of which something was read since the last look, and those that looks have told as removed. */
  const [unheard, told] = [new Set<string>(), new Set<string>()];
  let last: Promise<unknown> = Promise.resolve();

  // Whatever the order in which the files are read: what was said last counts.
  const isGone = (chatId: string): boolean => (purgedAt.get(chatId) ?? -Infinity) > (importedAt.get(chatId) ?? -Infinity);

  /** One at a time: two readings of the same lines would each move the offset. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = last.then(work, work);
    last = result.catch(() => undefined); // the caller of `result` has the error
    return result;
  }

  async function readOn(): Promise<ReadonlySet<string>> {
    const named = new Set<string>();
    for (const file of await journal.files(TOMBSTONES)) {
      let offset = offsets.get(file.writer) ?? 0;
      if (file.sizeBytes <= offset) continue;
      for await (const line of journal.read(file, offset)) {
        if (!line.ok && line.isTorn) break;
        offset = line.endOffset;
        const event = line.ok ? readEvent(line.value) : undefined;
        if (event?.ok !== true || event.value.chatId === undefined) continue;
        const { type, chatId, at } = event.value;
        const times = type === "chat.purged" ? purgedAt : type === "chat.imported" ? importedAt : undefined;
        times?.set(chatId, Math.max(at, times.get(chatId) ?? -Infinity));
        named.add(chatId);
      }
      offsets.set(file.writer, offset);
    }
    return named;
  }

  async function hear(): Promise<void> {
    for (const chatId of await readOn()) unheard.add(chatId);
  }

  return {
    look: () =>
      inTurn(async () => {
        await hear();
        const [purged, returned]: [string[], string[]] = [[], []];
        for (const chatId of unheard) {
          if (isGone(chatId) && !told.has(chatId)) purged.push(chatId);
          if (!isGone(chatId) && told.has(chatId)) returned.push(chatId);
        }
        unheard.clear();
        for (const chatId of purged) told.add(chatId);
        for (const chatId of returned) told.delete(chatId);
        return { purged, returned };
      }),
    isPurged: (chatId) =>
      inTurn(async () => {
        await hear();
        return isGone(chatId);
      }),
    purged: () =>
      inTurn(async () => {
        await hear();
        return new Map([...purgedAt].filter(([chatId]) => isGone(chatId)));
      }),
    imported: () =>
      inTurn(async () => {
        await hear();
        return new Map(importedAt);
      }),
  };
}
