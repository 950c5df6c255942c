import { check, id, num, obj, opt, seqNumber, str, type Infer } from "../../base/check";
import type { JournalReader } from "../../ports";
import { readEvent, type SessionEvent } from "../../protocol/events";
import { streamOf } from "../streams";
import { createTombstones } from "../tombstones";

/** What every event has, those of a newer build too. */
const envelope = obj({ id, seq: seqNumber, at: num, type: str, chatId: opt(id) });

/** An event as its line says it. */
export interface StoredEvent extends Infer<typeof envelope> {
  /** The line's whole value, fields included that this build does not know. */
  readonly value: object;
}

export interface StoredChatEvents {
  readonly events: readonly StoredEvent[];
  readonly isInTrash: boolean;
  /** Lines that say nothing readable about this chat. */
  readonly lostLines: number;
}

/** Lets others have their turn, when it has been a while. */
export type Pause = () => Promise<void>;

/**
 * All that the journals of a chat say, in its order: by `seq`, then by time, then by writer; a line that a writer wrote twice counts
 * once. Lines of a newer build are there as they stand. Nothing for a chat that is not there. Rejects when it cannot be read.
 */
export async function readStoredEvents(journal: JournalReader, chatId: string, pause: Pause, signal: AbortSignal): Promise<StoredChatEvents> {
  const events: StoredEvent[] = [];
  let lostLines = 0;
  for (const file of await journal.files(streamOf(chatId))) {
    const seen = new Set<string>();
    for await (const line of journal.read(file, 0)) {
      signal.throwIfAborted();
      await pause();
      const event = line.ok ? check(envelope, line.value) : undefined;
      if (event?.ok !== true || !line.ok || event.value.chatId !== chatId || isDamaged(line.value)) lostLines++;
      else if (!seen.has(event.value.id)) {
        seen.add(event.value.id);
        events.push({ ...event.value, value: line.value as object }); // it passed the check of an envelope
      }
    }
  }
  events.sort((a, b) => a.seq - b.seq || a.at - b.at);
  const last = events.findLast(({ type }) => type === "chat.deleted" || type === "chat.restored");
  return { events, isInTrash: last?.type === "chat.deleted", lostLines };
}

/** The ids of all chats that have journals, but for those removed for good. Whether they are in the trash their events say. */
export async function listStoredChats(journal: JournalReader): Promise<readonly string[]> {
  const purged = await createTombstones(journal).purged();
  const ids = new Set<string>();
  for (const { stream } of await journal.files()) {
    const chatId = stream.slice(stream.lastIndexOf("/") + 1);
    if (stream === streamOf(chatId) && !purged.has(chatId)) ids.add(chatId);
  }
  return [...ids];
}

/** The events of these that this build understands, numbered without gaps or doubles as whoever shows a chat numbers them. */
export function* eventsToShow(stored: readonly StoredEvent[]): Generator<SessionEvent> {
  let seq = 0;
  for (const { value } of stored) {
    const event = readEvent(value);
    if (!event.ok) continue;
    seq = Math.max(event.value.seq, seq + 1);
    yield { ...event.value, seq };
  }
}

/** A line of a newer build is kept as it is; what this build should understand and does not is lost. */
function isDamaged(value: unknown): boolean {
  const event = readEvent(value);
  return !event.ok && event.error.code === "damaged";
}
