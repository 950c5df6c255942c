import type { SqlValue } from "../ports";
import type { ScanProgress } from "./intake";
import type { Swept } from "./blobSweep";
import type { StorageSizes } from "./storageSizes";
import type { BadLine, Verification } from "./verify";

/** What a person may want to know of the storage folder, and have done to it. */
export interface StorageCare {
  /** Rejects when the folder cannot be read. */
  measure(): Promise<StorageSizes>;
  /** Reads every line and compares the index with them; changes nothing. Rejects with the signal's reason when it is aborted. */
  verify(onProgress: (progress: ScanProgress) => void, signal: AbortSignal): Promise<Verification>;
  /** Copies the lines' bytes into the folder `quarantine`; the journals stay as they are. Gives how many files it wrote. */
  quarantine(lines: readonly BadLine[]): Promise<number>;
  /** Removes the index and makes it anew from the journals. */
  rebuildIndex(): Promise<void>;
  /**
   * Removes attached files that no chat needs: those alone that these chats name, when some are given, which are about to be
   * removed for good. To be called under the lock of those who remove. Rejects when something cannot be read.
   */
  sweepBlobs(ofChats?: readonly string[]): Promise<Swept>;
}

/** What a statement gave: its first rows. */
export interface QueryTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly SqlValue[])[];
  /** There are more rows than were asked for. */
  readonly isCut: boolean;
}

export interface TableSize {
  readonly name: string;
  readonly rowCount: number;
}

/** The index to look into. All reject with one sentence for the person: SQLite's own, or that it took too long. */
export interface StorageLook {
  tables(): Promise<readonly TableSize[]>;
  /** Runs one statement that changes nothing. */
  query(sql: string, maxRows: number): Promise<QueryTable>;
}
