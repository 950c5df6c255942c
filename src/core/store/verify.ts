import type { Db, JournalFile, JournalReader, Row } from "../ports";
import { readEvent } from "../protocol/events";
import { streamOf } from "./streams";
import type { ScanProgress } from "./intake";
import { createTables, type Tables } from "./tables";
import type { BlobFiles } from "./blobFiles";
import { checkBlobs, createNeededBlobs, type BlobsFound } from "./verifyBlobs";

/**
 * A line that is no event of its chat. `damaged`: it is not what was written. `torn`: the last one is not whole; a crash in mid-write,
 * or somebody is writing it now. `foreign`: it is whole, and says nothing that belongs here. `newer`: a later Cairn wrote it.
 */
export interface BadLine extends Pick<JournalFile, "stream" | "writer"> {
  readonly kind: "damaged" | "torn" | "foreign" | "newer";
  /** Bytes. */
  readonly startOffset: number;
  readonly endOffset: number;
  readonly message: string;
}

/** What the index says otherwise than the journals do; `chat` is a chat's id, or a journal's name. */
export interface Difference {
  readonly table: string;
  readonly chat: string;
  readonly columns: readonly string[];
}

export interface Verification {
  readonly fileCount: number;
  readonly lineCount: number;
  readonly sizeBytes: number;
  readonly chatCount: number;
  readonly badLines: readonly BadLine[];
  readonly differences: readonly Difference[];
  /** What SQLite itself finds wrong with the index. */
  readonly indexProblem: string | undefined;
  readonly blobs: BlobsFound;
}

export interface VerifyOptions {
  readonly journal: JournalReader;
  /** The tables in use, and the database under them. */
  readonly tables: Pick<Tables, "listChats">;
  readonly openDb: () => Promise<Db>;
  /** An empty database, to which the journals are read anew; closed at the end. */
  readonly openScratch: () => Promise<Db>;
  readonly blobs: BlobFiles;
  readonly onProgress?: (progress: ScanProgress) => void;
}

/** What of the tables is compared, by what stands in both under the same name. Numbers that a database gives out are its own. */
const COMPARED: readonly { readonly table: string; readonly sql: string }[] = [
  { table: "chats", sql: "SELECT chat_id AS chat, * FROM chats" },
  { table: "usage", sql: `SELECT chat_id AS chat, count(*) AS answers, ${sums()} FROM usage LEFT JOIN chats USING (chat_no) GROUP BY chat_id` },
  { table: "usage_days", sql: `SELECT chat_id AS chat, count(*) AS days, sum(answers) AS answers, ${sums()} FROM usage_days LEFT JOIN chats USING (chat_no) GROUP BY chat_id` },
  { table: "blob_refs", sql: "SELECT chat_id AS chat, group_concat(sha256) AS sha256 FROM (SELECT * FROM blob_refs ORDER BY sha256) LEFT JOIN chats USING (chat_no) GROUP BY chat_id" },
  { table: "journal_files", sql: "SELECT stream || '/' || writer AS chat, offset FROM journal_files" },
];
/** Where somebody writes while we look, the two are compared again after they have read on. */
const MAX_LOOKS = 3;

/**
 * Reads every line of every journal into an empty database, and compares that with the index; then every payload kept apart.
 * Nothing is changed. Rejects with the signal's reason when it is aborted.
 */
