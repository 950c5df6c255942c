import { signal, type ReadonlySignal } from "@preact/signals";
import { anything } from "../../core/base/check";
import { queryResult, storageOverview, type QueryResult, type StorageAsk, type StorageOverview } from "../../core/protocol/storagePage";
import type { PageHost } from "../pageHost";

/** Rows of a table that are shown when it is chosen. */
const TABLE_ROWS = 200;

type Action = Extract<StorageAsk, { readonly type: "act" }>["action"];

/** What the storage's page shows; one place writes it. */
export interface StorageState {
  readonly overview: ReadonlySignal<StorageOverview | undefined>;
  readonly overviewProblem: ReadonlySignal<string | undefined>;
  readonly sql: ReadonlySignal<string>;
  readonly result: ReadonlySignal<QueryResult | undefined>;
  readonly resultProblem: ReadonlySignal<string | undefined>;
  readonly isRunning: ReadonlySignal<boolean>;
  /** Reads everything anew. */
  refresh(): Promise<void>;
  write(sql: string): void;
  run(): Promise<void>;
  /** Shows the first rows of a table. */
  choose(table: string): Promise<void>;
  act(action: Action): void;
}

export function createStorageState(host: PageHost<StorageAsk>): StorageState {
  const overview = signal<StorageOverview | undefined>(undefined);
  const overviewProblem = signal<string | undefined>(undefined);
  const sql = signal("");
  const result = signal<QueryResult | undefined>(undefined);
  const resultProblem = signal<string | undefined>(undefined);
  const isRunning = signal(false);

  async function run(): Promise<void> {
    if (isRunning.value || sql.value.trim() === "") return;
    isRunning.value = true;
    resultProblem.value = undefined;
    try {
      result.value = await host.ask({ type: "query", sql: sql.value }, queryResult);
    } catch (error) {
      result.value = undefined;
      resultProblem.value = messageOf(error);
    } finally {
      isRunning.value = false;
    }
  }

  return {
    overview, overviewProblem, sql, result, resultProblem, isRunning, run,
    async refresh() {
      try {
        overview.value = await host.ask({ type: "overview" }, storageOverview);
        overviewProblem.value = undefined;
      } catch (error) {
        overviewProblem.value = messageOf(error);
      }
    },
    write: (text) => void (sql.value = text),
    async choose(table) {
      sql.value = `SELECT * FROM "${table.replaceAll('"', '""')}" LIMIT ${TABLE_ROWS}`;
      await run();
    },
    act: (action) => void host.ask({ type: "act", action }, anything).catch((error: unknown) => (overviewProblem.value = messageOf(error))),
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
