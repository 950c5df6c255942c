import { computed, signal, type ReadonlySignal } from "@preact/signals";
import { describeError } from "../../core/base/errors";
import type { Timers } from "../../core/base/timers";
import type { Connection, EditorContext, Reply } from "../../core/protocol/calls";
import type { ChatState } from "../../core/protocol/chatState";
import type { Client } from "../../core/protocol/rpc";
import { strings } from "../strings";
import { createDrafts, type Drafts } from "./drafts";
import { createRecall, type Recall } from "./recall";

/** A longer message is refused before it is sent, UTF-16 units: the host would not take it either. */
export const MAX_MESSAGE_LENGTH = 400_000;
/** From here on the length is shown while typing. */
/** The last words of an answer are on the screen a moment before its end is stored: who asks on at once is not refused for that. */
const ENDING_MS = 600;
const COUNTED_FROM = 0.9 * MAX_MESSAGE_LENGTH;

/** A word to the person at the message box, and what may help. */
export interface Hint {
  readonly kind: "hint" | "error";
  readonly text: string;
  readonly action?: "setKey";
}

export interface Composer extends Pick<Drafts, "restore" | "isUnknown" | "changedElsewhere"> {
  /** What stands in the box, for the shown chat. */
  readonly draft: ReadonlySignal<string>;
  readonly recall: Recall;
  readonly hint: ReadonlySignal<Hint | undefined>;
  readonly isSending: ReadonlySignal<boolean>;
  /** The message's length, once it comes near the limit. */
  readonly length: ReadonlySignal<number | undefined>;
  /** What would go along with the next message. */
  readonly context: ReadonlySignal<EditorContext | null>;
  /** Counts the wishes that the message box get the focus. */
  readonly focusWishes: ReadonlySignal<number>;
  write(text: string): void;
  /** Another chat is shown: its draft takes the place of the one in the box, which is saved. */
  showChat(chatId: string | null): void;
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
  /** The chat is this window's again: what was said about that no longer holds. */
  forgetElsewhere(): void;
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
  readonly isElsewhere: ReadonlySignal<boolean>;
  readonly model: ReadonlySignal<string>;
  readonly effort: ReadonlySignal<string | null>;
  /** The shown chat, for recalling its questions. */
  readonly chat: () => ChatState | undefined;
  /** The host has taken a message into a chat; `fromChatId` is what was shown when it was sent. */
  onSent(sent: Reply<"turn.submit">, fromChatId: string | null): void;
}

export function createComposer(options: ComposerOptions): Composer {
  const { client } = options;
  const drafts = createDrafts(client, options.timers);
  const draft = drafts.text;
  const hint = signal<Hint | undefined>(undefined);
  const isSending = signal(false);
  const offered = signal<EditorContext | null>(null);
  const removedContextId = signal<string | undefined>(undefined);
  const context = computed(() => (offered.value?.contextId === removedContextId.value ? null : offered.value));
  const focusWishes = signal(0);

  function write(text: string): void {
    hint.value = undefined;
    drafts.write(text);
  }

  async function send(): Promise<void> {
    if (isSending.peek()) return;
    if (options.isRunning.peek() && draft.peek().trim() !== "") await untilIdle();
    const typed = draft.peek();
    const text = messageOf(typed);
    hint.value = options.isElsewhere.peek() && text.trim() !== "" ? { kind: "hint", text: strings.elsewhere.refused } : refusal(text, options.isRunning.peek(), options.connection.peek());
    if (hint.value !== undefined) return;
    const fromChatId = options.chatId.peek();
    isSending.value = true;
    drafts.flush(); // until the host has stored it as a question it is a draft; then the host takes that back
    try {
      const choice = { model: options.model.peek(), effort: options.effort.peek() };
      const reply = await client.call("turn.submit", { chatId: fromChatId, text, ...choice, contextId: context.peek()?.contextId ?? null });
      const now = drafts.of(fromChatId);
      if (now.startsWith(typed)) drafts.taken(fromChatId, now.slice(typed.length));
      if (reply.chatId !== fromChatId && options.chatId.peek() === fromChatId) drafts.begin(reply.chatId);
      options.onSent(reply, fromChatId);
    } catch (error) {
      showError(error);
    } finally {
      isSending.value = false;
      drafts.flush();
    }
  }

  /** Settles when no answer runs any more, or after a moment. Meanwhile nothing else is sent. */
  async function untilIdle(): Promise<void> {
    isSending.value = true;
    let stopListening: (() => void) | undefined;
    await new Promise<void>((resolve) => {
      const timer = options.timers.after(ENDING_MS, resolve);
      stopListening = options.isRunning.subscribe((isRunning) => {
        if (isRunning) return;
        timer.dispose();
        resolve();
      });
    });
    stopListening?.();
    isSending.value = false;
  }

  function showError(error: unknown): void {
    const text = describeError(error);
    hint.value = options.connection.peek()?.status === "noKey" ? { kind: "error", text, action: "setKey" } : { kind: "error", text };
  }

  return {
    draft,
    recall: createRecall({ draft, write, chat: options.chat }),
    hint,
    isSending,
    length: computed(() => (draft.value.length < COUNTED_FROM ? undefined : messageOf(draft.value).length)),
    context,
    focusWishes,
    write,
    restore: drafts.restore,
    isUnknown: drafts.isUnknown,
    changedElsewhere: drafts.changedElsewhere,
    showChat(chatId) {
      hint.value = undefined;
      drafts.show(chatId);
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
    forgetElsewhere() {
      if (hint.peek()?.text === strings.elsewhere.refused) hint.value = undefined;
    },
    focus() {
      focusWishes.value++;
    },
    flush: drafts.flush,
  };
}

/** The text as it is sent: the first line's indentation may be code's; blank lines around the text are not meant. */
export function messageOf(typed: string): string {
  return typed.replace(/^(?:[^\S\n]*\n)+/, "").trimEnd();
}

/** Why a message cannot be sent now, before the host is asked. */
export function refusal(text: string, isRunning: boolean, connection: Connection | undefined): Hint | undefined {
  const { composer } = strings;
  if (text.trim() === "") return { kind: "hint", text: composer.empty };
  if (text.length > MAX_MESSAGE_LENGTH) return { kind: "error", text: composer.tooLong(text.length, MAX_MESSAGE_LENGTH) };
  if (isRunning) return { kind: "hint", text: composer.stillAnswering };
  if (connection?.status === "noKey") return { kind: "error", text: composer.noKey, action: "setKey" };
  return undefined;
}
