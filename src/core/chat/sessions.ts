import { describeError } from "../base/errors";
import { Emitter } from "../base/emitter";
import { fail, ok, type Result } from "../base/result";
import type { Clock, Ids, Journal, Log, StorageError } from "../ports";
import type { ChatState } from "../protocol/chatState";
import type { ChatEvent, EventBody, EventOf, SessionEvent } from "../protocol/events";
import type { Tables } from "../store/tables";
import { lastTurns, readEnd, turnsBefore, type OpenedChat } from "./chatEnd";
import { readNews } from "./chatReader";
import { ChatWriter, type Saving } from "./chatWriter";
import { chatsToLetGo } from "./idleChats";
import { newerNotice, newerRefusal, putAside } from "./leftOutLines";
import { follow, openTurns } from "./openTurns";
import { accept, inEnvelope, inTurn, newSession, numberEvents, using, type Session } from "./session";
import type { MovePayloads } from "./payloads";
import { claimFor, type WriteClaimOptions } from "./writeClaim";

export interface SessionsOptions extends WriteClaimOptions {
  readonly journal: Journal;
  readonly tables: Tables;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** Moves what is too large for a journal's lines elsewhere, before it is stored and shown. */
  readonly movePayloads?: MovePayloads;
}

/**
 * The chats that are in memory, each the reduction of its journal. Everything that happens to a chat goes through `append`:
 * journal, then state and listeners, then tables. What other windows append is read on whenever the chat is asked for.
 */
export class Sessions {
  readonly events: Emitter<SessionEvent>;
  readonly saving: Emitter<Saving>;
  readonly #options: SessionsOptions;
  readonly #writer: ChatWriter;
  readonly #sessions = new Map<string, Session>();
  /** Chats that were let go of for good, of which something may still be said. */
  readonly #gone = new Set<string>();
  /** Turns that this process runs now; any other running turn without a living writer was interrupted. */
  readonly #running = new Set<string>();

  constructor(options: SessionsOptions) {
    this.#options = options;
    this.events = new Emitter((error) => options.log.error(`A listener of chat events failed: ${describeError(error)}`));
    this.#writer = new ChatWriter({ ...options, onGone: (chatId) => this.forget([chatId]) });
    this.saving = this.#writer.saving;
  }

