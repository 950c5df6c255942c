import type { Disposable } from "../base/disposables";
import { describeError } from "../base/errors";
import { t } from "../base/l10n";
import { defined } from "../base/records";
import { Emitter } from "../base/emitter";
import { fail, ok, type Result } from "../base/result";
import type { ByteRange, Clock, Ids, Journal, JournalFile, Log, StorageError } from "../ports";
import { shownTurns } from "../protocol/branches";
import { emptyChat, type ChatState, type Turn } from "../protocol/chatState";
import { EVENT_VERSION, readEvent, type ChatEvent, type EventBody, type EventOf, type SessionEvent } from "../protocol/events";
import { reduce } from "../protocol/reduce";
import { reduceMany, runThrough } from "../protocol/reduceMany";
import type { Tables } from "../store/tables";
import { streamOf } from "../store/streams";

/** A chat that another window writes is looked at again after this time, as long as somebody here has asked for it. */
const FOLLOW_MS = 1_000;
/** What the disk did not take is offered to it again after this time. */
const RETRY_MS = 2_000;
/** A chat is opened with so many turns; the others follow. */
const SHOWN_TURNS = 40;
/** Of each file of a long chat so much is read before anything is shown. */
const END_BYTES = 128 * 1024;
/** The longest that the host is held up by one chat, ms. */
const SLICE_MS = 2;

export interface SessionsOptions {
  readonly journal: Journal;
  readonly tables: Tables;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** Whether this window may write to a chat: false when another one has it. Where claims have numbers, a new one says that others may have written in between. */
  readonly mayWrite: (chatId: string) => Promise<boolean | number>;
}

/** A chat, or the end of it. */
export interface OpenedChat {
  readonly chat: ChatState;
  /** False where earlier turns are left out. */
  readonly isWhole: boolean;
}

/** Whether all of a chat is on disk: if not, why not. */
export interface Saving {
  readonly chatId: string;
  /** What the disk said, as part of a sentence; undefined once everything is stored. */
  readonly problem: string | undefined;
}

interface Session {
  /** Nothing of the chat until it is loaded. */
  state: ChatState;
  /** The number of the last event that somebody was shown before the chat was loaded. */
  shownSeq: number;
  /** Everything done to a chat waits for what was begun before it: events leave in the order of their `seq`. */
  last: Promise<unknown>;
  /** How far each writer's file has been read, bytes. */
  readonly offsets: Map<string, number>;
  readonly turnWriters: Map<string, string>;
  /** Lines that could not be read, until that has been said. */
  readonly damaged: { readonly file: JournalFile; readonly range: ByteRange }[];
  /** What could not be written yet, in order. It is taken in all the same, and counts as stored to nobody. */
  readonly pending: SessionEvent[];
  problem: string | undefined;
  /** The claim under which the chat was last read on for writing. */
  claim: true | number;
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
  readonly saving: Emitter<Saving>;
  readonly #options: SessionsOptions;
  readonly #sessions = new Map<string, Session>();
  /** Turns that this process runs now; any other running turn without a living writer was interrupted. */
  readonly #running = new Set<string>();
  #retry: Disposable | undefined;

  constructor(options: SessionsOptions) {
    this.#options = options;
    this.events = new Emitter((error) => options.log.error(`A listener of chat events failed: ${describeError(error)}`));
    this.saving = new Emitter((error) => options.log.error(`A listener of what is saved failed: ${describeError(error)}`));
  }

  /** The chat as it stands on disk now, other windows' part included. Rejects when it cannot be read. */
  async state(chatId: string): Promise<ChatState> {
    const session = this.#session(chatId);
    await this.#inTurn(session, () => this.#readOn(session));
    return session.state;
  }

