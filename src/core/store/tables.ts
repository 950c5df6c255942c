import type { Disposable } from "../base/disposables";
import { describeError } from "../base/errors";
import { t } from "../base/l10n";
import type { Timers } from "../base/timers";
import type { ByteRange, Db, Journal, JournalFile, Log, Statement } from "../ports";
import type { ChatSummary } from "../protocol/calls";
import { readEvent, type SessionEvent } from "../protocol/events";
import { migrate } from "./migrations";
import { project } from "./projection";

/** Statements per transaction while catching up: large enough to be quick, small enough that memory stays flat. */
const BATCH_SIZE = 2_000;
/** The image is written when nothing has changed for this long. */
const SAVE_AFTER_MS = 3_000;

/** What the tables know of a chat; whether it is being answered now stands in no table. */
export type StoredChat = Omit<ChatSummary, "isRunning">;

export interface Tables {
  /** Takes in what this process has just appended; its own errors only cost a later catch-up. */
  take(stream: string, range: ByteRange, events: readonly SessionEvent[]): Promise<void>;
  /** Chats not deleted, newest first, other windows' included. */
  listChats(limit: number): Promise<readonly StoredChat[]>;
  close(): Promise<void>;
}

export interface TablesOptions {
  readonly openDb: () => Promise<Db>;
  readonly journal: Journal;
  readonly timers: Timers;
  readonly log: Log;
}

/** The tables beside the journals. The database opens at first use and is rebuilt from the journals where they differ. */
export function createTables({ openDb, journal, timers, log }: TablesOptions): Tables {
  let opened: Promise<Db> | undefined;
  /** After a failure only a listing tries again: takes come several times a second. */
  let hasFailed = false;
  let isClosed = false;
  let saving: Disposable | undefined;
  let last: Promise<unknown> = Promise.resolve();

  function db(): Promise<Db> {
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      hasFailed = true;
      throw error;
    });
    return opened;
  }

  async function open(): Promise<Db> {
    const found = await openDb();
    let outcome: unknown;
    try {
      outcome = await migrate(found);
    } finally {
      if (outcome !== "ready") await found.close();
    }
    if (outcome === "newer") throw new Error(t("The chat index was written by a newer Cairn. Update Cairn to list chats; nothing was changed."));
    hasFailed = false;
    return found;
  }

  /** One at a time: a catch-up and a take of the same lines would count them twice. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = last.then(work, work);
    last = result.catch(() => undefined); // the caller of `result` has the error
    return result;
  }

  async function offsetOf(file: Pick<JournalFile, "stream" | "writer">): Promise<number> {
    const [row] = await (await db()).query("SELECT offset FROM journal_files WHERE stream = ?1 AND writer = ?2", [file.stream, file.writer]);
    return Number(row?.["offset"] ?? 0);
  }

  function moveTo(file: Pick<JournalFile, "stream" | "writer">, offset: number): Statement {
    return { sql: "INSERT INTO journal_files VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET offset = ?3", params: [file.stream, file.writer, offset] };
  }

  async function catchUp(): Promise<void> {
    const known = new Map<string, number>();
    for (const row of await (await db()).query("SELECT stream, writer, offset FROM journal_files")) known.set(`${String(row["stream"])}/${String(row["writer"])}`, Number(row["offset"]));
    const files = await journal.files();
    let isChanged = false;
    const sizes = new Map(files.map((file) => [`${file.stream}/${file.writer}`, file.sizeBytes]));
    if ([...known].some(([file, offset]) => (sizes.get(file) ?? 0) < offset)) {
      // What was read is no longer there: a write that failed and was cut off, a chat's folder removed, or one from a backup.
      log.warn("A journal is gone or shorter than it was; the chat index is built anew");
      await (await db()).batch(["chats", "usage", "journal_files"].map((table) => ({ sql: `DELETE FROM ${table}` })));
      known.clear();
      isChanged = true;
    }
    for (const file of files) {
      const offset = known.get(`${file.stream}/${file.writer}`) ?? 0;
      if (file.sizeBytes > offset && (await readOn(file, offset))) isChanged = true;
    }
    if (isChanged) saveWhenIdle();
  }

  function saveWhenIdle(): void {
    saving?.dispose();
    saving = timers.after(SAVE_AFTER_MS, () => {
      inTurn(async () => (await db()).save()).catch((error: unknown) => log.warn(`The chat index was not saved; it is made again at the next start: ${describeError(error)}`));
    });
  }

  /** Whether there was a whole line to read. */
  async function readOn(file: JournalFile, fromOffset: number): Promise<boolean> {
    let statements: Statement[] = [];
    let offset = fromOffset;
    const flush = async (): Promise<void> => {
      if (offset > fromOffset) await (await db()).batch([...statements, moveTo(file, offset)]);
      statements = [];
    };
    for await (const line of journal.read(file, fromOffset)) {
      if (!line.ok && line.isTorn) break;
      offset = line.endOffset;
      const event = line.ok ? readEvent(line.value) : undefined;
      if (event?.ok === true) statements.push(...project(event.value));
      else log.warn(`Skipped a line of ${file.stream} before byte ${line.endOffset}: ${line.ok ? "not an event that this build knows" : line.message}`);
      if (statements.length >= BATCH_SIZE) await flush();
    }
    await flush();
    return offset > fromOffset;
  }

  return {
    take: (stream, range, events) =>
      inTurn(async () => {
        if (hasFailed || isClosed) return;
        const file = { stream, writer: journal.writer };
        if ((await offsetOf(file)) !== range.startOffset) return; // an earlier take was missed: the next catch-up reads both
        await (await db()).batch([...events.flatMap(project), moveTo(file, range.endOffset)]);
        saveWhenIdle();
      }).catch((error: unknown) => log.warn(`The chat index missed an update and will catch up: ${describeError(error)}`)),

    listChats: (limit) =>
      inTurn(async () => {
        await catchUp();
        const rows = await (await db()).query(
          "SELECT chat_id, title, updated_at, turn_count FROM chats WHERE deleted_at IS NULL AND turn_count > 0 ORDER BY updated_at DESC LIMIT ?1",
          [limit],
        );
        return rows.map((row) => ({ chatId: String(row["chat_id"]), title: String(row["title"]), updatedAt: Number(row["updated_at"]), turnCount: Number(row["turn_count"]) }));
      }),

    close: () =>
      inTurn(async () => {
        isClosed = true;
        saving?.dispose();
        const found = await opened;
        await found?.save();
        await found?.close();
      }),
  };
}
