import type { Disposable } from "../base/disposables";
import { describeError } from "../base/errors";
import { t } from "../base/l10n";
import type { Timers } from "../base/timers";
import type { ByteRange, Db, FeedMarks, JournalFile, JournalReader, Log, Row, Statement } from "../ports";
import type { ChatFacets, ChatFilter } from "../protocol/calls";
import { readEvent, type SessionEvent } from "../protocol/events";
import { SELECT_FACETS, selectChat, selectChatIds, selectChats, toChat, toFacets, type StoredChat } from "./chatList";
import { migrate } from "./migrations";
import { streamOf, TOMBSTONES } from "./streams";
import { forgetChat, project } from "./projection";

/** Statements per transaction while catching up: large enough to be quick, small enough that memory stays flat. */
const BATCH_SIZE = 2_000;
/** The image is written when nothing has changed for this long. */
const SAVE_AFTER_MS = 3_000;
/** Feeds tell what is new at once; all folders are looked at this long after a listing, for what no feed has told. */
const SCAN_AFTER_MS = 5_000;
/** The same, once they have been looked at: what a backup brings or somebody removes by hand. */
const SCAN_AGAIN_MS = 5 * 60_000;

/** How far a long reading of the journals has come, bytes. */
export interface ScanProgress {
  readonly readBytes: number;
  readonly totalBytes: number;
}

export interface Tables {
  /** Takes in what `writer` has just appended; its own errors only cost a later catch-up. */
  take(stream: string, writer: string, range: ByteRange, events: readonly SessionEvent[]): Promise<void>;
  /** Up to `limit` chats as in the history, other windows' included, and what they can be filtered by. */
  listChats(filter: ChatFilter, limit: number): Promise<ChatList>;
  /** The ids of all chats that a filter lets through. */
  chatIds(filter: ChatFilter): Promise<readonly string[]>;
  /** The hashes of all blobs that a journal names. */
  blobRefs(): Promise<readonly string[]>;
  /** Chats removed for good of which there is still something on disk. */
  leftovers(): Promise<readonly string[]>;
  /** What is known of one chat, deleted or not. */
  find(chatId: string): Promise<StoredChat | undefined>;
  /** Looks for what other windows have written since the last look: quick where there is nothing. */
  poll(): Promise<void>;
  close(): Promise<void>;
}

export interface ChatList {
  readonly chats: readonly StoredChat[];
  readonly facets: ChatFacets;
}

export interface RebuildableTables extends Tables {
  /** Throws the image away and reads everything anew. */
  rebuild(): Promise<void>;
}

export interface TablesOptions {
  readonly openDb: () => Promise<Db>;
  /** Removes the image of a database that was closed, so that the next one opened is empty. */
  readonly discard?: () => Promise<void>;
  readonly journal: JournalReader;
  readonly timers: Timers;
  readonly log: Log;
  /** Chats changed by others than `take`, as far as one look goes. */
  readonly onChanged?: (chatIds: readonly string[]) => void;
  /** While an image is made anew. */
  readonly onProgress?: (progress: ScanProgress) => void;
}

type FileName = Pick<JournalFile, "stream" | "writer">;

