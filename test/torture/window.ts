import { pieces } from "../../src/core/chat/attachments";
import { Ownership } from "../../src/core/chat/ownership";
import { createMovePayloads } from "../../src/core/chat/payloads";
import { Sessions } from "../../src/core/chat/sessions";
import type { Blobs, Log } from "../../src/core/ports";
import type { ChatEvent, EventBody } from "../../src/core/protocol/events";
import { sweepBlobs, type Swept } from "../../src/core/store/blobSweep";
import type { Tables } from "../../src/core/store/tables";
import { createBlobFiles } from "../../src/extension/adapters/blobFiles";
import { createBlobs } from "../../src/extension/adapters/blobs";
import { randomIds, systemClock as clock } from "../../src/extension/adapters/clock";
import { createJournal, type NodeJournal } from "../../src/extension/adapters/journal";

/** A durable event that a window has shown as stored. */
export interface Ack {
  readonly chatId: string;
  readonly id: string;
  readonly seq: number;
  /** What a `block.part` said, which is like no other. */
  readonly mark?: string;
  /** The blob that it names. */
  readonly blob?: string;
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
  readonly blobs: Blobs;
  /** Removes all blobs that no line names, without grace and without a lock: harsher than any window does. */
  sweep(): Promise<Swept>;
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
  const unguarded = createJournal({ root, writer, log });
  const files = createBlobFiles({ root, log });
  const blobs = createBlobs({ files, log });
  const journal = blobs.guard(unguarded);
  // What another process is writing is left to it: that has its time in truth too, and would only be written again.
  const finished = { ...files, list: async () => (await files.list()).filter(({ name }) => !name.endsWith(".tmp")) };
  const sweep = (): Promise<Swept> => sweepBlobs({ files: finished, journal, tables: { blobRefs: async () => [] }, now: Infinity, name: randomIds.next(), log });
  const ownership = new Ownership({ claims: journal.claims, clock, log, isRunning: (chatId) => running.has(chatId), shown: async () => shown });
  const sessions = new Sessions({ journal, tables, clock, ids, log, mayWrite: (chatId) => ownership.claimOf(chatId), movePayloads: createMovePayloads(blobs) });
  ownership.changed.on(({ chatId }) => void sessions.state(chatId));
  // What the pages are sent is what people take for stored; events of other windows are those windows' to acknowledge.
  sessions.events.on((event) => {
    if (event.chatId === undefined || !own.has(event.id) || sessions.problem(event.chatId) !== undefined) return;
    const blob = event.type === "block.started" && event.block.kind === "attachment" ? event.block.blob?.sha256 : undefined;
    onAck?.({ chatId: event.chatId, id: event.id, seq: event.seq, ...(event.type === "block.part" ? { mark: event.text.trim() } : {}), ...(blob === undefined ? {} : { blob }) });
  });
  return { journal, sessions, ownership, blobs, sweep, shown, running };
}

export interface TurnScript {
  readonly chatId: string;
  readonly turnId: string;
  readonly isNew: boolean;
  readonly parts: number;
  readonly makeText: () => string;
  /** The text of a file that goes with the question. */
  readonly attached?: string;
}

/** Events of one turn in the steps in which they are stored: a question at once, the answer as it streams. */
export function* turnSteps({ chatId, turnId, isNew, parts, makeText, attached }: TurnScript): Generator<readonly EventBody<ChatEvent>[]> {
  const place = (): { readonly chatId: string; readonly turnId: string; readonly blockId: string } => ({ chatId, turnId, blockId: randomIds.next() });
  const [question, file] = [place(), place()];
  const attachment: readonly EventBody<ChatEvent>[] = attached === undefined ? [] : [
    { type: "block.started", ...file, role: "user", block: { kind: "attachment", path: "big.txt", language: "" } },
    ...[...pieces(attached, 32_000)].map((piece): EventBody<ChatEvent> => ({ type: "block.part", ...file, ...piece })),
    { type: "block.ended", ...file },
  ];
  yield [
    ...(isNew ? [{ type: "chat.created", chatId, title: chatId } as const] : []),
    { type: "turn.started", chatId, turnId, model: "claude-sonnet-5" },
    ...attachment,
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
