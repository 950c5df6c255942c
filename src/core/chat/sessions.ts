import { describeError } from "../base/errors";
import { t } from "../base/l10n";
import { Emitter } from "../base/emitter";
import { fail, ok, type Result } from "../base/result";
import type { Clock, Ids, Journal, JournalFile, Log, StorageError } from "../ports";
import { emptyChat, type ChatState } from "../protocol/chatState";
import { EVENT_VERSION, readEvent, type ChatEvent, type EventBody, type EventOf, type SessionEvent } from "../protocol/events";
import { reduce } from "../protocol/reduce";
import type { Tables } from "../store/tables";

/** A chat that another window writes is looked at again after this time, as long as somebody here has asked for it. */
const FOLLOW_MS = 1_000;

export interface SessionsOptions {
  readonly journal: Journal;
  readonly tables: Tables;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

interface Session {
  state: ChatState;
  /** Everything done to a chat waits for what was begun before it: events leave in the order of their `seq`. */
  last: Promise<unknown>;
  /** How far each writer's file has been read, bytes. */
  readonly offsets: Map<string, number>;
  readonly turnWriters: Map<string, string>;
  isLoaded: boolean;
  /** A newer build has written here: what it said cannot all be understood, so nothing may be added. */
  hasNewer: boolean;
  isFollowed: boolean;
}

/**
 * The chats that are in memory, each the reduction of its journal. Everything that happens to a chat goes through `append`:
 * journal, then state and listeners, then tables. What other windows append is read on whenever the chat is asked for.
 */
export class Sessions {
  readonly events: Emitter<SessionEvent>;
  readonly #options: SessionsOptions;
  readonly #sessions = new Map<string, Session>();
  /** Turns that this process runs now; any other running turn without a living writer was interrupted. */
  readonly #running = new Set<string>();

  constructor(options: SessionsOptions) {
    this.#options = options;
    this.events = new Emitter((error) => options.log.error(`A listener of chat events failed: ${describeError(error)}`));
  }

  /** The chat as it stands on disk now, other windows' part included. Rejects when it cannot be read. */
  async state(chatId: string): Promise<ChatState> {
    const session = this.#session(chatId);
    await this.#inTurn(session, () => this.#readOn(session));
    return session.state;
  }

  /** Takes durable events in, once they are on disk. Fails, with nothing changed, when they could not be stored. */
  append(chatId: string, bodies: readonly EventBody<ChatEvent>[]): Promise<Result<void, StorageError>> {
    const session = this.#session(chatId);
    return this.#inTurn(session, () => this.#store(session, bodies));
  }

  /** Shows what is not stored: text that is not durable yet, a wait. */
  show(chatId: string, body: EventBody<EventOf<"block.delta"> | EventOf<"turn.waiting">>): void {
    const session = this.#session(chatId);
    this.#accept(session, { ...this.#envelope(session.state.seq), ...body } as SessionEvent); // body + envelope is the event
  }

  /** Shows events that could not be stored, so that the person at least sees them until the window closes. */
  showUnsaved(chatId: string, bodies: readonly EventBody<ChatEvent>[]): Promise<void> {
    const session = this.#session(chatId);
    return this.#inTurn(session, async () => {
      for (const event of this.#number(session, bodies)) this.#accept(session, event);
    });
  }

  markRunning(turnId: string, isRunning: boolean): void {
    if (isRunning) this.#running.add(turnId);
    else this.#running.delete(turnId);
  }

