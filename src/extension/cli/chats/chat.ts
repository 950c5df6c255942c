import { t } from "../../../core/base/l10n";
import type { JournalReader } from "../../../core/ports";
import { emptyChat, type ChatState } from "../../../core/protocol/chatState";
import { reduceMany, runThrough } from "../../../core/protocol/reduceMany";
import { eventsToShow, readStoredEvents } from "../../../core/store/exchange/storedEvents";
import type { ChatExchange } from "../../../core/store/exchange/exchange";
import { streamOf } from "../../../core/store/streams";
import { createTombstones } from "../../../core/store/tombstones";
import { randomIds as ids, systemClock as clock } from "../../adapters/clock";
import { createExchange } from "../../adapters/exchange";
import { misuse, refuse } from "../command";
import type { OpenFolder } from "../open";
import { patientClaims } from "./patientClaims";

/** What a chat is called on disk, and so what may stand for it on a command line. */
const CHAT_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** Refuses what is no chat of this folder. */
export async function checkChats(journal: JournalReader, chatIds: readonly string[], root: string): Promise<void> {
  for (const chatId of chatIds) if (!CHAT_ID.test(chatId)) misuse(t("“{0}” is no chat's id. “cairn chats list” shows them.", chatId));
  const purged = await createTombstones(journal).purged();
  for (const chatId of chatIds) {
    if (purged.has(chatId)) refuse(t("The chat {0} was deleted for good.", chatId));
    if ((await journal.files(streamOf(chatId))).length === 0) refuse(t("There is no chat {0} in {1}. “cairn chats list” shows what there is.", chatId, root));
  }
}

export interface ReadChat {
  readonly chat: ChatState;
  readonly isInTrash: boolean;
  /** Lines that could not be read, and so are not in it. */
  readonly lostLines: number;
}

/** A chat as its journals have it. Reads and nothing else: unlike a window it neither ends what a killed one left running nor puts damage aside. */
export async function readChat(journal: JournalReader, chatId: string): Promise<ReadChat> {
  const { events, isInTrash, lostLines } = await readStoredEvents(journal, chatId, async () => undefined, new AbortController().signal);
  return { chat: runThrough(reduceMany(emptyChat(chatId), eventsToShow(events))), isInTrash, lostLines };
}

/** Chats to files and back; writes as this command does. */
export function exchangeOf({ root, journal, blobs, lock }: Pick<OpenFolder, "root" | "journal" | "blobs" | "lock">): ChatExchange {
  // Nothing is in memory alone here.
  return createExchange({ root, journal, saveNow: async () => undefined, unsaved: () => new Map(), claims: patientClaims(journal.claims), ids, clock, blobs, lock });
}
