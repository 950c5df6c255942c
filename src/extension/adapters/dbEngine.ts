import { copyFile, readFile, rename } from "node:fs/promises";
import initSqlJs, { type Database, type ParamsObject, type SqlValue as EngineValue } from "sql.js";
import { t } from "../../core/base/l10n";
import type { Row, SqlValue, Statement } from "../../core/ports";
import type { QueryTable } from "../../core/store/care";
import { fastChecksum } from "./searchFiles";
import { writeWhole } from "./wholeFile";

/** Stands behind an image, before the CRC-32 of all before it: SQLite itself does not notice when a value has changed. */
const SEAL = Buffer.from("cairn-crc32:");
const SEAL_BYTES = SEAL.length + 4;

export interface DbImage {
  /** The engine's module. */
  readonly wasmPath: string;
  /** Undefined keeps the database in memory alone. */
  readonly imagePath: string | undefined;
}

export interface DbEngine {
  query(statement: Statement): readonly Row[];
  /** The first `maxRows` rows of one statement, which the database lets change nothing. Throws with SQLite's message. */
  look(sql: string, maxRows: number): QueryTable;
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
  const reading = imagePath === undefined ? undefined : readImage(imagePath);
  reading?.catch(() => undefined); // has its error below
  const wasmBinary = await readFile(wasmPath);
  const SQL = await initSqlJs({ wasmBinary: wasmBinary.buffer.slice(wasmBinary.byteOffset, wasmBinary.byteOffset + wasmBinary.byteLength) as ArrayBuffer }); // Node's file buffers are no shared memory
  let image = await reading;
  const hadImage = image !== undefined;
  const opened = image === undefined ? undefined : openImage(image);
  image = undefined; // the database has its own copy
  if (hadImage && opened === undefined && imagePath !== undefined) await putAside(imagePath);
  const database = opened ?? new SQL.Database();
  database.run("PRAGMA secure_delete = ON"); // what people delete for good is in no corner of the image either
  /** Whether the file has all that is in here: who only looks does not write it anew. */
  let isSaved = opened !== undefined;

  function openImage(bytes: Uint8Array): Database | undefined {
    const isWhole = isSealed(bytes);
    if (isWhole === false) return undefined;
    const candidate = new SQL.Database(isWhole ? bytes.subarray(0, -SEAL_BYTES) : bytes);
    if (isWhole) return candidate;
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
    look(sql, maxRows) {
      database.run("PRAGMA query_only = ON");
      try {
        return lookAt(database, sql, maxRows);
      } finally {
        database.run("PRAGMA query_only = OFF");
      }
    },
    batch(statements) {
      // The same few texts again and again where many events are taken in: each is understood once.
      const prepared = new Map<string, ReturnType<Database["prepare"]>>();
      database.run("BEGIN");
      try {
        for (const { sql, params } of statements) {
          const statement = prepared.get(sql) ?? database.prepare(sql);
          prepared.set(sql, statement);
          statement.run(bind(params));
        }
        database.run("COMMIT");
        isSaved = false;
      } catch (error) {
        rollBack();
        throw error;
      } finally {
        for (const statement of prepared.values()) statement.free();
      }
    },
    async save() {
      if (imagePath === undefined || isSaved) return;
      isSaved = true;
      await writeImage(imagePath, database.export()).catch((error: unknown) => {
        isSaved = false;
        throw error;
      });
    },
    async keepImage(label) {
      if (imagePath === undefined || !hadImage) return;
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

function lookAt(database: Database, sql: string, maxRows: number): QueryTable {
  const statements = database.iterateStatements(sql);
  const { value: statement } = statements.next();
  if (statement === undefined) throw new Error(t("There is no statement to run."));
  // Before it is run: all of the text is meant, or none of it.
  const rest = statements.getRemainingSQL();
  const columns = statement.getColumnNames();
  const rows: (readonly SqlValue[])[] = [];
  let isCut = false;
  while (statement.step()) {
    if ((isCut = rows.length >= maxRows)) break;
    rows.push(statement.get() as readonly SqlValue[]); // SQLite's value types are exactly these
  }
  if (statements.next().done !== true || rest.replace(/[\s;]/g, "") !== "") throw new Error(t("One statement at a time, please."));
  return { columns, rows, isCut };
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

/** Whether the image is as it was written; undefined where it does not say, as older ones do not. */
function isSealed(bytes: Uint8Array): boolean | undefined {
  const seal = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).subarray(-SEAL_BYTES);
  if (!seal.subarray(0, SEAL.length).equals(SEAL)) return undefined;
  return seal.readUInt32LE(SEAL.length) === fastChecksum(bytes.subarray(0, -SEAL_BYTES));
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
function writeImage(file: string, bytes: Uint8Array): Promise<void> {
  return writeWhole(file, async (handle) => {
    await handle.writeFile(bytes);
    const sum = Buffer.alloc(4);
    sum.writeUInt32LE(fastChecksum(bytes));
    await handle.writeFile(Buffer.concat([SEAL, sum]));
  });
}
