import { rm } from "node:fs/promises";
import { t } from "../../core/base/l10n";
import { defined } from "../../core/base/records";
import type { QueryTable, TableSize } from "../../core/store/care";
import type { Db, JournalReader, Log } from "../../core/ports";
import { sweepBlobs, type Swept } from "../../core/store/blobSweep";
import { isReadOnlySql } from "../../core/store/readOnlySql";
import type { ScanProgress } from "../../core/store/intake";
import type { RebuildableTables } from "../../core/store/tables";
import { verify, type BadLine } from "../../core/store/verify";
import { createBlobFiles } from "./blobFiles";
import { randomIds, systemClock as clock } from "./clock";
import { openEngine, type DbEngine, type DbImage } from "./dbEngine";
import { openLocalDb } from "./localDb";
import { measureStorage, quarantineLines } from "./storageFiles";

export interface StoreCareOptions {
  readonly root: string;
  readonly image: DbImage;
  readonly journal: JournalReader;
  readonly tables: RebuildableTables;
  readonly openDb: () => Promise<Db>;
  readonly log: Log;
  readonly onProgress: (progress: ScanProgress) => void;
}

/** The thread's end of looking after the storage, and of looking into the index. */
export function createStoreCare({ root, image, journal, tables, openDb, log, onProgress }: StoreCareOptions) {
  const files = createBlobFiles({ root, log });
  let verifying: AbortController | undefined;
  let engine: Promise<DbEngine> | undefined;
  /** A copy of the index as its file has it, for looking only: nothing writes it back. */
  const copy = (): Promise<DbEngine> => (engine ??= openEngine(image));

  return {
    "care.measure": () => measureStorage(root),
    async "care.verify"() {
      verifying?.abort(new Error(t("The check was begun anew.")));
      const controller = (verifying = new AbortController());
      return verify({ journal, tables, openDb, openScratch: () => openLocalDb({ ...image, imagePath: undefined }), blobs: files, onProgress }, controller.signal);
    },
    "care.cancelVerify": () => verifying?.abort(new Error(t("Cancelled."))),
    "care.quarantine": (lines: readonly BadLine[]) => quarantineLines(root, lines),
    "care.rebuildIndex": () => tables.rebuild(),
    "care.sweepBlobs": (ofChats?: readonly string[]): Promise<Swept> => sweepBlobs({ files, journal, tables, now: clock.now(), name: randomIds.next(), log, ...defined({ ofChats }) }),

    async "look.tables"(): Promise<readonly TableSize[]> {
      const found = await copy();
      const names = found.look("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name", Infinity).rows.map(([name]) => String(name));
      return names.map((name) => ({ name, rowCount: Number(found.look(`SELECT count(*) FROM "${name.replaceAll('"', '""')}"`, 1).rows[0]?.[0] ?? 0) }));
    },
    async "look.query"(sql: string, maxRows: number): Promise<QueryTable> {
      if (!isReadOnlySql(sql)) throw new Error(t("Only statements that read are run here: SELECT, WITH, EXPLAIN or PRAGMA table_info(…)."));
      return (await copy()).look(sql, maxRows);
    },
  };
}

/** Removes the image's file; the tables make another. */
export async function discardImage({ imagePath }: DbImage): Promise<void> {
  if (imagePath !== undefined) await rm(imagePath, { force: true });
}
