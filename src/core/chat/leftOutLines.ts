import { describeError } from "../base/errors";
import { t } from "../base/l10n";
import type { Journal, Log, StorageError } from "../ports";
import type { ChatEvent, EventBody } from "../protocol/events";
import type { Session } from "./session";

/** Puts what could not be read of a chat aside. Gives what is to be said of it in the chat: nothing where somebody has been here first. */
export async function putAside(session: Session, { journal, log }: { readonly journal: Journal; readonly log: Log }): Promise<EventBody<ChatEvent> | undefined> {
  const copies: string[] = [];
  for (const { file, range } of session.damaged.splice(0)) {
    try {
      const copy = await journal.quarantine(file, range);
      if (copy !== undefined) copies.push(copy);
    } catch (error) {
      log.warn(`A damaged line could not be put aside: ${describeError(error)}`);
    }
  }
  const [first] = copies;
  if (first === undefined) return undefined;
  const text = copies.length === 1
    ? t("One line of this chat is damaged and could not be read; all else is here. It is kept in {0}.", first)
    : t("{0} lines of this chat are damaged and could not be read; all else is here. They are kept beside {1}.", copies.length, first);
  return { type: "notice", chatId: session.state.chatId, level: "warning", text };
}

/** What is to be said in a chat of lines that only a newer build understands; it is true in a copy of the chat too. */
export function newerNotice(chatId: string): EventBody<ChatEvent> {
  return { type: "notice", chatId, level: "warning", text: t("What a newer Cairn has written in this chat is left out here. Update Cairn to see it; until then nothing can be added to the chat that it has written in.") };
}

/** Why nothing is added to such a chat. */
export function newerRefusal(): StorageError {
  return { code: "denied", message: t("a newer Cairn has written in this chat; update Cairn to go on with it, or begin a new chat") };
}
