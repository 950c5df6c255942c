import { mkdir } from "node:fs/promises";
import type { Translation } from "../../core/base/l10n";
import type { Db, Log, Row } from "../../core/ports";
import type { ScanProgress, StoredChat, Tables } from "../../core/store/tables";
import type { DbImage } from "./dbEngine";
import { startWorker } from "./workerCalls";

/** What the thread is given. */
export interface StoreData extends DbImage {
  /** The folder of the journals, and of the image. */
  readonly root: string;
  /** In which sentences are said. */
  readonly translation?: Translation;
}

export interface StoreOptions extends StoreData {
  /** The built storeWorker.js. */
  readonly workerPath: string;
  readonly log: Log;
  readonly onChanged?: (chatIds: readonly string[]) => void;
  readonly onProgress?: (progress: ScanProgress) => void;
}

/** The tables, and the database under them for whoever looks into it. */
export interface Store {
  readonly tables: Tables;
  readonly db: Db;
}

/** What the thread says unasked. */
export type StoreEvent =
  | { readonly event: "log"; readonly data: { readonly level: keyof Log; readonly message: string } }
  | { readonly event: "changed"; readonly data: readonly string[] }
  | { readonly event: "progress"; readonly data: ScanProgress };

/** SQLite (sql.js) and the reading of journals in a thread of their own: no query, no export and no rebuild ever holds up the host. */
export async function openStore({ workerPath, log, onChanged, onProgress, ...data }: StoreOptions): Promise<Store> {
  await mkdir(data.root, { recursive: true });
  const worker = await startWorker({
    workerPath,
    workerData: data satisfies StoreData,
    name: "The database",
    onEvent(event, value) {
      const said = { event, data: value } as StoreEvent; // the thread is of the same build
      if (said.event === "log") log[said.data.level](said.data.message);
      else if (said.event === "changed") onChanged?.(said.data);
      else onProgress?.(said.data);
    },
  });
  const call = worker.call as (method: string, ...args: readonly unknown[]) => Promise<never>; // results are what the thread's side of the table gives
  const done = async (method: string, ...args: readonly unknown[]): Promise<void> => void (await worker.call(method, ...args));
  return {
    db: {
      query: (sql, params): Promise<readonly Row[]> => call("db.query", sql, params),
      batch: (statements) => done("db.batch", statements),
      save: () => done("db.save"),
      keepImage: (label) => done("db.keepImage", label),
      close: () => worker.close(),
    },
    tables: {
      take: (...args) => done("tables.take", ...args),
      listChats: (limit): Promise<readonly StoredChat[]> => call("tables.listChats", limit),
      find: (chatId): Promise<StoredChat | undefined> => call("tables.find", chatId),
      poll: () => done("tables.poll"),
      close: () => worker.close(),
    },
  };
}
