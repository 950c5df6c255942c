import { t } from "../../core/base/l10n";
import type { EventOf } from "../../core/protocol/events";

export interface AttentionOptions {
  /** The chats that stand before the person's eyes now. */
  readonly shownChats: () => Promise<ReadonlySet<string>>;
  /** Whether this window wrote the answer: of another's answers that window tells. */
  readonly isOurs: (chatId: string) => boolean;
  readonly titleOf: (chatId: string) => Promise<string>;
  readonly showCount: (count: number) => void;
  /** Says so; gives whether the person wants to see the chat. */
  readonly notify: (message: string) => Promise<boolean>;
  readonly open: (chatId: string) => Promise<void>;
}

/** Knows the answers that have ended out of sight: a number on the panel until they are looked at, and a word at once. */
export function createAttention({ shownChats, isOurs, titleOf, showCount, notify, open }: AttentionOptions) {
  const unseen = new Set<string>();

  function forget(chatIds: Iterable<string>): void {
    const before = unseen.size;
    for (const chatId of chatIds) unseen.delete(chatId);
    if (unseen.size !== before) showCount(unseen.size);
  }

  return {
    /** To be called when an answer ends. */
    async ended({ chatId, status }: Pick<EventOf<"turn.ended">, "chatId" | "status">): Promise<void> {
      if ((status !== "done" && status !== "failed") || !isOurs(chatId)) return;
      if ((await shownChats()).has(chatId)) return;
      unseen.add(chatId);
      showCount(unseen.size);
      const title = await titleOf(chatId);
      if (await notify(status === "done" ? t("Claude has answered: {0}", title) : t("Claude could not answer: {0}", title))) await open(chatId);
    },
    /** To be called when something else may be in sight. */
    async looked(): Promise<void> {
      if (unseen.size > 0) forget(await shownChats());
    },
    deleted: (chatId: string): void => forget([chatId]),
  };
}
