import type { Emitter } from "../base/emitter";
import type { ByteRange, Clock, Ids, JournalFile } from "../ports";
import { emptyChat, type ChatState } from "../protocol/chatState";
import { EVENT_VERSION, type EventBody, type SessionEvent } from "../protocol/events";
import { reduce } from "../protocol/reduce";

/** A chat in memory, and how far that goes. It belongs to `Sessions`, and changes only within `inTurn`. */
export interface Session {
  /** Nothing of the chat until it is loaded. */
  state: ChatState;
  /** The number of the last event that somebody was shown before the chat was loaded. */
  shownSeq: number;
  /** Everything done to a chat waits for what was begun before it: events leave in the order of their `seq`. */
  last: Promise<unknown>;
  /** How many have something to do with it right now. */
  users: number;
  /** When somebody last asked for it, ms since 1970. */
  usedAt: number;
  /** How far each writer's file has been read, bytes. */
  readonly offsets: Map<string, number>;
  readonly turnWriters: Map<string, string>;
  /** Lines that could not be read, until that has been said. */
  readonly damaged: DamagedLine[];
  /** What could not be written yet, in order. It is taken in all the same, and counts as stored to nobody. */
  readonly pending: SessionEvent[];
  /** Why that is so, as the disk put it. */
  problem: string | undefined;
  /** The claim under which the chat was last read on for writing. */
  claim: true | number;
  isLoaded: boolean;
  /** A newer build has written here: what it said cannot all be understood, so nothing may be added. */
  hasNewer: boolean;
  isFollowed: boolean;
  /** It shows what no journal has and none will: that is gone when the chat is let go. */
  showsUnsaved: boolean;
}

/** A stretch of a journal that is no event, and not for being newer than this build. */
export interface DamagedLine {
  readonly file: JournalFile;
  readonly range: ByteRange;
}

/** A chat of which nothing has been read yet. */
export function newSession(chatId: string): Session {
  return { state: emptyChat(chatId), shownSeq: 0, last: Promise.resolve(), users: 0, usedAt: 0, offsets: new Map(), turnWriters: new Map(), damaged: [], pending: [], problem: undefined, claim: true, isLoaded: false, hasNewer: false, isFollowed: false, showsUnsaved: false };
}

/** Does what is to be done to a chat once all that was begun before it is done, whatever became of that. */
export function inTurn<T>(session: Session, work: () => Promise<T>): Promise<T> {
  const result = using(session, () => session.last.then(work));
  session.last = result.catch(() => undefined); // the caller of `result` has the error
  return result;
}

/** Does something for which the chat must stay in memory. */
export async function using<T>(session: Session, work: () => Promise<T>): Promise<T> {
  session.users++;
  try {
    return await work();
  } finally {
    session.users--;
  }
}

/** The next events of a chat, numbered as they will stand in it. */
export function numberEvents({ state }: Session, bodies: readonly EventBody<SessionEvent>[], parts: EnvelopeParts): readonly SessionEvent[] {
  return bodies.map((body, index) => inEnvelope(body, state.seq + 1 + index, parts));
}

/** One event under a given number. */
export function inEnvelope(body: EventBody<SessionEvent>, seq: number, { clock, ids }: EnvelopeParts): SessionEvent {
  return { v: EVENT_VERSION, id: ids.next(), seq, at: clock.now(), ...body } as SessionEvent; // body + envelope is the event
}

/** Where an event's time and id come from. */
export interface EnvelopeParts {
  readonly clock: Clock;
  readonly ids: Ids;
}

/** Takes an event in and tells of it. */
export function accept(session: Session, event: SessionEvent, events: Emitter<SessionEvent>): void {
  session.state = reduce(session.state, event);
  events.fire(event);
}