  /**
   * What of a chat is looked at first: its last turns. Of a long one they are there before the rest has been read; that goes
   * on in the background, and `earlier` gives it out.
   */
  async open(chatId: string): Promise<OpenedChat> {
    const session = this.#session(chatId);
    const end = session.isLoaded ? undefined : await this.#readEnd(session);
    if (end === undefined) return lastTurns(await this.state(chatId));
    session.shownSeq = Math.max(session.shownSeq, end.seq);
    this.state(chatId).catch((error: unknown) => this.#options.log.warn(`A chat could not be read: ${describeError(error)}`)); // whoever asks for its earlier turns has the error
    return { chat: end, isWhole: false };
  }

  /** Up to `limit` turns before the named one, and what the whole chat says of itself. */
  async earlier(chatId: string, beforeTurnId: string, limit: number): Promise<OpenedChat> {
    const state = await this.state(chatId);
    const end = state.turns.findIndex((turn) => turn.turnId === beforeTurnId);
    const start = Math.max(0, end - limit);
    return { chat: { ...state, turns: state.turns.slice(start, Math.max(0, end)) }, isWhole: start === 0 };
  }

  /** The chats are gone for good: nothing of them stays in memory, and pages that show one of them show it no more. */
  forget(chatIds: readonly string[]): void {
    for (const chatId of chatIds) {
      const session = this.#sessions.get(chatId);
      if (session !== undefined && !session.state.isDeleted) this.#accept(session, { ...this.#envelope(session.state.seq + 1), type: "chat.deleted", chatId });
      this.#sessions.delete(chatId);
    }
  }

  /** Reads on in those of the chats that are in memory: others are read when they are asked for. */
  async readOn(chatIds: readonly string[]): Promise<void> {
    const loaded = chatIds.flatMap((chatId) => this.#sessions.get(chatId) ?? []).filter((session) => session.isLoaded);
    await Promise.all(loaded.map((session) => this.#inTurn(session, () => this.#readOn(session))));
  }

  /** Why part of the chat is not on disk; undefined when all of it is. */
  problem(chatId: string): string | undefined {
    return this.#sessions.get(chatId)?.problem;
  }

  /** Tries to write what could not be written before, of all chats. */
  async saveNow(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map((session) => this.#inTurn(session, () => this.#storePending(session))));
  }

  /**
   * Takes durable events in, once they are on disk. When the disk takes nothing they are taken in all the same, `saving` says so,
   * and they are written as soon as that is possible. Fails, with nothing changed, when the chat is not this window's to write.
   */
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
      session = { state: emptyChat(chatId), shownSeq: 0, last: Promise.resolve(), offsets: new Map(), turnWriters: new Map(), damaged: [], pending: [], problem: undefined, claim: true, isLoaded: false, hasNewer: false, isFollowed: false };
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
    const claim = await this.#claimOf(session);
    if (!claim.ok) return claim;
    if (!session.isLoaded || claim.value !== session.claim) await this.#readOn(session, claim.value);
    if (session.hasNewer) return fail({ code: "denied", message: t("a newer Cairn has written in this chat; update Cairn to go on with it, or begin a new chat") });
    const events = this.#number(session, bodies);
    session.pending.push(...events);
    try {
      await this.#storePending(session);
    } catch (error) {
      session.pending.splice(-events.length); // no line can say this, now or later
      throw error;
    }
    for (const event of events) this.#accept(session, event);
    return ok(undefined);
  }

  /** Writes what is not on disk yet, or says why it cannot be and tries again later. */
  async #storePending(session: Session): Promise<void> {
    if (session.pending.length === 0) return;
    const { journal, tables, log } = this.#options;
    const events = [...session.pending];
    const stream = streamOf(session.state.chatId);
    const stored = await journal.append(stream, events, events[0]?.type === "turn.started");
    if (!stored.ok) {
      if (session.problem === undefined) log.error(`A chat could not be saved: ${stored.error.message}`);
      this.#setProblem(session, stored.error.message);
      this.#retryLater();
      return;
    }
    session.pending.splice(0, events.length);
    session.offsets.set(stored.value.writer, stored.value.endOffset);
    this.#setProblem(session, undefined);
    void tables.take(stream, stored.value.writer, stored.value, events);
  }

  #setProblem(session: Session, problem: string | undefined): void {
    if (session.problem === problem) return;
    session.problem = problem;
    this.saving.fire({ chatId: session.state.chatId, problem });
  }

  #retryLater(): void {
    this.#retry ??= this.#options.clock.after(RETRY_MS, () => {
      this.#retry = undefined;
      void this.saveNow();
    });
  }

  async #claimOf({ state: { chatId }, claim: last }: Session): Promise<Result<true | number, StorageError>> {
    try {
      const claim = await this.#options.mayWrite(chatId);
      if (claim !== false) return ok(claim);
      return fail({ code: "elsewhere", message: t("This chat is open in another window. Choose “Continue here” to go on with it in this one.") });
    } catch (error) {
      // The journal keeps whole without; what is wrong with the folder it says itself.
      this.#options.log.warn(`It cannot be told which window has a chat: ${describeError(error)}`);
      return ok(last);
    }
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
  async #readOn(session: Session, claim = session.claim): Promise<void> {
    const isFirst = !session.isLoaded;
    const stream = streamOf(session.state.chatId);
    const found: FoundEvent[] = [];
    const offsets = new Map<string, number>();
    for (const file of await this.#options.journal.files(stream)) {
      if (file.sizeBytes <= (session.offsets.get(file.writer) ?? 0)) continue;
      const { events, endOffset } = await this.#readFile(session, file);
      offsets.set(file.writer, endOffset);
      for (const event of events) found.push({ event, writer: file.writer });
    }
    found.sort((a, b) => a.event.seq - b.event.seq || a.event.at - b.event.at);
    const events = oneHistory(found, session.state.seq, session.turnWriters);
    if (isFirst) {
      // Nobody has been told anything yet that this would be news to, but for the end of a long chat.
      const news: SessionEvent[] = [];
      session.state = await this.#reduceInSlices(session.state, alsoInto(news, events, (event) => session.shownSeq > 0 && event.seq > session.shownSeq));
      for (const event of news) this.events.fire(event);
    } else {
      for (const event of events) this.#accept(session, event);
    }
    for (const [writer, offset] of offsets) session.offsets.set(writer, offset);
    session.isLoaded = true;
    session.claim = claim;
    await this.#endInterrupted(session);
    await this.#tellDamage(session);
  }

  /** Puts what could not be read aside, and says so in the chat: once, by whoever finds it first. */
  async #tellDamage(session: Session): Promise<void> {
    const { journal, log } = this.#options;
    const copies: string[] = [];
    for (const { file, range } of session.damaged.splice(0)) {
      try {
        const copy = await journal.quarantine(file, range);
        if (copy !== undefined) copies.push(copy);
      } catch (error) {
        log.warn(`A damaged line could not be put aside: ${describeError(error)}`);
      }
    }
    const [first] = copies;
    if (first === undefined) return;
    const text = copies.length === 1
      ? t("One line of this chat is damaged and could not be read; all else is here. It is kept in {0}.", first)
      : t("{0} lines of this chat are damaged and could not be read; all else is here. They are kept beside {1}.", copies.length, first);
    const notice: EventBody<ChatEvent> = { type: "notice", chatId: session.state.chatId, level: "warning", text };
    const stored = await this.#store(session, [notice]);
    if (!stored.ok) for (const event of this.#number(session, [notice])) this.#accept(session, event);
  }

  /** A long chat is put together in pieces, between which the host does other things. */
  async #reduceInSlices(state: ChatState, events: Iterable<SessionEvent>): Promise<ChatState> {
    const { clock } = this.#options;
    const work = reduceMany(state, events);
    for (let begunAt = clock.now(); ; ) {
      const step = work.next();
      if (step.done === true) return step.value;
      if (clock.now() - begunAt < SLICE_MS) continue;
      await new Promise<void>((resolve) => clock.after(0, resolve));
      begunAt = clock.now();
    }
  }

  /** The last turns of a chat that is too long to be read before it is shown; undefined where it is not, or they do not tell. */
  async #readEnd(session: Session): Promise<ChatState | undefined> {
    const { journal, tables } = this.#options;
    const { chatId } = session.state;
    const files = await journal.files(streamOf(chatId));
    if (files.reduce((sum, file) => sum + file.sizeBytes, 0) <= 2 * END_BYTES) return undefined;
    const events: SessionEvent[] = [];
    for (const file of files) {
      for await (const line of journal.readEnd(file, END_BYTES)) {
        const event = line.ok ? readEvent(line.value) : undefined;
        if (event?.ok === true) events.push(event.value);
      }
    }
    events.sort((a, b) => a.seq - b.seq || a.at - b.at);
    const begun = new Set(events.flatMap((event) => (event.type === "turn.started" ? event.turnId : [])));
    const told = events.filter((event) => !("turnId" in event) || event.turnId === undefined || begun.has(event.turnId));
    const [row] = await Promise.all([tables.find(chatId).catch(() => undefined)]);
    const end = runThrough(reduceMany({ ...emptyChat(chatId), title: row?.title ?? "" }, told));
    const turns = withLinks(end.turns.slice(-SHOWN_TURNS), told);
    if (turns.length === 0) return undefined;
    // An earlier branch was chosen to be seen: it is not in these last turns.
    if (end.shownTurnId !== undefined && !turns.some((turn) => turn.turnId === end.shownTurnId)) return undefined;
    return { ...end, turns, seq: Math.max(end.seq, events.at(-1)?.seq ?? 0) };
  }

  async #readFile(session: Session, file: JournalFile): Promise<{ readonly events: readonly SessionEvent[]; readonly endOffset: number }> {
    const { journal, log } = this.#options;
    const events: SessionEvent[] = [];
    let endOffset = session.offsets.get(file.writer) ?? 0;
    for await (const line of journal.read(file, endOffset)) {
      if (!line.ok && line.isTorn) break; // its writer may still be at it: the next look begins there again
      const startOffset = endOffset;
      endOffset = line.endOffset;
      const event = line.ok ? readEvent(line.value) : undefined;
      if (event?.ok === true) {
        events.push(event.value);
        continue;
      }
      if (event?.error.code === "newer") session.hasNewer = true;
      else session.damaged.push({ file, range: { startOffset, endOffset } });
      log.warn(`Left out a line of ${file.stream}/${file.writer} before byte ${line.endOffset}: ${line.ok ? event?.error.message : line.message}`);
    }
    return { events, endOffset };
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

