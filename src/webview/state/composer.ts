import { computed, signal, type ReadonlySignal } from "@preact/signals";
import { describeError } from "../../core/base/errors";
import type { Timers } from "../../core/base/timers";
import type { Disposable } from "../../core/base/disposables";
import type { Connection, EditorContext, Reply } from "../../core/protocol/calls";
import type { Client } from "../../core/protocol/rpc";
import { strings } from "../strings";

/** A word to the person at the message box, and what may help. */
export interface Hint {
  readonly kind: "hint" | "error";
  readonly text: string;
  readonly action?: "setKey";
}

export interface Composer {
  readonly draft: ReadonlySignal<string>;
  readonly hint: ReadonlySignal<Hint | undefined>;
  readonly isSending: ReadonlySignal<boolean>;
  /** What would go along with the next message. */
  readonly context: ReadonlySignal<EditorContext | null>;
  /** Counts the wishes that the message box get the focus. */
  readonly focusWishes: ReadonlySignal<number>;
  write(text: string): void;
  /** The draft as the host kept it; what was typed meanwhile wins. */
  restore(text: string): void;
  setContext(context: EditorContext | null): void;
  removeContext(): void;
  send(): Promise<void>;
  /** Gives a question that failed without an answer back, unless something else stands in the box by now. */
  putBack(text: string): void;
  /** Takes that question out again because it is asked anew. */
  takeOut(text: string): void;
  showError(error: unknown): void;
  /** Answers can come: what was said about a missing key no longer holds. */
  forgetMissingKey(): void;
  focus(): void;
  /** Hands the draft to the host at once. The message that is being sent is no draft unless sending fails. */
  flush(): void;
}

export interface ComposerOptions {
  readonly client: Client;
  readonly timers: Timers;
  readonly connection: ReadonlySignal<Connection | undefined>;
  readonly chatId: ReadonlySignal<string | null>;
  readonly isRunning: ReadonlySignal<boolean>;
  readonly model: ReadonlySignal<string>;
  /** The host has taken a message into a chat; `fromChatId` is what was shown when it was sent. */
  onSent(sent: Reply<"turn.submit">, fromChatId: string | null): void;
}

const SAVE_DELAY_MS = 150;

export function createComposer(options: ComposerOptions): Composer {
  const { client, timers } = options;
  const draft = signal("");
  const hint = signal<Hint | undefined>(undefined);
  /** What the box held when the message on its way was sent. */
  const sending = signal<string | undefined>(undefined);
  const offered = signal<EditorContext | null>(null);
  const removedContextId = signal<string | undefined>(undefined);
  const context = computed(() => (offered.value?.contextId === removedContextId.value ? null : offered.value));
  const focusWishes = signal(0);
  let isTouched = false;
  let saving: Disposable | undefined;

  function write(text: string): void {
    isTouched = true;
    draft.value = text;
    hint.value = undefined;
    // Not put off by the next key: who types on and on is saved all the same.
    saving ??= timers.after(SAVE_DELAY_MS, flush);
  }

  function flush(): void {
    if (saving === undefined) return;
    saving.dispose();
    saving = undefined;
    // A draft that could not be kept is still in the box; the next save tries again.
    client.call("draft.save", { text: draft.peek() }).catch(() => undefined);
  }

  async function send(): Promise<void> {
    if (sending.peek() !== undefined) return;
    const typed = draft.peek();
    hint.value = refusal(typed, options.isRunning.peek(), options.connection.peek());
    if (hint.value !== undefined) return;
    const fromChatId = options.chatId.peek();
    sending.value = typed;
    flush(); // until the host has stored it as a question it is a draft; then the host takes that back
    try {
      // The first line's indentation may be code's; blank lines around the text are not meant.
      const text = typed.replace(/^(?:[^\S\n]*\n)+/, "").trimEnd();
      const reply = await client.call("turn.submit", { chatId: fromChatId, text, model: options.model.peek(), contextId: context.peek()?.contextId ?? null });
      const typedOn = draft.peek().startsWith(typed) ? draft.peek().slice(typed.length) : undefined;
      if (typedOn !== undefined) write(typedOn);
      options.onSent(reply, fromChatId);
    } catch (error) {
      showError(error);
    } finally {
      sending.value = undefined;
      flush();
    }
  }

  function showError(error: unknown): void {
    const text = describeError(error);
    hint.value = options.connection.peek()?.status === "noKey" ? { kind: "error", text, action: "setKey" } : { kind: "error", text };
  }

  return {
    draft,
    hint,
    isSending: computed(() => sending.value !== undefined),
    context,
    focusWishes,
    write,
    restore(text) {
      if (!isTouched) draft.value = text;
    },
    setContext(next) {
      if (next?.contextId !== offered.peek()?.contextId) removedContextId.value = undefined;
      offered.value = next;
    },
    removeContext() {
      removedContextId.value = offered.peek()?.contextId;
    },
    send,
    putBack(text) {
      if (draft.peek() === "") write(text);
    },
    takeOut(text) {
      if (draft.peek() === text) write("");
    },
    showError,
    forgetMissingKey() {
      if (hint.peek()?.action === "setKey") hint.value = undefined;
    },
    focus() {
      focusWishes.value++;
    },
    flush,
  };
}

/** Why a message cannot be sent now, before the host is asked. */
function refusal(text: string, isRunning: boolean, connection: Connection | undefined): Hint | undefined {
  const { composer } = strings;
  if (text.trim() === "") return { kind: "hint", text: composer.empty };
  if (isRunning) return { kind: "hint", text: composer.stillAnswering };
  if (connection?.status === "noKey") return { kind: "error", text: composer.noKey, action: "setKey" };
  return undefined;
}
