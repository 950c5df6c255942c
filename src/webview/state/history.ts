import { signal, type ReadonlySignal } from "@preact/signals";
import type { Disposable } from "../../core/base/disposables";
import { describeError } from "../../core/base/errors";
import type { Timers } from "../../core/base/timers";
import type { ChatSummary } from "../../core/protocol/calls";
import type { Client } from "../../core/protocol/rpc";
import { strings } from "../strings";

export interface History {
  /** Newest first; undefined until the list was read once. */
  readonly chats: ReadonlySignal<readonly ChatSummary[] | undefined>;
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

export function createHistory(client: Client, timers: Timers): History {
  const chats = signal<readonly ChatSummary[] | undefined>(undefined);
  const problem = signal<string | undefined>(undefined);
  const undoable = signal<ChatSummary | undefined>(undefined);
  let latest = 0;
  let expiry: Disposable | undefined;

  async function refresh(): Promise<void> {
    const mine = ++latest;
    try {
      const reply = await client.call("chat.list", {});
      if (mine !== latest) return;
      chats.value = reply.chats.toSorted((left, right) => right.updatedAt - left.updatedAt);
      problem.value = undefined;
    } catch (error) {
      if (mine === latest) problem.value = `${strings.history.failed} ${describeError(error)}`;
    }
  }

  function showError(error: unknown): void {
    problem.value = describeError(error);
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
    undoable,
    refresh,
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
