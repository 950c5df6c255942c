import { batch, effect, signal, type ReadonlySignal } from "@preact/signals";
import { describeError } from "../../core/base/errors";
import type { Connection } from "../../core/protocol/calls";
import type { ChatState } from "../../core/protocol/chatState";
import type { Client } from "../../core/protocol/rpc";
import { strings } from "../strings";
import type { ChatSession } from "./chatSession";
import { messageOf, refusal, type Hint } from "./composer";
import type { Models } from "./models";
import { questionText } from "./questions";

/** A question that is being written anew in its place. */
export interface Edit {
  readonly turnId: string;
  readonly text: string;
  /** Block ids of the attachments that are left out. */
  readonly removed: readonly string[];
  readonly hint: Hint | undefined;
  readonly isSending: boolean;
}

/** Which way a version lies from the one that is shown. */
export type Direction = "previous" | "next";

/** A chat's branches: making one, and going from one to another. */
export interface ChatBranches {
  readonly edit: ReadonlySignal<Edit | undefined>;
  /** Where the focus goes once a turn is in the page: to the button that was pressed, which is another turn's by then. */
  readonly focusWish: ReadonlySignal<{ readonly turnId: string; readonly target: Direction | "edit" } | undefined>;
  /** The turn that is to stand where the version stood that it takes the place of: so far from the top of the page, pixels. */
  readonly switching: ReadonlySignal<{ readonly turnId: string; readonly top: number } | undefined>;
  /** Opens the question of a turn to be edited; another one that was open is given up. */
  beginEdit(turnId: string): void;
  write(text: string): void;
  removeAttachment(blockId: string): void;
  cancelEdit(): void;
  /** Asks the edited question as a branch of its own. What is refused stays open, with the reason. */
  resend(): Promise<void>;
  /** Shows the version before or after a turn, with what was said from there on. */
  showVersion(turnId: string, direction: Direction, top: number): Promise<void>;
  /** Sees to it that a turn of the shown chat is on the shown branch, as soon as the turn is there. */
  reach(turnId: string): void;
  /** The version stands there. */
  switched(): void;
  /** Makes a chat of the conversation up to a turn, and shows it. */
  fork(turnId: string): Promise<void>;
  focused(): void;
}

export interface ChatBranchesOptions {
  readonly client: Client;
  readonly chat: ChatSession;
  readonly models: Pick<Models, "current" | "effort">;
  readonly connection: ReadonlySignal<Connection | undefined>;
  onAsked(turnId: string): void;
  onError(error: unknown): void;
  openChat(chatId: string): Promise<void>;
}

export function createChatBranches({ client, chat, models, connection, onAsked, onError, openChat }: ChatBranchesOptions): ChatBranches {
  const edit = signal<Edit | undefined>(undefined);
  const focusWish = signal<{ readonly turnId: string; readonly target: Direction | "edit" } | undefined>(undefined);
  const switching = signal<{ readonly turnId: string; readonly top: number } | undefined>(undefined);

  let stopReaching = (): void => undefined;

  function change(part: Partial<Edit>): void {
    const now = edit.peek();
    if (now !== undefined) edit.value = { ...now, ...part };
  }

  function close(): void {
    const turnId = edit.peek()?.turnId;
    batch(() => {
      edit.value = undefined;
      if (turnId !== undefined) focusWish.value = { turnId, target: "edit" };
    });
  }

  async function resend(): Promise<void> {
    const now = edit.peek();
    const chatId = chat.chatId.peek();
    const state = chat.snapshot();
    if (now === undefined || now.isSending || chatId === null || state === undefined) return;
    const text = messageOf(now.text);
    const hint: Hint | undefined = chat.isElsewhere.peek() && text.trim() !== "" ? { kind: "hint", text: strings.elsewhere.refused } : refusal(text, chat.isRunning.peek(), connection.peek());
    change({ hint });
    if (hint !== undefined) return;
    change({ isSending: true });
    try {
      const keep = attachedTo(state, now.turnId).filter((blockId) => !now.removed.includes(blockId));
      const asked = await client.call("turn.edit", { chatId, turnId: now.turnId, text, keep, model: models.current.peek(), effort: models.effort.peek() });
      onAsked(asked.turnId);
      if (edit.peek()?.turnId === now.turnId) edit.value = undefined;
    } catch (error) {
      if (edit.peek()?.turnId === now.turnId) change({ isSending: false, hint: { kind: "error", text: describeError(error) } });
      else onError(error);
    }
  }

  async function showVersion(turnId: string, direction: Direction, top: number): Promise<void> {
    const chatId = chat.chatId.peek();
    const versions = chat.versions.peek().get(turnId) ?? [];
    const next = versions[versions.indexOf(turnId) + (direction === "next" ? 1 : -1)];
    if (chatId === null || next === undefined) return;
    batch(() => {
      focusWish.value = { turnId: next, target: direction };
      switching.value = { turnId: next, top };
    });
    try {
      await client.call("chat.showBranch", { chatId, turnId: next });
    } catch (error) {
      batch(() => {
        focusWish.value = undefined;
        switching.value = undefined;
      });
      onError(error);
    }
  }

  /** Of a long chat the earlier turns come later: the turn is waited for as long as the chat is shown. */
  function reach(turnId: string): void {
    const chatId = chat.chatId.peek();
    stopReaching();
    stopReaching = effect(() => {
      const isGone = chat.chatId.value !== chatId;
      if (!isGone && !chat.versions.value.has(turnId)) return;
      queueMicrotask(() => stopReaching()); // an effect cannot end itself in its first run
      if (isGone || chatId === null || chat.turnIds.peek().includes(turnId)) return;
      client.call("chat.showBranch", { chatId, turnId }).catch(onError);
    });
  }

  return {
    reach,
    edit,
    focusWish,
    switching,
    switched: () => void (switching.value = undefined),
    beginEdit(turnId) {
      const state = chat.snapshot();
      const turn = state?.turns.find((candidate) => candidate.turnId === turnId);
      if (state !== undefined && turn !== undefined) edit.value = { turnId, text: questionText(state, turn), removed: [], hint: undefined, isSending: false };
    },
    write: (text) => change({ text, hint: undefined }),
    removeAttachment: (blockId) => change({ removed: [...(edit.peek()?.removed ?? []), blockId] }),
    cancelEdit: close,
    resend,
    showVersion,
    async fork(turnId) {
      const chatId = chat.chatId.peek();
      if (chatId === null) return;
      try {
        await openChat((await client.call("chat.fork", { chatId, turnId })).chatId);
      } catch (error) {
        onError(error);
      }
    },
    focused: () => void (focusWish.value = undefined),
  };
}

/** The blocks of a question that are not its words; a retry has those of the turn it repeats. */
function attachedTo(state: ChatState, turnId: string): readonly string[] {
  const turn = state.turns.find((candidate) => candidate.turnId === questionTurnId(state, turnId));
  return (turn?.blocks ?? []).filter((block) => block.role === "user" && block.block.kind !== "text").map((block) => block.blockId);
}

/** The turn that has the words of a turn's question itself. */
export function questionTurnId({ turns }: Pick<ChatState, "turns">, turnId: string): string {
  const passed = new Set<string>();
  let at = turnId;
  for (;;) {
    const { retryOf } = turns.find((turn) => turn.turnId === at) ?? {};
    if (retryOf === undefined || passed.has(at) || !turns.some((turn) => turn.turnId === retryOf)) return at;
    passed.add(at);
    at = retryOf;
  }
}