  /** The chat as it stands on disk now, other windows' part included. Rejects when it cannot be read. */
  async state(chatId: string): Promise<ChatState> {
    const session = this.#session(chatId);
    await inTurn(session, () => this.#readOn(session));
    return session.state;
  }

  /**
   * What of a chat is looked at first: its last turns. Of a long one they are there before the rest has been read; that goes
   * on in the background, and `earlier` gives it out.
   */
  async open(chatId: string): Promise<OpenedChat> {
    const session = this.#session(chatId);
    const end = session.isLoaded ? undefined : await using(session, () => readEnd(chatId, this.#options));
    if (end === undefined) return lastTurns(await this.state(chatId));
    session.shownSeq = Math.max(session.shownSeq, end.seq);
    this.state(chatId).catch((error: unknown) => this.#options.log.warn(`A chat could not be read: ${describeError(error)}`)); // whoever asks for its earlier turns has the error
    return { chat: end, isWhole: false };
  }

  /** Up to `limit` turns before the named one, and what the whole chat says of itself. */
  async earlier(chatId: string, beforeTurnId: string, limit: number): Promise<OpenedChat> {
    return turnsBefore(await this.state(chatId), beforeTurnId, limit);
  }

  /**
   * The chats are gone for good: nothing of them stays in memory, pages that show one of them show it no more, and what is still
   * being written to one goes nowhere. Gives those that were in memory, as they were.
   */
  forget(chatIds: readonly string[]): readonly ChatState[] {
    return chatIds.flatMap((chatId) => {
      const session = this.#sessions.get(chatId);
      if (session === undefined) return [];
      const { state } = session;
      if (!state.isDeleted) this.#acceptUnsaved(session, [{ type: "chat.deleted", chatId }]);
      this.#writer.forget(session);
      this.#sessions.delete(chatId);
      this.#gone.add(chatId);
      return state;
    });
  }

  /** Chats that were gone for good are here again. */
  remember(chatIds: readonly string[]): void {
    for (const chatId of chatIds) this.#gone.delete(chatId);
  }

  /** Keeps in memory what is shown, running, or not on disk, and the chats that were asked for of late. To be called now and then. */
  letGo(shown: ReadonlySet<string>): void {
    const gone = chatsToLetGo(this.#sessions.values(), { shown, running: this.#running }, this.#options.clock.now());
    for (const chatId of gone) this.#sessions.delete(chatId);
    if (gone.length > 0) this.#options.log.debug(`Let go of ${gone.length} chats; ${this.#sessions.size} stay in memory`);
  }

  /** Reads on in those of the chats that are in memory: others are read when they are asked for. */
  async readOn(chatIds: readonly string[]): Promise<void> {
    const loaded = chatIds.flatMap((chatId) => this.#sessions.get(chatId) ?? []).filter((session) => session.isLoaded);
    await Promise.all(loaded.map((session) => inTurn(session, () => this.#readOn(session))));
  }

  /** Why part of the chat is not on disk; undefined when all of it is. */
  problem(chatId: string): string | undefined {
    return this.#sessions.get(chatId)?.problem;
  }

  /** What is in no journal yet, by chat, in its order. */
  unsaved(): ReadonlyMap<string, readonly SessionEvent[]> {
    return this.#writer.unsaved();
  }

  /** Tries to write what could not be written before, of all chats. */
  saveNow(): Promise<void> {
    return this.#writer.saveNow();
  }

  /**
   * Takes durable events in, once they are on disk. When the disk takes nothing they are taken in all the same, `saving` says so,
   * and they are written as soon as that is possible. Fails, with nothing changed, when the chat is not this window's to write, or
   * is no more.
   */
  append(chatId: string, bodies: readonly EventBody<ChatEvent>[]): Promise<Result<void, StorageError>> {
    const session = this.#session(chatId);
    return inTurn(session, () => this.#store(session, bodies));
  }

  /** Shows what is not stored: text that is not durable yet, a wait. */
  show(chatId: string, body: EventBody<EventOf<"block.delta"> | EventOf<"turn.waiting">>): void {
    if (this.#gone.has(chatId)) return;
    const session = this.#session(chatId);
    accept(session, inEnvelope(body, session.state.seq, this.#options), this.events);
  }

  /** Shows events that could not be stored, so that the person at least sees them until the window closes. */
  async showUnsaved(chatId: string, bodies: readonly EventBody<ChatEvent>[]): Promise<void> {
    if (this.#gone.has(chatId)) return;
    const session = this.#session(chatId);
    session.showsUnsaved = true;
    return inTurn(session, async () => this.#acceptUnsaved(session, bodies));
  }

  markRunning(turnId: string, isRunning: boolean): void {
    if (isRunning) this.#running.add(turnId);
    else this.#running.delete(turnId);
  }

  #session(chatId: string): Session {
    let session = this.#sessions.get(chatId);
    if (session === undefined) {
      session = newSession(chatId);
      this.#sessions.set(chatId, session);
    }
    session.usedAt = this.#options.clock.now();
    return session;
  }

  async #store(session: Session, bodies: readonly EventBody<ChatEvent>[]): Promise<Result<void, StorageError>> {
    const claim = await claimFor(session, this.#options);
    if (!claim.ok) return claim;
    if (!session.isLoaded || claim.value !== session.claim) await this.#readOn(session, claim.value);
    if (session.hasNewer) return fail(newerRefusal());
    const events = numberEvents(session, (await this.#options.movePayloads?.(bodies)) ?? bodies, this.#options);
    const written = await this.#writer.write(session, events);
    if (!written.ok) return written;
    for (const event of events) accept(session, event, this.events);
    return ok(undefined);
  }

  #acceptUnsaved(session: Session, bodies: readonly EventBody<ChatEvent>[]): void {
    for (const event of numberEvents(session, bodies, this.#options)) accept(session, event, this.events);
  }

  /** Reads what is new, and says in the chat what is to be said of it. */
  async #readOn(session: Session, claim = session.claim): Promise<void> {
    const { hasNewer: hadNewer } = session;
    await readNews(session, { ...this.#options, events: this.events });
    session.claim = claim;
    if (session.hasNewer && !hadNewer) this.#acceptUnsaved(session, [newerNotice(session.state.chatId)]);
    await this.#endInterrupted(session);
    const damage = await putAside(session, this.#options);
    if (damage !== undefined) await this.#say(session, damage);
  }

  /** A turn still running whose writer is gone ended with that writer: say so, for good. One that lives on is followed. */
  async #endInterrupted(session: Session): Promise<void> {
    const { lost, isGoingOn } = await openTurns(session, this.#running, this.#options.journal);
    if (isGoingOn) follow(session, this.#options, () => inTurn(session, () => this.#readOn(session)));
    for (const turnId of lost) await this.#say(session, { type: "turn.ended", chatId: session.state.chatId, turnId, status: "interrupted" });
  }

  /** Says something of the chat's own: stored where this window may, else only shown. */
  async #say(session: Session, body: EventBody<ChatEvent>): Promise<void> {
    const stored = await this.#store(session, [body]);
    if (!stored.ok) this.#acceptUnsaved(session, [body]);
  }
}
