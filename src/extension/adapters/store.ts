import { mkdir } from "node:fs/promises";
import type { Translation } from "../../core/base/l10n";
import type { Db, Log, Row } from "../../core/ports";
import type { Swept } from "../../core/store/blobSweep";
import type { StoredChat } from "../../core/store/chatList";
import type { StorageCare } from "../../core/store/care";
import type { StorageSizes } from "../../core/store/storageSizes";
import type { Verification } from "../../core/store/verify";
import type { ScanProgress } from "../../core/store/intake";
import type { ChatList, Tables } from "../../core/store/tables";
import type { UsageQuestion } from "../../core/store/usage";
import type { UsageReport } from "../../core/protocol/usagePage";
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
  /** The image is a newer build's: it is left alone, and the tables are made anew in memory. */
  readonly onNewer?: () => void;
}

/** The tables, and the database under them for whoever looks into it. */
export interface Store {
  readonly tables: Tables;
  readonly db: Db;
  readonly care: StorageCare;
  /** What was used and what it cost, other windows' chats included. */
  usage(question: UsageQuestion): Promise<UsageReport>;
}

/** What the thread says unasked. */
export type StoreEvent =
  | { readonly event: "log"; readonly data: { readonly level: keyof Log; readonly message: string } }
  | { readonly event: "changed"; readonly data: readonly string[] }
  | { readonly event: "newer"; readonly data: undefined }
  | { readonly event: "progress"; readonly data: ScanProgress }
  | { readonly event: "verifying"; readonly data: ScanProgress };

/** SQLite (sql.js) and the reading of journals in a thread of their own: no query, no export and no rebuild ever holds up the host. */
export async function openStore({ workerPath, log, onChanged, onProgress, onNewer, ...data }: StoreOptions): Promise<Store> {
  await mkdir(data.root, { recursive: true });
  let onVerifying: ((progress: ScanProgress) => void) | undefined;
  const worker = await startWorker({
    workerPath,
    workerData: data satisfies StoreData,
    name: "The database",
    onEvent(event, value) {
      const said = { event, data: value } as StoreEvent; // the thread is of the same build
      if (said.event === "log") log[said.data.level](said.data.message);
      else if (said.event === "changed") onChanged?.(said.data);
      else if (said.event === "newer") onNewer?.();
      else if (said.event === "verifying") onVerifying?.(said.data);
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
    usage: (question): Promise<UsageReport> => call("usage.report", question),
    care: {
      measure: (): Promise<StorageSizes> => call("care.measure"),
      async verify(progress, signal): Promise<Verification> {
        signal.throwIfAborted();
        onVerifying = progress;
        const cancel = (): void => void done("care.cancelVerify").catch(() => undefined); // the call that it ends has the error
        signal.addEventListener("abort", cancel);
        try {
          return await call("care.verify");
        } finally {
          signal.removeEventListener("abort", cancel);
        }
      },
      quarantine: (lines): Promise<number> => call("care.quarantine", lines),
      rebuildIndex: () => done("care.rebuildIndex"),
      sweepBlobs: (ofChats): Promise<Swept> => call("care.sweepBlobs", ofChats),
    },
    tables: {
      take: (...args) => done("tables.take", ...args),
      listChats: (filter, limit): Promise<ChatList> => call("tables.listChats", filter, limit),
      chatIds: (filter): Promise<readonly string[]> => call("tables.chatIds", filter),
      blobRefs: (): Promise<readonly string[]> => call("tables.blobRefs"),
      leftovers: (): Promise<readonly string[]> => call("tables.leftovers"),
      find: (chatId): Promise<StoredChat | undefined> => call("tables.find", chatId),
      poll: () => done("tables.poll"),
      close: () => worker.close(),
    },
  };
}