interface FoundEvent {
  readonly event: SessionEvent;
  readonly writer: string;
}

/** Events of several files, sorted, as one history after number `seq`, one at a time as they are asked for; notes who began which turn. */
function* oneHistory(found: Iterable<FoundEvent>, seq: number, turnWriters: Map<string, string>): Generator<SessionEvent> {
  const seen = new Set<string>();
  for (const { event, writer } of found) {
    // A write that failed after all was repeated: a line may stand there twice.
    const name = `${writer}/${event.id}`;
    if (seen.has(name)) continue;
    seen.add(name);
    if (event.type === "turn.started") turnWriters.set(event.turnId, writer);
    // Two windows may have used one number; both events count, so each gets the next free one.
    seq = Math.max(event.seq, seq + 1);
    yield event.seq === seq ? event : { ...event, seq };
  }
}

/** Gives the events on, and adds those that are wanted to a list. */
function* alsoInto(list: SessionEvent[], events: Iterable<SessionEvent>, isWanted: (event: SessionEvent) => boolean): Generator<SessionEvent> {
  for (const event of events) {
    if (isWanted(event)) list.push(event);
    yield event;
  }
}

/** The turns with the links to those that are left out before them, which `reduce` could not know. */
function withLinks(turns: readonly Turn[], events: readonly SessionEvent[]): readonly Turn[] {
  const started = new Map(events.flatMap((event) => (event.type === "turn.started" ? [[event.turnId, event]] : [])));
  return turns.map((turn) => ({ ...turn, ...defined({ parentTurnId: started.get(turn.turnId)?.parentTurnId, retryOf: started.get(turn.turnId)?.retryOf, editOf: started.get(turn.turnId)?.editOf }) }));
}

/** The last turns, and as many more as it takes to have the end of the shown branch among them. */
function lastTurns(chat: ChatState): OpenedChat {
  const leaf = shownTurns(chat).at(-1);
  const end = leaf === undefined ? -1 : chat.turns.indexOf(leaf);
  const start = Math.max(0, Math.min(chat.turns.length, end + 1) - SHOWN_TURNS);
  return start === 0 ? { chat, isWhole: true } : { chat: { ...chat, turns: chat.turns.slice(start) }, isWhole: false };
}
