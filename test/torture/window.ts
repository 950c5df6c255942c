import { Ownership } from "../../src/core/chat/ownership";
import { Sessions } from "../../src/core/chat/sessions";
import type { Log } from "../../src/core/ports";
import type { ChatEvent, EventBody } from "../../src/core/protocol/events";
import type { Tables } from "../../src/core/store/tables";
import { randomIds, systemClock as clock } from "../../src/extension/adapters/clock";
import { createJournal, type NodeJournal } from "../../src/extension/adapters/journal";

/** A durable event that a window has shown as stored. */
export interface Ack {
  readonly chatId: string;
  readonly id: string;
  readonly seq: number;
  /** What a `block.part` said, which is like no other. */
  readonly mark?: string;
}

export interface WindowOptions {
  readonly root: string;
  readonly writer: string;
  readonly log: Log;
  readonly onAck?: (ack: Ack) => void;
  readonly tables?: Tables;
}

/** What of a window writes and reads chats, put together as the extension does it. */
export interface Window {
  readonly journal: NodeJournal;
  readonly sessions: Sessions;
  readonly ownership: Ownership;
  /** Chats in sight, and those that are being answered: what a window has of the shown it gives up only when asked. */
  readonly shown: Set<string>;
  readonly running: Set<string>;
}

/** Sessions without an index beside them: a list of chats is all that goes without. */
export const NO_TABLES: Tables = {
  take: async () => undefined, listChats: async () => ({ chats: [], facets: { folders: [], models: [], agents: [], tags: [] } }), chatIds: async () => [],
  blobRefs: async () => [], leftovers: async () => [], find: async () => undefined, poll: async () => undefined, close: async () => undefined,
};

export function openWindow({ root, writer, log, onAck, tables = NO_TABLES }: WindowOptions): Window {
  const [shown, running, own] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const ids = {
    next() {
      const id = randomIds.next();
      own.add(id);
      return id;
    },
  };
  const journal = createJournal({ root, writer, log });
  const ownership = new Ownership({ claims: journal.claims, clock, log, isRunning: (chatId) => running.has(chatId), shown: async () => shown });
  const sessions = new Sessions({ journal, tables, clock, ids, log, mayWrite: (chatId) => ownership.claimOf(chatId) });
  ownership.changed.on(({ chatId }) => void sessions.state(chatId));
  // What the pages are sent is what people take for stored; events of other windows are those windows' to acknowledge.
  sessions.events.on((event) => {
    if (event.chatId === undefined || !own.has(event.id) || sessions.problem(event.chatId) !== undefined) return;
    onAck?.({ chatId: event.chatId, id: event.id, seq: event.seq, ...(event.type === "block.part" ? { mark: event.text.trim() } : {}) });
  });
  return { journal, sessions, ownership, shown, running };
}

export interface TurnScript {
  readonly chatId: string;
  readonly turnId: string;
  readonly isNew: boolean;
  readonly parts: number;
  readonly makeText: () => string;
}

/** Events of one turn in the steps in which they are stored: a question at once, the answer as it streams. */
export function* turnSteps({ chatId, turnId, isNew, parts, makeText }: TurnScript): Generator<readonly EventBody<ChatEvent>[]> {
  const place = (): { readonly chatId: string; readonly turnId: string; readonly blockId: string } => ({ chatId, turnId, blockId: randomIds.next() });
  const question = place();
  yield [
    ...(isNew ? [{ type: "chat.created", chatId, title: chatId } as const] : []),
    { type: "turn.started", chatId, turnId, model: "claude-sonnet-5" },
    { type: "block.started", ...question, role: "user", block: { kind: "text" } },
    { type: "block.part", ...question, offset: 0, text: makeText() },
    { type: "block.ended", ...question },
  ];
  const answer = place();
  yield [{ type: "block.started", ...answer, role: "assistant", block: { kind: "text" } }];
  let offset = 0;
  for (let part = 0; part < parts; part++) {
    const text = makeText();
    yield [{ type: "block.part", ...answer, offset, text }];
    offset += text.length;
  }
  yield [{ type: "block.ended", ...answer }];
  yield [{ type: "usage", chatId, turnId, model: "claude-sonnet-5", inputTokens: 10, outputTokens: parts, cacheReadTokens: 0, cacheWrite5mTokens: 0, cacheWrite1hTokens: 0 }];
  yield [{ type: "turn.ended", chatId, turnId, status: "done", stopReason: "end_turn" }];
}
