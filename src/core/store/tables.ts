import type { Disposable } from "../base/disposables";
import { describeError } from "../base/errors";
import { t } from "../base/l10n";
import type { Timers } from "../base/timers";
import type { ByteRange, Db, JournalReader, Log, Row, Statement } from "../ports";
import type { ChatFacets, ChatFilter } from "../protocol/calls";
import type { SessionEvent } from "../protocol/events";
import { SELECT_FACETS, selectChat, selectChatIds, selectChats, toChat, toFacets, type StoredChat } from "./chatList";
import { createIntake, type ScanProgress } from "./intake";
import { migrate } from "./migrations";
import { project } from "./projection";
import { chatOf, streamOf } from "./streams";

/** The image is written when nothing has changed for this long. */
const SAVE_AFTER_MS = 3_000;
/** Feeds tell what is new at once; all folders are looked at this long after a listing, for what no feed has told. */
const SCAN_AFTER_MS = 5_000;
/** The same, once they have been looked at: what a backup brings or somebody removes by hand. */
const SCAN_AGAIN_MS = 5 * 60_000;

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
  /** The image is a newer build's, so it is left alone: from now on `openDb` gives databases that no file is behind. Without this, nothing can be listed then. */
  readonly leaveImage?: () => void;
  readonly journal: JournalReader;
  readonly timers: Timers;
  readonly log: Log;
  /** Chats changed by others than `take`, as far as one look goes. */
  readonly onChanged?: (chatIds: readonly string[]) => void;
  /** While an image is made anew. */
  readonly onProgress?: (progress: ScanProgress) => void;
}

/** The tables beside the journals. The database opens at first use and is rebuilt from the journals where they differ. */
export function createTables({ openDb, discard, leaveImage, journal, timers, log, onChanged, onProgress }: TablesOptions): RebuildableTables {
  let opened: Promise<Db> | undefined;
  /** After a failure only a listing tries again: takes come several times a second. */
  let hasFailed = false;
  let isClosed = false;
  let saving: Disposable | undefined;
  let scanning: Disposable | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const intake = createIntake({ db, journal, log, onChanged: onChanged ?? ignore, onProgress: onProgress ?? ignore, onWritten: saveWhenIdle });

  function db(): Promise<Db> {
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      hasFailed = true;
      throw error;
    });
    return opened;
  }

  async function open(): Promise<Db> {
    let found = await openMigrated();
    if (found === undefined && leaveImage !== undefined) {
      leaveImage();
      found = await openMigrated();
    }
    if (found === undefined) throw new Error(t("The chat index was written by a newer Cairn. Update Cairn to list chats; nothing was changed."));
    hasFailed = false;
    await intake.begin(found);
    return found;
  }

  /** Undefined where a newer build wrote the image. */
  async function openMigrated(): Promise<Db | undefined> {
    const found = await openDb();
    let outcome: unknown;
    try {
      outcome = await migrate(found);
    } finally {
      if (outcome !== "ready") await found.close();
    }
    return outcome === "ready" ? found : undefined;
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

  /** What feeds tell of, or all there is where nothing is known yet. */
  async function catchUp(): Promise<void> {
    await db();
    if (!intake.hasScanned && intake.marks.streams.length === 0) await scan();
    else await intake.readTouched();
    if (!isClosed) scanning ??= timers.after(intake.hasScanned ? SCAN_AGAIN_MS : SCAN_AFTER_MS, () => void inTurn(scan).catch((error: unknown) => log.warn(`The journals could not be looked through: ${describeError(error)}`)));
  }

  async function scan(): Promise<void> {
    if (isClosed) return;
    await db();
    scanning?.dispose();
    scanning = undefined;
    await intake.scan();
  }

  function saveWhenIdle(): void {
    saving?.dispose();
    saving = timers.after(SAVE_AFTER_MS, () => {
      inTurn(async () => (await db()).save()).catch((error: unknown) => log.warn(`The chat index was not saved; it is made again at the next start: ${describeError(error)}`));
    });
  }

  return {
    take: (stream, writer, range, events) =>
      inTurn(async () => {
        if (hasFailed || isClosed) return;
        await db();
        if (intake.marks.purged.has(chatOf(stream))) return;
        const file = { stream, writer };
        if (intake.marks.offsetOf(file) !== range.startOffset) return; // an earlier take was missed: the next catch-up reads both
        await intake.write(events.flatMap(project), file, range.endOffset);
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
        for (const chatId of intake.marks.purged) if ((await journal.files(streamOf(chatId))).length > 0) found.push(chatId);
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

function ignore(): void {
  // nobody has asked to be told
}
