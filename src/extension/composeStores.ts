import path from "node:path";
import { describeError } from "../core/base/errors";
import type { Translation } from "../core/base/l10n";
import { createHistorySearch, type HistorySearch } from "../core/chat/historySearch";
import type { Log } from "../core/ports";
import type { Search } from "../core/store/search/port";
import { createBlobFiles } from "./adapters/blobFiles";
import { createBlobs, type StoredBlobs } from "./adapters/blobs";
import { randomIds as ids, systemClock as clock } from "./adapters/clock";
import { createJournal, type NodeJournal } from "./adapters/journal";
import { createLazyTables, type LazyTables } from "./adapters/lazyTables";
import { createRemovalLock, type RemovalLock } from "./adapters/removalLock";
import { openSearch } from "./adapters/search";
import { openStore, type StoreOptions } from "./adapters/store";

export interface StoresOptions extends Pick<StoreOptions, "onChanged" | "onProgress" | "onNewer"> {
  /** The folder that all windows and commands share. */
  readonly root: string;
  /** The folder of the built threads. */
  readonly dist: string;
  readonly translation: Translation;
  /** The log of a room. */
  readonly logOf: (room: string) => Log;
}

/** What a window and the command line share: the journal under a writer's name of its own, the tables, and the search. */
export interface Stores {
  /** Puts blobs on disk before the lines that name them. */
  readonly journal: NodeJournal;
  readonly blobs: StoredBlobs;
  /** Kept by whoever removes or puts in bulk. */
  readonly lock: RemovalLock;
  readonly tables: LazyTables;
  readonly search: Search;
  readonly historySearch: HistorySearch;
  /** What a thread of the tables is started with. */
  readonly thread: Pick<StoreOptions, "workerPath" | "wasmPath" | "root" | "imagePath" | "translation">;
  /** Waits until everything is on disk, gives up what was claimed, and ends the threads. What fails is logged: nothing is lost by it. */
  close(): Promise<void>;
}

/** Opens nothing yet: each part begins with its first use. */
export function openStores({ root, dist, translation, logOf, ...told }: StoresOptions): Stores {
  const writer = ids.next();
  const log = logOf("storage");
  const journal = createJournal({ root, writer, log: logOf("journal") });
  const search = openSearch({ workerPath: path.join(dist, "searchWorker.js"), journalRoot: root, folder: path.join(root, "search"), writer, log: logOf("search") });
  const thread = { workerPath: path.join(dist, "storeWorker.js"), wasmPath: path.join(dist, "sql-wasm.wasm"), root, imagePath: path.join(root, "index.sqlite"), translation };
  const tables = createLazyTables(() => openStore({ ...thread, ...told, log: logOf("store") }));
  const blobs = createBlobs({ files: createBlobFiles({ root, log }), log });
  return {
    journal: blobs.guard(journal),
    blobs,
    lock: createRemovalLock(journal.claims, clock),
    tables, search, thread,
    historySearch: createHistorySearch({ search, tables }),
    async close() {
      const ends = await Promise.allSettled([journal.close(), tables.close(), search.close()]);
      for (const end of ends) if (end.status === "rejected") log.error(`Closing failed: ${describeError(end.reason)}`);
    },
  };
}
