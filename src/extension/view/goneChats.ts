import type { Sessions } from "../../core/chat/sessions";
import type { PanelMemory } from "../../core/ports";
import type { TombstoneNews } from "../../core/store/tombstones";

export interface GoneChatsOptions {
  readonly sessions: Pick<Sessions, "forget" | "remember">;
  readonly panel: PanelMemory;
  /** The chats that pages of this window show. */
  readonly shownChats: () => Promise<ReadonlySet<string>>;
  /** Ends what is being answered in a chat. */
  readonly stop: (chatId: string) => Promise<unknown>;
  /** The list of chats is another one now. */
  readonly onChanged: () => void;
  /** Says that a chat which was shown here was removed for good elsewhere. */
  readonly tellRemoved: (title: string) => void;
}

/** What a window does about chats that were removed for good, be it here or in another window. */
export interface GoneChats {
  letGo(chatIds: readonly string[]): Promise<void>;
  /** The same, of what other windows have said; whoever looks at such a chat is told. */
  hear(news: TombstoneNews): Promise<void>;
}

export function createGoneChats({ sessions, panel, shownChats, stop, onChanged, tellRemoved }: GoneChatsOptions): GoneChats {
  /** Gives the titles of those that were shown. */
  async function letGo(chatIds: readonly string[]): Promise<readonly string[]> {
    if (chatIds.length === 0) return [];
    const removed = new Set(chatIds);
    const shown = await shownChats();
    const were = sessions.forget(chatIds);
    for (const { chatId } of were) void stop(chatId); // a turn's own errors are told by its chat, which is no more
    const { chatId: current, drafts } = await panel.read();
    if ((current !== undefined && removed.has(current)) || Object.keys(drafts).some((chatId) => removed.has(chatId))) {
      await panel.change((before) => ({
        ...(before.chatId === undefined || removed.has(before.chatId) ? {} : { chatId: before.chatId }),
        drafts: Object.fromEntries(Object.entries(before.drafts).filter(([chatId]) => !removed.has(chatId))),
      }));
    }
    onChanged();
    return were.filter(({ chatId }) => shown.has(chatId)).map(({ title }) => title);
  }

  return {
    letGo: async (chatIds) => void (await letGo(chatIds)),
    async hear({ purged, returned }) {
      sessions.remember(returned);
      for (const title of await letGo(purged)) tellRemoved(title);
    },
  };
}
