import type { Session } from "./session";

/** A chat that nobody has asked for in this time is let go, ms. */
const IDLE_MS = 10 * 60_000;
/** One that was asked for a moment ago may be about to be shown, ms. */
const FRESH_MS = 60_000;
/** So many stay beside those in use, for going back and forth between them. */
const MAX_IDLE = 8;

export interface InUse {
  /** The chats that pages show. */
  readonly shown: ReadonlySet<string>;
  /** The turns that this process runs. */
  readonly running: ReadonlySet<string>;
}

/**
 * The chats that need not stay in memory, since all of them is on disk and nobody does anything with them: those asked for
 * longest ago first. They are read again when somebody asks for them.
 */
export function chatsToLetGo(sessions: Iterable<Session>, { shown, running }: InUse, now: number): readonly string[] {
  const idle = [...sessions].filter((session) => !shown.has(session.state.chatId) && isAtRest(session, running));
  for (const session of idle) session.usedAt = Math.min(session.usedAt, now); // the clock was set back: it begins anew
  idle.sort((a, b) => a.usedAt - b.usedAt);
  return idle.filter(({ usedAt }, index) => now - usedAt >= (index < idle.length - MAX_IDLE ? FRESH_MS : IDLE_MS)).map(({ state }) => state.chatId);
}

function isAtRest({ users, pending, isFollowed, showsUnsaved, state }: Session, running: ReadonlySet<string>): boolean {
  return users === 0 && pending.length === 0 && !isFollowed && !showsUnsaved && !state.turns.some(({ turnId }) => running.has(turnId));
}
