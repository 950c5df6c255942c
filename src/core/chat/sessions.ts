import { Emitter } from "../base/emitter";
import { ok, type Result } from "../base/result";
import type { Clock, Ids, Journal, Log, StorageError } from "../ports";
import { emptyChat, type ChatState } from "../protocol/chatState";
import { EVENT_VERSION, isDurable, readEvent, type ChatEvent, type EventBody, type EventOf, type SessionEvent } from "../protocol/events";
import { reduce } from "../protocol/reduce";
import type { Tables } from "../store/tables";

export interface SessionsOptions {
  readonly journal: Journal;
  readonly tables: Tables;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

interface Session {
  state: ChatState;
  /** Settles when every earlier append has been posted: events leave in the order of their `seq`. */
  last: Promise<unknown>;
}

/**
 * The chats that are in memory, each the reduction of its journal. Everything that happens to a chat goes through `append`:
 * journal, then state and listeners, then tables.
 */
export class Sessions {
  readonly events: Emitter<SessionEvent>;
  readonly #options: SessionsOptions;
  readonly #sessions = new Map<string, Promise<Session>>();
  /** Turns that this process runs now; any other running turn without a living writer was interrupted. */
  readonly #running = new Set<string>();

  constructor(options: SessionsOptions) {
    this.#options = options;
    this.events = new Emitter((error) => options.log.error(`A listener of chat events failed: ${String(error)}`));
  }

  async state(chatId: string): Promise<ChatState> {
    const { state } = await this.#session(chatId);
    const isElsewhere = state.turns.some((turn) => turn.status === "running" && !this.#running.has(turn.turnId));
    if (!isElsewhere) return state;
    // Another window is writing this chat, or was: only its journal knows.
    this.#sessions.delete(chatId);
    return (await this.#session(chatId)).state;
  }

  /** Takes durable events in, once they are on disk. Fails, with nothing changed, when they could not be stored. */
  async append(chatId: string, bodies: readonly EventBody<ChatEvent>[]): Promise<Result<void, StorageError>> {
    const session = await this.#session(chatId);
    const work = session.last.then(() => this.#store(session, bodies));
    session.last = work.catch(() => undefined); // the caller of `work` has the error
    return work;
  }

  /** Shows text that is not durable yet. */
  async show(chatId: string, body: EventBody<EventOf<"block.delta">>): Promise<void> {
    const session = await this.#session(chatId);
    this.#accept(session, { ...this.#envelope(session.state.seq), ...body });
  }

  /** Shows events that could not be stored, so that the person at least sees them until the window closes. */
  async showUnsaved(chatId: string, bodies: readonly EventBody<ChatEvent>[]): Promise<void> {
    const session = await this.#session(chatId);
    for (const event of this.#number(session, bodies)) this.#accept(session, event);
  }

  markRunning(turnId: string, isRunning: boolean): void {
    if (isRunning) this.#running.add(turnId);
    else this.#running.delete(turnId);
  }

  async #store(session: Session, bodies: readonly EventBody<ChatEvent>[]): Promise<Result<void, StorageError>> {
    const events = this.#number(session, bodies);
    const stream = streamOf(session.state.chatId);
    const stored = await this.#options.journal.append(stream, events);
    if (!stored.ok) return stored;
    for (const event of events) this.#accept(session, event);
    void this.#options.tables.take(stream, stored.value, events);
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

  #session(chatId: string): Promise<Session> {
    let session = this.#sessions.get(chatId);
    if (session === undefined) {
      session = this.#load(chatId);
      this.#sessions.set(chatId, session);
      session.catch(() => this.#sessions.delete(chatId)); // reported to whoever asked; the next one tries again
    }
    return session;
  }

  async #load(chatId: string): Promise<Session> {
    const { journal, log } = this.#options;
    const stream = streamOf(chatId);
    const found: { event: SessionEvent; writer: string }[] = [];
    for (const file of await journal.files(stream)) {
      for await (const line of journal.read(file, 0)) {
        const event = line.ok ? readEvent(line.value) : undefined;
        if (event?.ok === true) found.push({ event: event.value, writer: file.writer });
        else log.warn(`Left out a line of ${stream}/${file.writer} before byte ${line.endOffset}: ${line.ok ? "not an event that this build knows" : line.message}`);
      }
    }
    found.sort((a, b) => a.event.seq - b.event.seq || a.event.at - b.event.at);
    let state = emptyChat(chatId);
    const writers = new Map<string, string>();
    for (const { event, writer } of found) {
      if (event.type === "turn.started") writers.set(event.turnId, writer);
      // Two windows may have used one number; both events count, so each gets the next free one.
      state = reduce(state, isDurable(event) ? { ...event, seq: Math.max(event.seq, state.seq + 1) } : event);
    }
    const session: Session = { state, last: Promise.resolve() };
    await this.#endInterrupted(session, writers);
    return session;
  }

  /** A turn still running whose writer is gone ended with that writer: say so, for good. */
  async #endInterrupted(session: Session, writers: ReadonlyMap<string, string>): Promise<void> {
    for (const turn of session.state.turns) {
      const writer = writers.get(turn.turnId);
      if (turn.status !== "running" || this.#running.has(turn.turnId)) continue;
      if (writer !== undefined && writer !== this.#options.journal.writer && (await this.#options.journal.isWriterAlive(writer))) continue;
      const ended: EventBody<ChatEvent> = { type: "turn.ended", chatId: session.state.chatId, turnId: turn.turnId, status: "interrupted" };
      const stored = await this.#store(session, [ended]);
      if (!stored.ok) for (const event of this.#number(session, [ended])) this.#accept(session, event);
    }
  }
}

/** The journal stream of a chat, spread over folders by the end of its id. */
export function streamOf(chatId: string): string {
  return `chats/${chatId.slice(-2).toLowerCase()}/${chatId}`;
}
