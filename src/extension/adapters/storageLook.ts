import { t } from "../../core/base/l10n";
import type { Timers } from "../../core/base/timers";
import type { QueryTable, StorageLook, TableSize } from "../../core/store/care";
import type { StoreData } from "./store";
import { startWorker } from "./workerCalls";

export interface StorageLookOptions extends StoreData {
  /** The built storeWorker.js. */
  readonly workerPath: string;
  readonly timers: Timers;
  /** How long a statement may take, ms. */
  readonly limitMs: number;
  /** Brings the image's file up to date. */
  readonly save: () => Promise<void>;
}

/**
 * Looks into the index's file from a thread that lives as long as one request: a statement that never ends is ended with it, and
 * holds up nobody else. Whatever it did would be done to a copy in that thread's memory.
 */
export function createStorageLook({ workerPath, timers, limitMs, save, ...data }: StorageLookOptions): StorageLook {
  async function ask(method: string, ...args: readonly unknown[]): Promise<unknown> {
    const worker = await startWorker({ workerPath, workerData: data satisfies StoreData, name: "The database" });
    let limit: { dispose(): void } | undefined;
    const tooLong = new Promise<never>((_resolve, reject) => {
      limit = timers.after(limitMs, () => reject(new Error(t("It took longer than {0} seconds and was stopped. Narrow it down, for instance with LIMIT.", limitMs / 1000))));
    });
    try {
      return await Promise.race([worker.call(method, ...args), tooLong]);
    } finally {
      limit?.dispose();
      await worker.terminate();
    }
  }

  return {
    async tables() {
      await save();
      return (await ask("look.tables")) as readonly TableSize[]; // the thread is of the same build
    },
    query: async (sql, maxRows) => (await ask("look.query", sql, maxRows)) as QueryTable, // likewise
  };
}
