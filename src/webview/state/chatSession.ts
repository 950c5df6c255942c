import { batch, signal, type ReadonlySignal } from "@preact/signals";
import { describeError } from "../../core/base/errors";
import type { ChatState } from "../../core/protocol/chatState";
import type { SessionEvent } from "../../core/protocol/events";
import { hasGap, reduce } from "../../core/protocol/reduce";
import type { Client } from "../../core/protocol/rpc";
import { createChatSignals, type ChatSignals } from "./chatSignals";

/** The chat that is shown, kept true to the host's. */
export interface ChatSession extends ChatSignals {
  readonly chatId: ReadonlySignal<string | null>;
  /** True until a chosen chat's content is there. */
  readonly isLoading: ReadonlySignal<boolean>;
  /** Why the chat could not be read. */
  readonly problem: ReadonlySignal<string | undefined>;
  /** Shows a chat, or none. Settles when its content is there or could not be got. */
  show(chatId: string | null): Promise<void>;
  /** Takes a batch of events from the host; those of other chats are ignored. */
  receive(events: readonly SessionEvent[]): void;
  /** Gets the chat anew, after a problem. */
  reload(): Promise<void>;
  /** The state as a whole, for copying text out of it. */
  snapshot(): ChatState | undefined;
}

export interface ChatSessionOptions {
  readonly client: Client;
  /** Called after each step; `before` is undefined for the first state of a chat. */
  onStep(before: ChatState | undefined, after: ChatState): void;
}

/** An attach whose answer already lacks events is repeated, but not for ever. */
const MAX_ATTACHES = 3;

export function createChatSession({ client, onStep }: ChatSessionOptions): ChatSession {
  const { write, ...signals } = createChatSignals();
  const chatId = signal<string | null>(null);
  const isLoading = signal(false);
  const problem = signal<string | undefined>(undefined);
  let state: ChatState | undefined;
  /** Events that came while an attach was under way: they follow its answer. */
  let held: SessionEvent[] | undefined;
  let latest = 0;

  async function show(next: string | null): Promise<void> {
    latest++;
    state = undefined;
    held = undefined;
    batch(() => {
      write(undefined);
      chatId.value = next;
      problem.value = undefined;
      isLoading.value = next !== null;
    });
    if (next !== null) await attach(next);
  }

  async function attach(id: string, pending: readonly SessionEvent[] = [], attempt = 1): Promise<void> {
    const mine = ++latest;
    const following = [...pending];
    held = following;
    try {
      const { chat } = await client.call("chat.attach", { chatId: id });
      if (mine !== latest) return;
      held = undefined;
      problem.value = undefined;
      step(chat);
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
    show,
    receive,
    async reload() {
      const id = chatId.peek();
      if (id !== null) await attach(id);
    },
    snapshot: () => state,
  };
}
