import { batch, signal, type ReadonlySignal } from "@preact/signals";
import type { Disposable } from "../../core/base/disposables";
import { describeError } from "../../core/base/errors";
import type { Timers } from "../../core/base/timers";
import { defined } from "../../core/base/records";
import type { ChatFacets, ChatFilter, ChatSummary } from "../../core/protocol/calls";
import type { Client } from "../../core/protocol/rpc";
import { strings } from "../strings";
import { createHistorySearch, type HistorySearch } from "./historySearch";

export interface History {
  /** Pinned ones first, then the newest; undefined until the list was read once. */
  readonly chats: ReadonlySignal<readonly ChatSummary[] | undefined>;
  /** How much of all chats has been read into a list that was lost, percent, while that goes on. */
  readonly reading: ReadonlySignal<number | undefined>;
  setReading(percent: number | undefined): void;
  /** Whether there are more that the filter lets through. */
  readonly hasMore: ReadonlySignal<boolean>;
  readonly facets: ReadonlySignal<ChatFacets>;
  readonly filter: ReadonlySignal<ChatFilter>;
  readonly search: HistorySearch;
  /** Narrows list and search down; a field that is given as undefined no longer counts. */
  setFilter(change: { readonly [F in keyof ChatFilter]: ChatFilter[F] | undefined }): void;
  showMore(): Promise<void>;
  pin(chatId: string, isPinned: boolean): Promise<void>;
  tag(chatId: string, tags: readonly string[]): Promise<void>;
  restore(chatId: string): Promise<void>;
  /** Removes a chat that is in the trash for good, or all of them. */
  purge(chatId?: string): Promise<void>;
  readonly problem: ReadonlySignal<string | undefined>;
  /** The chat deleted last, while that can be undone from here. */
  readonly undoable: ReadonlySignal<ChatSummary | undefined>;
  refresh(): Promise<void>;
  /** Whether it was deleted; otherwise the list is as it was and `problem` says why. */
  delete(chatId: string): Promise<boolean>;
  /** Takes the last deletion back. Gives the chat's id, or undefined when that failed or there is nothing to take back. */
  undo(): Promise<string | undefined>;
  /** Keeps the offer to undo as long as the person is at it. */
  holdUndo(): void;
  releaseUndo(): void;
  /** Says above the list what went wrong, until the list is read again. */
  showError(error: unknown): void;
}

const UNDO_MS = 10_000;
/** So many chats are listed at first, and with each wish for more. */
const PAGE_CHATS = 200;

export function createHistory(client: Client, timers: Timers): History {
  const chats = signal<readonly ChatSummary[] | undefined>(undefined);
  const problem = signal<string | undefined>(undefined);
  const reading = signal<number | undefined>(undefined);
  const undoable = signal<ChatSummary | undefined>(undefined);
  const hasMore = signal(false);
  const facets = signal<ChatFacets>({ folders: [], models: [], agents: [], tags: [] });
  const filter = signal<ChatFilter>({});
  const search = createHistorySearch({ client, timers, filter, onError: showError });
  let limit = PAGE_CHATS;
  let latest = 0;
  let expiry: Disposable | undefined;

  async function refresh(): Promise<void> {
    const mine = ++latest;
    try {
      const reply = await client.call("chat.list", { filter: filter.peek(), limit });
      if (mine !== latest) return;
      batch(() => {
        chats.value = reply.chats;
        facets.value = reply.facets;
        hasMore.value = reply.hasMore;
        problem.value = undefined;
      });
    } catch (error) {
      // A list that is still being read takes as long as it takes, and is asked for again when it is there.
      if (mine === latest && reading.peek() === undefined) problem.value = `${strings.history.failed} ${describeError(error)}`;
    }
  }

  function showError(error: unknown): void {
    problem.value = describeError(error);
  }

  /** Does something to a chat, and shows the list as it is then. */
  async function change(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (error) {
      await refresh();
      return showError(error);
    }
    await refresh();
  }

  function offerUndo(chat: ChatSummary | undefined): void {
    undoable.value = chat;
    expiry?.dispose();
    expiry = undefined;
    if (chat !== undefined) releaseUndo();
  }

  function releaseUndo(): void {
    expiry?.dispose();
    expiry = timers.after(UNDO_MS, () => offerUndo(undefined));
  }

  return {
    chats,
    problem,
    reading,
    setReading: (percent) => void (reading.value = percent),
    undoable,
    hasMore,
    facets,
    filter,
    search,
    refresh,
    setFilter(fields) {
      filter.value = defined({ ...filter.peek(), ...fields });
      limit = PAGE_CHATS;
      search.again();
      void refresh();
    },
    showMore() {
      limit += PAGE_CHATS;
      return refresh();
    },
    pin: (chatId, isPinned) => change(() => client.call("chat.pin", { chatId, isPinned })),
    tag: (chatId, tags) => change(() => client.call("chat.tag", { chatId, tags })),
    restore: (chatId) => change(() => client.call("chat.restore", { chatId })),
    purge: (chatId) => change(() => client.call("chat.purge", defined({ chatId }))),
    async delete(chatId) {
      const deleted = chats.peek()?.find((chat) => chat.chatId === chatId);
      chats.value = chats.peek()?.filter((chat) => chat.chatId !== chatId);
      latest++; // a list asked for before would bring it back
      try {
        await client.call("chat.delete", { chatId });
        offerUndo(deleted);
        return true;
      } catch (error) {
        await refresh();
        showError(error);
        return false;
      }
    },
    async undo() {
      const chat = undoable.peek();
      if (chat === undefined) return undefined;
      offerUndo(undefined);
      try {
        await client.call("chat.restore", { chatId: chat.chatId });
        await refresh();
        return chat.chatId;
      } catch (error) {
        offerUndo(chat);
        showError(error);
        return undefined;
      }
    },
    holdUndo: () => expiry?.dispose(),
    releaseUndo() {
      if (undoable.peek() !== undefined) releaseUndo();
    },
    showError,
  };
}
