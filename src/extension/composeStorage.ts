import type * as vscode from "vscode";
import { DisposableStore, type Disposable } from "../core/base/disposables";
import { describeError } from "../core/base/errors";
import { repeat } from "../core/base/timers";
import type { HistorySearch } from "../core/chat/historySearch";
import type { Search } from "../core/store/search/port";
import type { StorageCare, StorageLook } from "../core/store/care";
import { keepHouse } from "../core/store/housekeeping";
import { createReadingProgress } from "../core/store/readingProgress";
import { streamOf } from "../core/store/streams";
import type { Tables } from "../core/store/tables";
import type { StoredBlobs } from "./adapters/blobs";
import { randomIds as ids, systemClock as clock } from "./adapters/clock";
import { endedFeeds, removeFeeds } from "./adapters/feeds";
import type { NodeJournal } from "./adapters/journal";
import type { LazyTables } from "./adapters/lazyTables";
import { createPurge, type Purged } from "./adapters/purge";
import type { RemovalLock } from "./adapters/removalLock";
import { createStorageLook } from "./adapters/storageLook";
import { createTrashLedger } from "./adapters/trashLedger";
import { openStores } from "./composeStores";
import { createLog } from "./editor/log";
import { readRetentionDays } from "./editor/settings";
import { translation } from "./editor/translation";

export interface StorageOptions {
  /** The folder that all windows share. */
  readonly root: string;
  readonly dist: string;
  readonly channel: vscode.LogOutputChannel;
  /** Other windows have changed these chats, or removed them. */
  readonly onChanged: (chatIds: readonly string[]) => void;
  /** How much of the journals has been read into an index made anew, percent; undefined once it is done. */
  readonly onReading: (percent: number | undefined) => void;
  /** A newer build has used the folder. */
  readonly onNewer: () => void;
  /** Moves a chat into the trash. */
  readonly deleteChat: (chatId: string) => Promise<void>;
}

/** All that is kept on disk about chats. */
export interface Storage extends Disposable {
  readonly journal: NodeJournal;
  readonly blobs: StoredBlobs;
  readonly lock: RemovalLock;
  readonly tables: Tables;
  readonly care: StorageCare;
  readonly usage: LazyTables["usage"];
  readonly look: StorageLook;
  readonly search: Search;
  readonly historySearch: HistorySearch;
  /** Every chat that has a folder, listed or not. */
  stored(): Promise<readonly string[]>;
  /** Removes chats for good, from everywhere. */
  purge(chatIds: readonly string[]): Promise<Purged>;
  close(): Promise<void>;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** Housekeeping begins when a window has been open for a while, and comes again daily. */
const CLEAN_AFTER_MS = 60_000;
/** The search index is brought up to date this long after something was written. */
const INDEX_AFTER_MS = 5_000;
/** A search waits so long for the index to be brought up to date. */
const FIRST_WAIT_MS = 400;
/** How long a statement of the storage browser may take. */
const LOOK_LIMIT_MS = 10_000;

export function composeStorage({ root, dist, channel, onChanged, onReading, onNewer, deleteChat }: StorageOptions): Storage {
  const owned = new DisposableStore();
  const log = createLog(channel, "storage");
  const reading = owned.add(createReadingProgress(clock, onReading));
  const { journal, blobs, lock, tables, search, historySearch, thread, close } = openStores({
    root, dist,
    translation: translation(),
    logOf: (room) => createLog(channel, room),
    onChanged(chatIds) {
      onChanged(chatIds);
      note(chatIds.map(streamOf));
    },
    onNewer,
    onProgress: (progress) => reading.note(progress),
  });
  const { purge, finish, stored } = createPurge({ root, journal, claims: journal.claims, clock, ids, log, lock, removeBlobs: async (chatIds) => void (await tables.care.sweepBlobs(chatIds)) });

  /** Streams that were written to since the index was last brought up to date. */
  let unindexed = new Set<string>();
  let indexing: Disposable | undefined;
  /** Not before somebody searches: the first building takes memory that a window which only lists and chats should not need. */
  let built: Promise<void> | undefined;

  function note(streams: readonly string[]): void {
    if (built === undefined) return;
    for (const stream of streams) unindexed.add(stream);
    indexing ??= clock.after(INDEX_AFTER_MS, () => void catchUp().catch((error: unknown) => log.warn(`The search index was not brought up to date: ${describeError(error)}`)));
  }

  async function catchUp(): Promise<void> {
    indexing?.dispose();
    indexing = undefined;
    const streams = [...unindexed];
    unindexed = new Set();
    if (streams.length > 0) await search.catchUp(streams);
  }

  /** What was said a moment ago is found too. A first building is not waited for long: what there is of it is searched, and said to be not all. */
  const searchUpToDate: HistorySearch = async (...asked) => {
    built ??= search.catchUp();
    built.catch((error: unknown) => {
      built = undefined;
      log.warn(`The search index was not built: ${describeError(error)}`);
    });
    await Promise.race([built.catch(() => undefined).then(catchUp), new Promise<void>((resolve) => clock.after(FIRST_WAIT_MS, resolve))]);
    return historySearch(...asked);
  };

  /** What ended windows and commands have told is known once all folders were looked at after their end. */
  async function clearFeeds(): Promise<void> {
    const ended = await endedFeeds(root, (writer) => journal.isWriterAlive(writer));
    if (ended.length === 0) return;
    await tables.blobRefs(); // looks at all of them
    await tables.save();
    await removeFeeds(root, ended);
  }

  async function purgeAll(chatIds: readonly string[]): Promise<Purged> {
    const outcome = await purge(chatIds);
    await tables.poll();
    await search.forget(outcome.removed);
    return outcome;
  }

  // Where somebody else removes something now, it is for the next time.
  const sweepBlobs = (): Promise<unknown> => lock.runIfFree(() => tables.care.sweepBlobs());
  const ledger = createTrashLedger({ root, log });
  const clean = async (): Promise<void> => {
    await journal.tidy();
    await keepHouse({ tables, clock, ledger, keptDays: readRetentionDays, deleteChat, purge: purgeAll, finishPurge: finish, sweepBlobs });
    await clearFeeds();
  };
  const tidy = (): void => void clean().catch((error: unknown) => log.warn(`Old chats were not cleared away: ${describeError(error)}`));
  owned.add(clock.after(CLEAN_AFTER_MS, tidy));
  owned.add(repeat(clock, DAY_MS, tidy));

  return {
    journal: {
      ...journal,
      append(stream, values, startsAnew) {
        note([stream]);
        return journal.append(stream, values, startsAnew);
      },
      place(stream, batches) {
        note([stream]);
        return journal.place(stream, batches);
      },
    },
    blobs,
    lock,
    tables,
    care: tables.care,
    usage: tables.usage,
    look: createStorageLook({ ...thread, timers: clock, limitMs: LOOK_LIMIT_MS, save: () => tables.save() }),
    search,
    historySearch: searchUpToDate,
    stored,
    purge: purgeAll,
    async close() {
      indexing?.dispose();
      await close();
    },
    dispose: () => owned.dispose(),
  };
}
