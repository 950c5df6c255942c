import type { ChatState, Turn } from "../../core/protocol/chatState";
import type { Client } from "../../core/protocol/rpc";
import { strings } from "../strings";
import type { ChatSession } from "./chatSession";
import type { Composer } from "./composer";
import { questionText } from "./questions";
import type { Models } from "./models";

/** What the person does with a chat as a whole, or with its last answer. What goes wrong goes to `onError`. */
export interface ChatActions {
  stop(): Promise<void>;
  retry(turnId: string): Promise<void>;
  /** Asks Claude to go on where the answer ended, with the chat's model and effort and no attachment. */
  continueAnswer(): Promise<void>;
  /** Goes on in a new chat that carries the end of this one, and shows it. */
  continueInNew(): Promise<void>;
  /** Blank titles change nothing. */
  renameChat(chatId: string, title: string): Promise<void>;
  /** Makes a chat with the same content and shows it. */
  duplicateChat(chatId: string): Promise<void>;
  openInTab(chatId: string): Promise<void>;
  /** Gets the shown chat from the window that has it. */
  continueHere(): Promise<void>;
}

export interface ChatActionsOptions {
  readonly client: Client;
  readonly chat: ChatSession;
  readonly models: Models;
  readonly composer: Composer;
  /** A turn was begun from here: its end is news. */
  onAsked(turnId: string): void;
  onError(error: unknown): void;
  openChat(chatId: string): Promise<void>;
}

export function createChatActions({ client, chat, models, composer, onAsked, onError, openChat }: ChatActionsOptions): ChatActions {
  /** Runs on the shown chat, if there is one, and says what went wrong. */
  async function onShown(act: (chatId: string) => Promise<void>): Promise<void> {
    const chatId = chat.chatId.peek();
    if (chatId !== null) await tryTo(() => act(chatId));
  }

  async function tryTo(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      onError(error);
    }
  }

  const choice = (): { readonly model: string; readonly effort: string | null } => ({ model: models.current.peek(), effort: models.effort.peek() });

  return {
    stop: () =>
      onShown(async (chatId) => {
        if (chat.isRunning.peek()) await client.call("turn.stop", { chatId });
      }),
    retry: (turnId) =>
      onShown(async (chatId) => {
        const begun = await client.call("turn.retry", { chatId, turnId, ...choice() });
        onAsked(begun.turnId);
        const state = chat.snapshot();
        const turn = turnOf(state, turnId);
        if (state !== undefined && turn !== undefined) composer.takeOut(questionText(state, turn));
      }),
    continueAnswer: () =>
      onShown(async (chatId) => {
        if (chat.isRunning.peek()) return;
        const begun = await client.call("turn.submit", { chatId, text: strings.conversation.continueText, ...choice(), contextId: null });
        onAsked(begun.turnId);
      }),
    continueInNew: () => onShown(async (chatId) => openChat((await client.call("chat.continueInNew", { chatId })).chatId)),
    async renameChat(chatId, title) {
      const trimmed = title.trim();
      if (trimmed !== "") await tryTo(async () => void (await client.call("chat.rename", { chatId, title: trimmed })));
    },
    duplicateChat: (chatId) => tryTo(async () => openChat((await client.call("chat.duplicate", { chatId })).chatId)),
    continueHere: () => onShown(async (chatId) => void (await client.call("chat.takeOver", { chatId }))),
    openInTab: (chatId) => tryTo(async () => void (await client.call("chat.openInTab", { chatId }))),
  };
}

function turnOf(state: ChatState | undefined, turnId: string): Turn | undefined {
  return state?.turns.find((candidate) => candidate.turnId === turnId);
}