/** The tables beside the journals. The database opens at first use and is rebuilt from the journals where they differ. */
export function createTables({ openDb, discard, journal, timers, log, onChanged, onProgress }: TablesOptions): RebuildableTables {
  let opened: Promise<Db> | undefined;
  /** How far each file is in the tables, bytes: by stream, then by writer. */
  let offsets = new Map<string, Map<string, number>>();
  /** Chats removed for good: what is left of them on disk counts no more. */
  let purged = new Set<string>();
  let marks: FeedMarks = {};
  let hasScanned = false;
  /** After a failure only a listing tries again: takes come several times a second. */
  let hasFailed = false;
  let isClosed = false;
  let saving: Disposable | undefined;
  let scanning: Disposable | undefined;
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
    marks = {};
    await readMarks(found);
    hasScanned = false;
    return found;
  }

  async function readMarks(from: Db): Promise<void> {
    // One text for all: asking for each of ten thousand rows takes many times as long. No name in it has a slash, and no part of a stream is empty.
    const [row] = await from.query("SELECT group_concat(stream || '/' || writer || '/' || offset, '//') AS files FROM journal_files");
    offsets = new Map();
    const text = String(row?.["files"] ?? "");
    for (let start = 0, end = 0; start < text.length; start = end + 2) {
      end = text.indexOf("//", start);
      if (end < 0) end = text.length;
      const ofOffset = text.lastIndexOf("/", end - 1);
      const ofWriter = text.lastIndexOf("/", ofOffset - 1);
      setOffset({ stream: text.slice(start, ofWriter), writer: text.slice(ofWriter + 1, ofOffset) }, Number(text.slice(ofOffset + 1, end)));
    }
    purged = new Set((await from.query("SELECT chat_id FROM purged WHERE at > imported_at")).map((row) => String(row["chat_id"])));
  }

  const offsetOf = ({ stream, writer }: FileName): number => offsets.get(stream)?.get(writer) ?? 0;
  const unreadBytes = (files: readonly JournalFile[]): number => files.reduce((sum, file) => sum + Math.max(0, file.sizeBytes - offsetOf(file)), 0);

  function setOffset({ stream, writer }: FileName, offset: number): void {
    const ofStream = offsets.get(stream);
    if (ofStream === undefined) offsets.set(stream, new Map([[writer, offset]]));
    else ofStream.set(writer, offset);
  }

  /** One at a time: a catch-up and a take of the same lines would count them twice. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = last.then(work, work);
    last = result.catch(() => undefined); // the caller of `result` has the error
    return result;
  }

  async function select({ sql, params }: Statement): Promise<readonly Row[]> {
    return (await db()).query(sql, params);
  }

  /** Runs statements, and with them moves a file's offset: both happen, or neither. */
  async function write(statements: readonly Statement[], file: FileName, offset: number): Promise<void> {
    const move: Statement = { sql: "INSERT INTO journal_files VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET offset = ?3", params: [file.stream, file.writer, offset] };
    await (await db()).batch([...statements, move]);
    setOffset(file, offset);
    if (file.stream === TOMBSTONES) await readMarks(await db());
  }

  /** What feeds tell of, or all there is where nothing is known yet. */
  async function catchUp(): Promise<void> {
    await db();
    if (!hasScanned && offsets.size === 0) await scan();
    else await readTouched();
    if (!isClosed) scanning ??= timers.after(hasScanned ? SCAN_AGAIN_MS : SCAN_AFTER_MS, () => void inTurn(scan).catch((error: unknown) => log.warn(`The journals could not be looked through: ${describeError(error)}`)));
  }

  async function readTouched(): Promise<void> {
    const found = await journal.touched(marks);
    const changed = new Set<string>();
    for (const stream of tombstonesFirst(found.streams)) if (await readStream(stream, await journal.files(stream))) changed.add(stream);
    marks = found.marks;
    tellChanged(changed);
  }

  /** Looks at every folder: for what no feed has told, and for what is gone. */
  async function scan(): Promise<void> {
    if (isClosed) return;
    await db();
    scanning?.dispose();
    scanning = undefined;
    const { marks: marksBefore } = await journal.touched(marks);
    const files = await journal.files();
    const byStream = new Map<string, JournalFile[]>([...offsets.keys()].map((stream) => [stream, []])); // some may be gone
    for (const file of files) byStream.set(file.stream, [...(byStream.get(file.stream) ?? []), file]);
    const totalBytes = unreadBytes(files);
    let readBytes = 0;
    const changed = new Set<string>();
    for (const stream of tombstonesFirst([...byStream.keys()])) {
      const found = byStream.get(stream) ?? [];
      const unread = unreadBytes(found);
      if (await readStream(stream, found)) changed.add(stream);
      if (unread === 0) continue;
      readBytes += unread;
      onProgress?.({ readBytes, totalBytes });
    }
    marks = marksBefore;
    hasScanned = true;
    tellChanged(changed);
  }

  /** Brings one stream's part of the tables up to its files. Whether that changed anything. */
  async function readStream(stream: string, files: readonly JournalFile[]): Promise<boolean> {
    if (purged.has(chatOf(stream))) {
      if (offsets.delete(stream)) await (await db()).batch([{ sql: "DELETE FROM journal_files WHERE stream = ?1", params: [stream] }]);
      return false;
    }
    const sizes = new Map(files.map((file) => [file.writer, file.sizeBytes]));
    let isChanged = false;
    if ([...(offsets.get(stream) ?? [])].some(([writer, offset]) => (sizes.get(writer) ?? 0) < offset)) {
      // What was read is no longer there: a write that failed and was cut off, a chat's folder removed, or one from a backup.
      log.warn(`A journal of ${stream} is gone or shorter than it was; its part of the chat index is built anew`);
      await forget(stream);
      isChanged = true;
    }
    for (const file of files) if (file.sizeBytes > offsetOf(file) && (await readOn(file))) isChanged = true;
    if (isChanged) saveWhenIdle();
    return isChanged;
  }

  async function forget(stream: string): Promise<void> {
    const chatId = chatOf(stream);
    await (await db()).batch([...forgetChat(chatId), { sql: "DELETE FROM journal_files WHERE stream = ?1", params: [stream] }]);
    offsets.delete(stream);
  }

  function tellChanged(streams: ReadonlySet<string>): void {
    if (streams.size > 0) onChanged?.([...streams].map(chatOf));
  }

  function saveWhenIdle(): void {
    saving?.dispose();
    saving = timers.after(SAVE_AFTER_MS, () => {
      inTurn(async () => (await db()).save()).catch((error: unknown) => log.warn(`The chat index was not saved; it is made again at the next start: ${describeError(error)}`));
    });
  }

  /** Whether there was a whole line to read. */
  async function readOn(file: JournalFile): Promise<boolean> {
    const fromOffset = offsetOf(file);
    let statements: Statement[] = [];
    let offset = fromOffset;
    for await (const line of journal.read(file, fromOffset)) {
      if (!line.ok && line.isTorn) break;
      offset = line.endOffset;
      const event = line.ok ? readEvent(line.value) : undefined;
      if (event?.ok === true) statements.push(...project(event.value));
      else log.warn(`Skipped a line of ${file.stream} before byte ${line.endOffset}: ${line.ok ? "not an event that this build knows" : line.message}`);
      if (statements.length < BATCH_SIZE) continue;
      await write(statements, file, offset);
      statements = [];
    }
    if (offset > fromOffset) await write(statements, file, offset);
    return offset > fromOffset;
  }

  return {
    take: (stream, writer, range, events) =>
      inTurn(async () => {
        if (hasFailed || isClosed) return;
        await db();
        if (purged.has(chatOf(stream))) return;
        const file = { stream, writer };
        if (offsetOf(file) !== range.startOffset) return; // an earlier take was missed: the next catch-up reads both
        await write(events.flatMap(project), file, range.endOffset);
        saveWhenIdle();
      }).catch((error: unknown) => log.warn(`The chat index missed an update and will catch up: ${describeError(error)}`)),

    listChats: (filter, limit) =>
      inTurn(async () => {
        await catchUp();
        return { chats: (await select(selectChats(filter, limit))).map(toChat), facets: toFacets(await select({ sql: SELECT_FACETS })) };
      }),

    chatIds: (filter) =>
      inTurn(async () => {
        await catchUp();
        return (await select(selectChatIds(filter))).map((row) => String(row["chat_id"]));
      }),

    find: (chatId) =>
      inTurn(async () => {
        const [row] = await select(selectChat(chatId));
        return row === undefined ? undefined : toChat(row);
      }),

    blobRefs: () =>
      inTurn(async () => {
        await scan();
        return (await select({ sql: "SELECT DISTINCT sha256 FROM blob_refs" })).map((row) => String(row["sha256"]));
      }),

    leftovers: () =>
      inTurn(async () => {
        await db();
        const found: string[] = [];
        for (const chatId of purged) if ((await journal.files(streamOf(chatId))).length > 0) found.push(chatId);
        return found;
      }),

    poll: () =>
      inTurn(async () => {
        if (!hasFailed && !isClosed && opened !== undefined) await catchUp();
      }).catch((error: unknown) => log.debug(`The other windows' feeds could not be read: ${describeError(error)}`)),

    rebuild: () =>
      inTurn(async () => {
        saving?.dispose();
        const before = await opened?.catch(() => undefined); // one that cannot be opened is thrown away all the same
        opened = undefined;
        await before?.close();
        await discard?.();
        await scan();
        await (await db()).save();
      }),

    close: () =>
      inTurn(async () => {
        isClosed = true;
        saving?.dispose();
        scanning?.dispose();
        const found = await opened;
        await found?.save();
        await found?.close();
      }),
  };
}

/** A chat's stream ends with its id. */
function chatOf(stream: string): string {
  return stream.slice(stream.lastIndexOf("/") + 1);
}

/** What is removed for good is known before what is left of it is read. */
function tombstonesFirst(streams: readonly string[]): readonly string[] {
  return [...streams].sort((a, b) => Number(b === TOMBSTONES) - Number(a === TOMBSTONES));
}
