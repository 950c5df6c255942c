import { signal, type ReadonlySignal } from "@preact/signals";
import type { Disposable } from "../../core/base/disposables";
import type { Timers } from "../../core/base/timers";
import type { Client } from "../../core/protocol/rpc";

/** What stands in the message box, one text for each chat. Null is the chat not begun yet. */
export interface Drafts {
  readonly text: ReadonlySignal<string>;
  /** Changes the shown chat's draft and saves it soon. */
  write(text: string): void;
  /** Shows another chat's draft: as this page knows it, else empty until the host has said. */
  show(chatId: string | null): void;
  /** A draft as the host kept it; what this page knows better wins. */
  restore(chatId: string | null, text: string): void;
  /** Another page of the window has changed it. What is typed here at this moment goes before. */
  changedElsewhere(chatId: string | null, text: string): void;
  /** Whether this page still has to ask the host for it. */
  isUnknown(chatId: string | null): boolean;
  /** The text that belongs to a chat, shown or not. */
  of(chatId: string | null): string;
  /** The message was taken: nothing of it is a draft any more. `rest` was typed after it. */
  taken(chatId: string | null, rest: string): void;
  /** The chat not begun has begun: what stands in the box goes along. */
  begin(chatId: string): void;
  /** Hands the shown draft to the host at once. */
  flush(): void;
}

const SAVE_DELAY_MS = 150;

export function createDrafts(client: Client, timers: Timers): Drafts {
  const text = signal("");
  const known = new Map<string | null, string>();
  /** Undefined until the host has said which chat is shown: what is typed so far goes to that one, and is not saved before. */
  let shown: string | null | undefined;
  let saving: Disposable | undefined;

  function write(next: string): void {
    text.value = next;
    if (shown !== undefined) known.set(shown, next);
    // Not put off by the next key: who types on and on is saved all the same.
    saving ??= timers.after(SAVE_DELAY_MS, flush);
  }

  function flush(): void {
    if (saving === undefined) return;
    saving.dispose();
    saving = undefined;
    if (shown !== undefined) save(shown, text.peek());
  }

  /** A draft that could not be kept is still here; the next save tries again. */
  function save(chatId: string | null, draft: string): void {
    client.call("draft.save", { chatId, text: draft }).catch(() => undefined);
  }

  const isShown = (chatId: string | null): boolean => chatId === (shown ?? null);
  const of = (chatId: string | null): string => (isShown(chatId) ? text.peek() : (known.get(chatId) ?? ""));

  function show(chatId: string | null): void {
    if (chatId === shown) return;
    const early = shown === undefined ? text.peek() : "";
    flush();
    shown = chatId;
    if (early !== "") write(early);
    else text.value = known.get(chatId) ?? "";
  }

  return {
    text,
    write,
    show,
    restore(chatId, draft) {
      if (known.has(chatId)) return;
      known.set(chatId, draft);
      if (isShown(chatId)) text.value = draft;
    },
    changedElsewhere(chatId, draft) {
      if (isShown(chatId) && saving !== undefined) return;
      known.set(chatId, draft);
      if (isShown(chatId)) text.value = draft;
    },
    isUnknown: (chatId) => !known.has(chatId),
    of,
    taken(chatId, rest) {
      if (isShown(chatId)) return write(rest);
      known.set(chatId, rest);
      save(chatId, rest);
    },
    begin(chatId) {
      if (!isShown(null)) return;
      const moved = text.peek();
      if (moved !== "") write("");
      show(chatId);
      if (moved !== "") write(moved);
      else known.set(chatId, "");
    },
    flush,
  };
}