  #session(chatId: string): Session {
    let session = this.#sessions.get(chatId);
    if (session === undefined) {
      session = { state: emptyChat(chatId), last: Promise.resolve(), offsets: new Map(), turnWriters: new Map(), isLoaded: false, hasNewer: false, isFollowed: false };
      this.#sessions.set(chatId, session);
    }
    return session;
  }

  #inTurn<T>(session: Session, work: () => Promise<T>): Promise<T> {
    const result = session.last.then(work);
    session.last = result.catch(() => undefined); // the caller of `result` has the error
    return result;
  }

  async #store(session: Session, bodies: readonly EventBody<ChatEvent>[]): Promise<Result<void, StorageError>> {
    const { journal, tables } = this.#options;
    if (!session.isLoaded) await this.#readOn(session);
    if (session.hasNewer) return fail({ code: "denied", message: t("a newer Cairn has written in this chat; update Cairn to go on with it, or begin a new chat") });
    const events = this.#number(session, bodies);
    const stream = streamOf(session.state.chatId);
    const stored = await journal.append(stream, events);
    if (!stored.ok) return stored;
    session.offsets.set(journal.writer, stored.value.endOffset);
    for (const event of events) this.#accept(session, event);
    void tables.take(stream, journal.writer, stored.value, events);
    return ok(undefined);
  }

  #number(session: Session, bodies: readonly EventBody<ChatEvent>[]): readonly SessionEvent[] {
    const first = session.state.seq + 1;
    return bodies.map((body, index) => ({ ...this.#envelope(first + index), ...body }) as SessionEvent); // body + envelope is the event
  }

  #envelope(seq: number): { readonly v: number; readonly id: string; readonly seq: number; readonly at: number } {
    return { v: EVENT_VERSION, id: this.#options.ids.next(), seq, at: this.#options.clock.now() };
  }

  #accept(session: Session, event: SessionEvent): void {
    session.state = reduce(session.state, event);
    this.events.fire(event);
  }

  /** Reads what has come to the chat's files since the last look, in whatever window it was written. */
  async #readOn(session: Session): Promise<void> {
    const isFirst = !session.isLoaded;
    session.isLoaded = true;
    const stream = streamOf(session.state.chatId);
    const found: { readonly event: SessionEvent; readonly writer: string }[] = [];
    for (const file of await this.#options.journal.files(stream)) {
      if (file.sizeBytes <= (session.offsets.get(file.writer) ?? 0)) continue;
      for (const event of await this.#readFile(session, file)) found.push({ event, writer: file.writer });
    }
    found.sort((a, b) => a.event.seq - b.event.seq || a.event.at - b.event.at);
    for (const { event, writer } of found) {
      if (event.type === "turn.started") session.turnWriters.set(event.turnId, writer);
      // Two windows may have used one number; both events count, so each gets the next free one.
      const numbered = { ...event, seq: Math.max(event.seq, session.state.seq + 1) };
      // At the first reading nobody has been told anything yet that this would be news to.
      if (isFirst) session.state = reduce(session.state, numbered);
      else this.#accept(session, numbered);
    }
    await this.#endInterrupted(session);
  }

  async #readFile(session: Session, file: JournalFile): Promise<readonly SessionEvent[]> {
    const { journal, log } = this.#options;
    const events: SessionEvent[] = [];
    for await (const line of journal.read(file, session.offsets.get(file.writer) ?? 0)) {
      if (!line.ok && line.isTorn) break; // its writer may still be at it: the next look begins there again
      session.offsets.set(file.writer, line.endOffset);
      const event = line.ok ? readEvent(line.value) : undefined;
      if (event?.ok === true) {
        events.push(event.value);
        continue;
      }
      if (event?.error.code === "newer") session.hasNewer = true;
      log.warn(`Left out a line of ${file.stream}/${file.writer} before byte ${line.endOffset}: ${line.ok ? event?.error.message : line.message}`);
    }
    return events;
  }

  /** A turn still running whose writer is gone ended with that writer: say so, for good. One that lives on is followed. */
  async #endInterrupted(session: Session): Promise<void> {
    const { journal } = this.#options;
    for (const turn of session.state.turns) {
      if (turn.status !== "running" || this.#running.has(turn.turnId)) continue;
      const writer = session.turnWriters.get(turn.turnId);
      if (writer !== undefined && writer !== journal.writer && (await journal.isWriterAlive(writer))) {
        this.#follow(session);
        continue;
      }
      const ended: EventBody<ChatEvent> = { type: "turn.ended", chatId: session.state.chatId, turnId: turn.turnId, status: "interrupted" };
      const stored = await this.#store(session, [ended]);
      if (!stored.ok) for (const event of this.#number(session, [ended])) this.#accept(session, event);
    }
  }

  #follow(session: Session): void {
    if (session.isFollowed) return;
    session.isFollowed = true;
    this.#options.clock.after(FOLLOW_MS, () => {
      session.isFollowed = false;
      this.#inTurn(session, () => this.#readOn(session)).catch((error: unknown) => this.#options.log.warn(`A chat could not be read on: ${describeError(error)}`));
    });
  }
}

/** The journal stream of a chat, spread over folders by the end of its id. */
export function streamOf(chatId: string): string {
  return `chats/${chatId.slice(-2).toLowerCase()}/${chatId}`;
}
