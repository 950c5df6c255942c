import { copyFile, open, readFile, rename, rm } from "node:fs/promises";
import initSqlJs, { type Database, type ParamsObject, type SqlValue as EngineValue } from "sql.js";
import type { Row, SqlValue, Statement } from "../../core/ports";

export interface DbImage {
  /** The engine's module. */
  readonly wasmPath: string;
  /** Undefined keeps the database in memory alone. */
  readonly imagePath: string | undefined;
}

export interface DbEngine {
  query(statement: Statement): readonly Row[];
  batch(statements: readonly Statement[]): void;
  save(): Promise<void>;
  keepImage(label: string): Promise<void>;
  close(): void;
}

/**
 * SQLite in WASM on one image file. An image that is missing or damaged gives an empty database: the tables are rebuilt from
 * the journals, so a damaged file is put aside, never repaired.
 */
export async function openEngine({ wasmPath, imagePath }: DbImage): Promise<DbEngine> {
  const wasmBinary = await readFile(wasmPath);
  const SQL = await initSqlJs({ wasmBinary: wasmBinary.buffer.slice(wasmBinary.byteOffset, wasmBinary.byteOffset + wasmBinary.byteLength) as ArrayBuffer }); // Node's file buffers are no shared memory
  const image = imagePath === undefined ? undefined : await readImage(imagePath);
  let db = image === undefined ? new SQL.Database() : openImage(image);
  if (db === undefined) {
    if (imagePath !== undefined) await putAside(imagePath);
    db = new SQL.Database();
  }
  const database = db;

  function openImage(bytes: Uint8Array): Database | undefined {
    const candidate = new SQL.Database(bytes);
    try {
      const [check] = candidate.exec("PRAGMA quick_check(1)");
      if (check?.values[0]?.[0] === "ok") return candidate;
    } catch {
      // what cannot be read at all is as damaged as what fails the check
    }
    candidate.close();
    return undefined;
  }

  function rollBack(): void {
    try {
      database.run("ROLLBACK");
    } catch {
      // some errors make SQLite end the transaction by itself; the caller hears of the first error
    }
  }

  return {
    query: (statement) => read(database, statement),
    batch(statements) {
      database.run("BEGIN");
      try {
        for (const { sql, params } of statements) database.run(sql, bind(params));
        database.run("COMMIT");
      } catch (error) {
        rollBack();
        throw error;
      }
    },
    save: () => (imagePath === undefined ? Promise.resolve() : writeImage(imagePath, database.export())),
    async keepImage(label) {
      if (imagePath === undefined || image === undefined) return;
      await copyFile(imagePath, `${imagePath}.${label}`);
    },
    close: () => database.close(),
  };
}

function read(database: Database, { sql, params }: Statement): readonly Row[] {
  const statement = database.prepare(sql, bind(params));
  try {
    const rows: ParamsObject[] = [];
    while (statement.step()) rows.push(statement.getAsObject());
    return rows as readonly Row[]; // SQLite's value types are exactly these
  } finally {
    statement.free();
  }
}

function bind(params: readonly SqlValue[] | undefined): EngineValue[] {
  return params === undefined ? [] : [...params];
}

async function readImage(file: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Keeps a damaged image for a look at it; another window may have done so first. */
async function putAside(file: string): Promise<void> {
  try {
    await rename(file, `${file}.damaged`);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
}

/** Whole or not at all: another window may load the image at any moment. */
async function writeImage(file: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    const handle = await open(temporary, "w");
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
