import { readdir, rm, rmdir } from "node:fs/promises";
import path from "node:path";
import { describeError } from "../../core/base/errors";
import type { Claims, Clock, Ids, Journal, Log } from "../../core/ports";
import { EVENT_VERSION, type EventOf } from "../../core/protocol/events";
import { streamOf, TOMBSTONES } from "../../core/store/streams";
import { namesIn } from "./folderNames";
import { createRemovalLock, type RemovalLock } from "./removalLock";
import type { NodeJournal } from "./journal";
import { QUARANTINE, quarantinePrefix } from "./quarantine";
import { isCode } from "./systemErrors";

export interface PurgeOptions {
  readonly root: string;
  readonly journal: Journal & Pick<NodeJournal, "forget" | "tombstones">;
  readonly claims: Claims;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** Kept by whoever removes or puts in bulk; of its own where none is given. */
  readonly lock?: RemovalLock;
  /** Removes the payloads that only these chats name, while their journals still say which. Under the lock. */
  readonly removeBlobs?: (chatIds: readonly string[]) => Promise<void>;
}

export interface Purged {
  readonly removed: readonly string[];
  /** Open in another window: nothing of them was touched. */
  readonly busy: readonly string[];
}

/** The last step of deleting: removes all bytes of chats. */
export interface Purge {
  /** Says first, durably, that the chats are to go, then removes them. Rejects, with nothing removed, when that could not be said. */
  purge(chatIds: readonly string[]): Promise<Purged>;
  /** Ends what a crash broke off: removes what is left of chats of which it was said before. */
  finish(chatIds: readonly string[]): Promise<void>;
  /** Every chat that has a folder: also those in which nothing was asked, which no list shows, and what is left of others. */
  stored(): Promise<readonly string[]>;
}

/** Copies of the index from before, which tell of chats too: as it was before it was migrated, or found damaged. */
const OLD_IMAGE = /^index\.sqlite\.(?:v\d+|damaged)$/;

export function createPurge({ root, journal, claims, clock, ids, log, lock = createRemovalLock(claims, clock), removeBlobs }: PurgeOptions): Purge {
  async function purge(chatIds: readonly string[]): Promise<Purged> {
    const [removed, busy]: [string[], string[]] = [[], []];
    const gone = await journal.tombstones.purged();
    for (const chatId of chatIds) {
      // Of one removed before only the rest is left, which nobody can claim.
      const owner = gone.has(chatId) ? undefined : await claims.claim(streamOf(chatId));
      (owner === undefined ? removed : busy).push(chatId);
    }
    if (removed.length > 0) {
      const importedAt = await journal.tombstones.imported();
      // Later than it came back, even where the clock was set back since: what was said last counts.
      const at = (chatId: string): number => Math.max(clock.now(), (importedAt.get(chatId) ?? -Infinity) + 1);
      const tombstones = removed.map((chatId): EventOf<"chat.purged"> => ({ v: EVENT_VERSION, id: ids.next(), seq: 1, at: at(chatId), type: "chat.purged", chatId }));
      const stored = await journal.append(TOMBSTONES, tombstones);
      if (!stored.ok) throw new Error(stored.error.message);
      await removeTogether(removed);
    }
    return { removed, busy };
  }

  /** What is left when this is broken off is found again by the journals, which go last. */
  async function removeTogether(chatIds: readonly string[]): Promise<void> {
    // Two windows that remove at once would only fail over each other's files; one waits for the other's turn to end.
    await lock.run(async () => {
      await removeBlobs?.(chatIds).catch((error: unknown) => log.warn(`What deleted chats alone had attached could not be removed; that is tried again later: ${describeError(error)}`));
      await removeAll(chatIds);
    });
  }

  async function removeAll(chatIds: readonly string[]): Promise<void> {
    for (const chatId of chatIds) {
      const stream = streamOf(chatId);
      await journal.forget(stream);
      await claims.forget(stream);
      const folder = path.join(root, stream);
      await trying(async () => {
        await rm(folder, { recursive: true, force: true, maxRetries: 3 });
        await removeIfEmpty(path.dirname(folder));
      });
    }
    await trying(() => removeCopies(chatIds));
  }

  /** What of the chats lies elsewhere: lines in quarantine, and indexes of the past. */
  async function removeCopies(chatIds: readonly string[]): Promise<void> {
    const removed = new Set(chatIds.map((chatId) => quarantinePrefix(streamOf(chatId))));
    const quarantined = (await namesIn(path.join(root, QUARANTINE))).filter((name) => removed.has(name.split("~").slice(0, 3).join("~") + "~"));
    for (const name of quarantined) await rm(path.join(root, QUARANTINE, name), { force: true });
    for (const name of await namesIn(root)) if (OLD_IMAGE.test(name)) await rm(path.join(root, name), { force: true });
  }

  async function trying(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      log.warn(`A deleted chat's files could not all be removed; that is tried again at the next start: ${describeError(error)}`);
    }
  }

  return {
    purge,
    finish: (chatIds) => (chatIds.length === 0 ? Promise.resolve() : removeTogether(chatIds)),
    async stored() {
      const found: string[] = [];
      for (const shard of await namesIn(path.join(root, "chats"))) {
        for (const chatId of await namesIn(path.join(root, "chats", shard))) if (streamOf(chatId) === `chats/${shard}/${chatId}`) found.push(chatId);
      }
      return found;
    },
  };
}

async function removeIfEmpty(folder: string): Promise<void> {
  try {
    if ((await readdir(folder)).length === 0) await rmdir(folder);
  } catch (error) {
    if (!isCode(error, "ENOTEMPTY", "ENOENT", "EEXIST")) throw error; // another window has just put something there, or removed it
  }
}
