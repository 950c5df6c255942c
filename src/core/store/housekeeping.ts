import type { Clock } from "../ports";
import type { Tables } from "./tables";

const DAY_MS = 24 * 60 * 60 * 1000;
/** A deleted chat can be restored for so long. */
const TRASH_MS = 30 * DAY_MS;
/** What lies further apart than this between two looks at the trash does not count: a clock set to another year ends nobody's time in it. */
const MAX_STEP_MS = 7 * DAY_MS;

/**
 * How long each chat has been in the trash, by a time of its own: that of the looks at it, from one to the next. The times that
 * events bear are no measure, since the clock may have been wrong when they were written.
 */
export interface TrashLedger {
  /** The time of the last look, as the clock had it. */
  readonly lookedAt: number;
  /** The ledger's own time, ms. */
  readonly elapsedMs: number;
  /** Of each chat in the trash, since when it has been seen there by the ledger's time; `deletedAt` tells one stay from the next. */
  readonly chats: Readonly<Record<string, { readonly deletedAt: number; readonly seenMs: number }>>;
}

export const EMPTY_LEDGER: TrashLedger = { lookedAt: 0, elapsedMs: 0, chats: {} };

export interface HousekeepingOptions {
  readonly tables: Pick<Tables, "listChats" | "leftovers">;
  readonly clock: Pick<Clock, "now">;
  /** The ledger outlives the window; reading gives an empty one where there is none. */
  readonly ledger: { read(): Promise<TrashLedger>; write(ledger: TrashLedger): Promise<void> };
  /** Chats not touched for so many days go to the trash; undefined keeps them. */
  readonly keptDays: () => number | undefined;
  /** Moves a chat into the trash. */
  readonly deleteChat: (chatId: string) => Promise<void>;
  readonly purge: (chatIds: readonly string[]) => Promise<unknown>;
  /** Removes what is left of chats whose removal was broken off. */
  readonly finishPurge: (chatIds: readonly string[]) => Promise<void>;
  /** Removes the blobs that nothing names any more. */
  readonly sweepBlobs: () => Promise<unknown>;
}

/** What nobody waits for: chats whose time in the trash is over, those older than the person keeps them, and what a crash has left. */
export async function keepHouse({ tables, clock, ledger, keptDays, deleteChat, purge, finishPurge, sweepBlobs }: HousekeepingOptions): Promise<void> {
  await finishPurge(await tables.leftovers());
  const before = await ledger.read();
  const days = keptDays();
  if (days !== undefined && isPlausible(before, clock.now())) {
    const { chats } = await tables.listChats({ until: clock.now() - days * DAY_MS }, Number.MAX_SAFE_INTEGER);
    for (const { chatId, isPinned } of chats) if (!isPinned) await deleteChat(chatId);
  }
  const { chats: trash } = await tables.listChats({ isTrash: true }, Number.MAX_SAFE_INTEGER);
  const { next, over } = lookAtTrash(before, trash, clock.now());
  await ledger.write(next);
  if (over.length > 0) await purge(over);
  await sweepBlobs();
}

/** Whether the clock has gone on since the last look as clocks do. That of a machine which was off for long is not told from one that was set: it waits for the next look. */
function isPlausible({ lookedAt }: TrashLedger, now: number): boolean {
  return now >= lookedAt && now - lookedAt <= MAX_STEP_MS;
}

/** The ledger after a look at the trash, and the chats whose time in it is over. */
function lookAtTrash(before: TrashLedger, trash: readonly { readonly chatId: string; readonly deletedAt?: number }[], now: number): { readonly next: TrashLedger; readonly over: readonly string[] } {
  const stepMs = now - before.lookedAt;
  // A small step back is taken back: what went forward by mistake has counted.
  const elapsedMs = before.elapsedMs + (Math.abs(stepMs) <= MAX_STEP_MS ? stepMs : 0);
  const chats = Object.fromEntries(
    trash.map(({ chatId, deletedAt = 0 }) => {
      const known = before.chats[chatId];
      return [chatId, known?.deletedAt === deletedAt ? known : { deletedAt, seenMs: elapsedMs }];
    }),
  );
  const over = Object.entries(chats).filter(([, { seenMs }]) => elapsedMs - seenMs >= TRASH_MS).map(([chatId]) => chatId);
  return { next: { lookedAt: now, elapsedMs, chats }, over };
}
