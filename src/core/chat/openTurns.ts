import { describeError } from "../base/errors";
import type { Clock, Journal, Log } from "../ports";
import type { Session } from "./session";

/** A chat that another window writes is looked at again after this time, as long as somebody here has asked for it. */
const FOLLOW_MS = 1_000;

/** Turns of a chat that have not ended and are not this process's. */
export interface OpenTurns {
  /** Those whose writer is gone: they ended with it. */
  readonly lost: readonly string[];
  /** Whether another window is at one. */
  readonly isGoingOn: boolean;
}

/** `running` are the turns that this process runs. */
export async function openTurns({ state, turnWriters }: Session, running: ReadonlySet<string>, journal: Pick<Journal, "writer" | "isWriterAlive">): Promise<OpenTurns> {
  const lost: string[] = [];
  let isGoingOn = false;
  for (const { turnId, status } of state.turns) {
    if (status !== "running" || running.has(turnId)) continue;
    const writer = turnWriters.get(turnId);
    if (writer !== undefined && writer !== journal.writer && (await journal.isWriterAlive(writer))) isGoingOn = true;
    else lost.push(turnId);
  }
  return { lost, isGoingOn };
}

/** Looks at a chat again in a moment, since another window writes in it; once for all who ask for that. */
export function follow(session: Session, { clock, log }: { readonly clock: Clock; readonly log: Log }, look: () => Promise<void>): void {
  if (session.isFollowed) return;
  session.isFollowed = true;
  clock.after(FOLLOW_MS, () => {
    session.isFollowed = false;
    look().catch((error: unknown) => log.warn(`A chat could not be read on: ${describeError(error)}`));
  });
}
