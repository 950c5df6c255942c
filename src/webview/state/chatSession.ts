import { batch, signal, type ReadonlySignal } from "@preact/signals";
import { describeError } from "../../core/base/errors";
import { defined } from "../../core/base/records";
import type { Timers } from "../../core/base/timers";
import type { ChatState, Turn } from "../../core/protocol/chatState";
import type { SessionEvent } from "../../core/protocol/events";
import { hasGap, reduce } from "../../core/protocol/reduce";
import type { Client } from "../../core/protocol/rpc";
import { createChatSignals, type ChatSignals } from "./chatSignals";

/** The chat that is shown, kept true to the host's. */
export interface ChatSession extends ChatSignals {
  readonly chatId: ReadonlySignal<string | null>;
  /** True until a chosen chat's content is there. */
  readonly isLoading: ReadonlySignal<boolean>;
  /** Whether another window has the chat: here it is read only. */
  readonly isElsewhere: ReadonlySignal<boolean>;
  /** Why part of the chat is not on disk. */
  readonly unsaved: ReadonlySignal<string | null>;
  /** Why the chat could not be read. */
  readonly problem: ReadonlySignal<string | undefined>;
  /** Shows a chat, or none. Settles when its content is there or could not be got. */
  show(chatId: string | null): Promise<void>;
  /** The chat has come to this window, or gone to another one. */
  setElsewhere(chatId: string, isElsewhere: boolean): void;
  setUnsaved(chatId: string, unsaved: string | null): void;
  /** Takes a batch of events from the host; those of other chats are ignored. */
  receive(events: readonly SessionEvent[]): void;
  /** Gets the chat anew, after a problem. */
  reload(): Promise<void>;
  /** The state as a whole, for copying text out of it. */
  snapshot(): ChatState | undefined;
}

export interface ChatSessionOptions {
  readonly client: Client;
  readonly timers: Timers;
  /** Called after each step; `before` is undefined for the first state of a chat. */
  onStep(before: ChatState | undefined, after: ChatState): void;
  /** Earlier turns have come in front of those that were there. */
  onEarlier(after: ChatState): void;
}

/** An attach whose answer already lacks events is repeated, but not for ever. */
const MAX_ATTACHES = 3;
/** A long chat's earlier turns come in pages of so many, with pauses in which the panel does other things, ms. */
const PAGE_TURNS = 100;
const PAGE_PAUSE_MS = 30;

export function createChatSession({ client, timers, onStep, onEarlier }: ChatSessionOptions): ChatSession {
  const { write, ...signals } = createChatSignals();
  const chatId = signal<string | null>(null);
  const isLoading = signal(false);
  const isElsewhere = signal(false);
  const unsaved = signal<string | null>(null);
  const problem = signal<string | undefined>(undefined);
  let state: ChatState | undefined;
  /** Whether the chat's first turn is here. */
  let hasAll = false;
  /** Events that came while an attach was under way: they follow its answer. */
  let held: SessionEvent[] | undefined;
  let latest = 0;

  async function show(next: string | null): Promise<void> {
    latest++;
    state = undefined;
    hasAll = false;
    held = undefined;
    batch(() => {
      write(undefined);
      chatId.value = next;
      problem.value = undefined;
      isElsewhere.value = false;
      unsaved.value = null;
      isLoading.value = next !== null;
    });
    if (next !== null) await attach(next);
  }

  async function attach(id: string, pending: readonly SessionEvent[] = [], attempt = 1): Promise<void> {
    const mine = ++latest;
    const following = [...pending];
    held = following;
    try {
      const { chat, isWhole, ...attached } = await client.call("chat.attach", { chatId: id });
      if (mine !== latest) return;
      isElsewhere.value = attached.isElsewhere;
      unsaved.value = attached.unsaved;
      held = undefined;
      problem.value = undefined;
      const earlier = turnsBefore(chat);
      step(earlier.length === 0 ? chat : { ...chat, turns: [...earlier, ...chat.turns] });
      hasAll = isWhole || (hasAll && earlier.length > 0);
      if (!hasAll) void getEarlier(id, mine);
      const missed = take(following);
      if (missed !== undefined && attempt < MAX_ATTACHES) await attach(id, missed, attempt + 1);
    } catch (error) {
      if (mine !== latest) return;
      held = undefined;
      problem.value = describeError(error);
    } finally {
      if (mine === latest) isLoading.value = false;
    }
  }

  /** Puts page after page of earlier turns before those that are there. One that cannot be got is asked for again by `reload`. */
  async function getEarlier(id: string, mine: number): Promise<void> {
    for (;;) {
      await new Promise<void>((resolve) => timers.after(PAGE_PAUSE_MS, resolve));
      const first = state?.turns[0];
      if (mine !== latest || first === undefined) return;
      const page = await client.call("chat.earlier", { chatId: id, beforeTurnId: first.turnId, limit: PAGE_TURNS }).catch((error: unknown) => describeError(error));
      if (mine !== latest || state === undefined) return;
      if (typeof page === "string") return void (problem.value = page);
      const { createdAt, title, model, effort } = page.chat;
      state = { ...state, ...defined({ createdAt, title, model, effort }), turns: [...page.chat.turns, ...state.turns] };
      write(state);
      onEarlier(state);
      hasAll = page.isWhole;
      if (hasAll) return;
    }
  }

  /** What is here already of the turns that come before those of `chat`: after a gap they need not come again. */
  function turnsBefore(chat: ChatState): readonly Turn[] {
    const first = chat.turns[0]?.turnId;
    const index = state?.turns.findIndex((turn) => turn.turnId === first) ?? -1;
    return state?.turns.slice(0, Math.max(0, index)) ?? [];
  }

  function receive(events: readonly SessionEvent[]): void {
    if (held !== undefined) {
      held.push(...events);
      return;
    }
    const missed = take(events);
    const id = chatId.peek();
    if (missed !== undefined && id !== null) void attach(id, missed);
  }

  /** Takes events in order. At a gap it stops and gives back what is left. */
  function take(events: readonly SessionEvent[]): readonly SessionEvent[] | undefined {
    if (state === undefined) return undefined;
    let next = state;
    for (const [index, event] of events.entries()) {
      if (hasGap(next, event)) {
        step(next);
        return events.slice(index);
      }
      next = reduce(next, event);
    }
    step(next);
    return undefined;
  }

  function step(next: ChatState): void {
    const before = state;
    if (before === next) return;
    state = next;
    write(next);
    onStep(before, next);
  }

  return {
    ...signals,
    chatId,
    isLoading,
    problem,
    isElsewhere,
    unsaved,
    setUnsaved: (id, now) => void (id === chatId.peek() && (unsaved.value = now)),
    setElsewhere: (id, isNow) => void (id === chatId.peek() && (isElsewhere.value = isNow)),
    show,
    receive,
    async reload() {
      const id = chatId.peek();
      if (id !== null) await attach(id);
    },
    snapshot: () => state,
  };
}