export async function verify({ journal, tables, openDb, openScratch, blobs, onProgress }: VerifyOptions, signal: AbortSignal): Promise<Verification> {
  /** By place: a torn line is read anew each time, and may have become whole. */
  const badLines = new Map<string, BadLine>();
  let lineCount = 0;
  const needed = createNeededBlobs();
  const blobBytes = sumOf(await blobs.list());
  const told = { readBytes: 0, totalBytes: 0 };
  const tell = (progress: ScanProgress): void => onProgress?.(Object.assign(told, progress));
  const watched: JournalReader = {
    ...journal,
    async *read(file, fromOffset) {
      let startOffset = fromOffset;
      for await (const line of journal.read(file, fromOffset)) {
        signal.throwIfAborted();
        const { endOffset } = line;
        const event = line.ok ? readEvent(line.value) : undefined;
        if (event?.ok === true) needed.take(event.value);
        const wrong = !line.ok ? { kind: line.isTorn ? ("torn" as const) : ("damaged" as const), message: line.message } : event === undefined ? undefined : wrongEvent(event, file.stream);
        const place = `${file.stream}/${file.writer}:${startOffset}`;
        badLines.delete(place);
        if (wrong !== undefined) badLines.set(place, { stream: file.stream, writer: file.writer, startOffset, endOffset, ...wrong });
        if (line.ok || !line.isTorn) lineCount++;
        startOffset = endOffset;
        yield line;
      }
    },
  };
  const scratch = await openScratch();
  const silent = { error: ignore, warn: ignore, info: ignore, debug: ignore, trace: ignore };
  const fresh = createTables({ openDb: async () => ({ ...scratch, save: async () => undefined, close: async () => undefined }), journal: watched, timers: { after: () => ({ dispose: ignore }) }, log: silent, onProgress: ({ readBytes, totalBytes }) => tell({ readBytes, totalBytes: totalBytes + blobBytes }) });
  try {
    await tables.listChats({}, 1);
    await fresh.listChats({}, 1);
    const db = await openDb();
    let differences: readonly Difference[] = [];
    for (let look = 1; ; look++) {
      await tables.listChats({}, 1);
      await fresh.listChats({}, 1);
      signal.throwIfAborted();
      differences = await compare(db, scratch);
      if (differences.length === 0 || look === MAX_LOOKS) break;
    }
    const named = async (): Promise<ReadonlySet<string>> => {
      await fresh.listChats({}, 1);
      return new Set((await scratch.query("SELECT DISTINCT sha256 FROM blob_refs")).map((row) => String(row["sha256"])));
    };
    const blobsFound = await checkBlobs({ files: blobs, needed: needed.all, named, onRead: (bytes) => tell({ ...told, readBytes: told.readBytes + bytes }) }, signal);
    const files = await journal.files();
    const [check] = await db.query("PRAGMA quick_check(1)");
    const checked = Object.values(check ?? {})[0];
    const [count] = await scratch.query("SELECT count(*) AS chats FROM chats");
    return {
      fileCount: files.length,
      lineCount,
      sizeBytes: sumOf(files),
      chatCount: Number(count?.["chats"] ?? 0),
      badLines: [...badLines.values()],
      differences,
      indexProblem: checked === "ok" ? undefined : String(checked),
      blobs: blobsFound,
    };
  } finally {
    await fresh.close();
    await scratch.close();
  }
}

function sums(): string {
  return ["input_tokens", "output_tokens", "cache_read_tokens", "cache_write_5m_tokens", "cache_write_1h_tokens"].map((column) => `sum(${column}) AS ${column}`).join(", ");
}

function sumOf(files: readonly { readonly sizeBytes: number }[]): number {
  return files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

function ignore(): void {
  // what the second reading would log, the report says
}

/** What is wrong with a whole line, or undefined. */
function wrongEvent(event: ReturnType<typeof readEvent>, stream: string): Pick<BadLine, "kind" | "message"> | undefined {
  if (!event.ok) return { kind: event.error.code === "newer" ? "newer" : "foreign", message: event.error.message };
  const { chatId } = event.value;
  if (!stream.startsWith("chats/") || (chatId !== undefined && stream === streamOf(chatId))) return undefined;
  return { kind: "foreign", message: "an event of another chat" };
}

async function compare(index: Db, scratch: Db): Promise<readonly Difference[]> {
  const found: Difference[] = [];
  for (const { table, sql } of COMPARED) {
    const has = byChat(await index.query(sql));
    const should = byChat(await scratch.query(sql));
    for (const chat of new Set([...has.keys(), ...should.keys()])) {
      const columns = differing(has.get(chat), should.get(chat));
      if (columns.length > 0) found.push({ table, chat, columns });
    }
  }
  return found;
}

function byChat(rows: readonly Row[]): ReadonlyMap<string, Row> {
  return new Map(rows.map((row) => [String(row["chat"]), row]));
}

function differing(has: Row | undefined, should: Row | undefined): readonly string[] {
  if (has === undefined) return ["missing"];
  if (should === undefined) return ["too many"];
  return Object.keys(should).filter((column) => column !== "chat_no" && has[column] !== should[column]);
}
