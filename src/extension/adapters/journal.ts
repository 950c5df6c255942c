import { open, type FileHandle } from "node:fs/promises";
import path from "node:path";
import { describeError } from "../../core/base/errors";
import { fail, ok, type Result } from "../../core/base/result";
import type { Appended, Claims, Journal, Log, StorageError } from "../../core/ports";
import { encodeLine } from "../../core/store/line";
import { chatOf } from "../../core/store/streams";
import { createTombstones, type Tombstones } from "../../core/store/tombstones";
import { createClaims } from "./claims";
import { createFolders } from "./durableFolders";
import { createFeed } from "./feeds";
import { createHeartbeat } from "./heartbeat";
import { ENDING } from "./journalFiles";
import { LINE_FEED } from "./journalLines";
import { checkStream } from "./journalNames";
import { createJournalReader } from "./journalReader";
import { encoded, moveTo, removeBegun, writePlaced } from "./placedFile";
import { quarantine } from "./quarantine";
import { describeStorageError, RemovedError } from "./storageErrors";
import { isSystemError } from "./systemErrors";

/** Files kept open: one per chat that streams now, and a few more. */
const MAX_OPEN_FILES = 16;
/** A file that has grown to this ends where something new begins, bytes. */
const ROTATE_BYTES = 32 * 1024 * 1024;

interface Waiting {
  readonly lines: Uint8Array;
  readonly startsAnew: boolean;
  readonly settle: (result: Result<Appended, StorageError>) => void;
}

interface OpenFile {
  handle: FileHandle | undefined;
  /** Bytes known to be whole lines on disk. */
  sizeBytes: number;
  waiting: Waiting[];
  isWriting: boolean;
  /** The last line is not whole, since a failed write could not be cut off: the next one must not continue it. */
  isTorn: boolean;
}

export interface JournalOptions {
  readonly root: string;
  readonly writer: string;
  readonly log: Log;
  /** From which size on a file ends where something new begins; for tests. */
  readonly rotateBytes?: number;
}

export interface NodeJournal extends Journal {
  /** Removes what writers that are gone had begun to place. */
  tidy(): Promise<void>;
  /** Lets go of a stream's file, which is about to be removed. */
  forget(stream: string): Promise<void>;
  /** Who may write where, by the same heartbeat. */
  readonly claims: Claims;
  /** Which chats were removed for good. */
  readonly tombstones: Tombstones;
  close(): Promise<void>;
}

/**
 * Journals as files `<root>/<stream>/<writer>.jsonl`. Appends to one file that come while it is being written go to disk
 * together, with one fsync for all (group commit). A failed write is cut off again, so that no line follows a torn one.
 */
export function createJournal({ root, writer, log, rotateBytes = ROTATE_BYTES }: JournalOptions): NodeJournal {
  const files = new Map<string, OpenFile>();
  const writing = new Set<Promise<void>>();
  /** How often this writer has begun a new file in a stream. */
  const parts = new Map<string, number>();
  let placed = 0;
  const folders = createFolders({ root, log });
  const feed = createFeed({ root, writer, log });
  const heartbeat = createHeartbeat({ folder: path.join(root, "writers"), writer, log });

  const reader = createJournalReader(root);
  const tombstones = createTombstones(reader);
  const isRemoved = async (stream: string): Promise<boolean> => stream.startsWith("chats/") && tombstones.isPurged(chatOf(stream));

  function fileName(stream: string): string {
    const part = parts.get(stream) ?? 0;
    return part === 0 ? writer : `${writer}+${part}`;
  }

  async function openFile(stream: string, file: OpenFile): Promise<FileHandle> {
    if (file.handle !== undefined) {
      // A file that was removed under us takes lines that nobody will find.
      if ((await file.handle.stat()).nlink > 0) return file.handle;
      const removed = file.handle;
      file.handle = undefined;
      await removed.close();
    }
    // Lines of a chat that was removed for good would be found by nobody, and be removed at the next start.
    if (await isRemoved(stream)) throw new RemovedError();
    const folder = path.join(root, stream);
    await folders.make(folder);
    await heartbeat.start();
    const handle = await open(path.join(folder, fileName(stream) + ENDING), "a+");
    try {
      const sizeBytes = (await handle.stat()).size;
      if (sizeBytes === 0) await folders.sync(folder);
      Object.assign(file, { sizeBytes, isTorn: sizeBytes > 0 && (await handle.read({ position: sizeBytes - 1, length: 1, buffer: Buffer.alloc(1) })).buffer[0] !== LINE_FEED });
    } catch (error) {
      await handle.close();
      throw error;
    }
    file.handle = handle;
    return handle;
  }

  async function drain(stream: string, file: OpenFile): Promise<void> {
    file.isWriting = true;
    while (file.waiting.length > 0) {
      if (file.sizeBytes >= rotateBytes && file.waiting[0]?.startsAnew === true) await rotate(stream, file);
      const batch = file.waiting;
      file.waiting = [];
      await feed.before(stream);
      const result = await writeBatch(stream, file, batch);
      if (result.ok) feed.after(stream);
      batch.forEach((item, index) => item.settle(result.ok ? ok({ startOffset: 0, endOffset: 0, writer, ...result.value[index] }) : result));
    }
    file.isWriting = false;
    await closeIdle();
  }

  async function rotate(stream: string, file: OpenFile): Promise<void> {
    await file.handle?.close();
    Object.assign(file, { handle: undefined, sizeBytes: 0, isTorn: false });
    parts.set(stream, (parts.get(stream) ?? 0) + 1);
  }

  async function writeBatch(stream: string, file: OpenFile, batch: readonly Waiting[]): Promise<Result<readonly Appended[], StorageError>> {
    try {
      const handle = await openFile(stream, file);
      if (file.isTorn) {
        await handle.appendFile("\n");
        file.sizeBytes = (await handle.stat()).size;
        file.isTorn = false;
      }
      await handle.appendFile(Buffer.concat(batch.map((item) => item.lines)));
      await handle.datasync();
      const ranges = batch.map(({ lines }) => {
        const startOffset = file.sizeBytes;
        file.sizeBytes += lines.byteLength;
        return { startOffset, endOffset: file.sizeBytes, writer: fileName(stream) };
      });
      return ok(ranges);
    } catch (error) {
      await cutBack(file);
      return fail(describeStorageError(error));
    }
  }

  async function cutBack(file: OpenFile): Promise<void> {
    const handle = file.handle;
    file.handle = undefined;
    if (handle === undefined) return;
    try {
      await handle.truncate(file.sizeBytes);
    } catch (error) {
      log.error(`A failed write could not be cut off: ${describeError(error)}`);
    }
    await handle.close().catch((error: unknown) => log.debug(`Closing after a failed write: ${describeError(error)}`));
  }

  async function closeIdle(): Promise<void> {
    for (const [stream, file] of files) {
      if (files.size <= MAX_OPEN_FILES) return;
      if (file.isWriting || file.waiting.length > 0) continue;
      files.delete(stream);
      await file.handle?.close();
    }
  }

  const claims = createClaims({ root, writer, start: () => heartbeat.start(), isAlive: (name) => heartbeat.isAlive(name), isRemoved });

  return {
    ...reader,
    writer,
    claims,
    tombstones,

    append(stream, values, startsAnew = false) {
      checkStream(stream);
      const lines = Buffer.concat(values.map((value) => encodeLine(value)));
      const file = files.get(stream) ?? { handle: undefined, sizeBytes: 0, waiting: [], isWriting: false, isTorn: false };
      files.set(stream, file);
      return new Promise((settle) => {
        file.waiting.push({ lines, startsAnew, settle });
        if (file.isWriting) return;
        const work = drain(stream, file).catch((error: unknown) => log.error(`The journal failed: ${describeError(error)}`));
        writing.add(work);
        void work.finally(() => writing.delete(work));
      });
    },

    async place(stream, batches) {
      checkStream(stream);
      const folder = path.join(root, stream);
      try {
        if (await isRemoved(stream)) throw new RemovedError();
        await heartbeat.start();
        await this.forget(stream); // what is appended later goes behind the new file, or into one after it
        let name = "";
        const sizeBytes = await writePlaced(root, `${writer}~${++placed}`, encoded(batches), async (temporary) => {
          await folders.make(folder);
          await feed.before(stream);
          for (name = fileName(stream); !(await moveTo(temporary, path.join(folder, name + ENDING))); name = fileName(stream)) parts.set(stream, (parts.get(stream) ?? 0) + 1);
          await folders.sync(folder);
        });
        feed.after(stream);
        return ok({ startOffset: 0, endOffset: sizeBytes, writer: name });
      } catch (error) {
        if (!(error instanceof RemovedError) && !isSystemError(error)) throw error; // no line can say it, or the values cannot be had
        return fail(describeStorageError(error));
      }
    },

    quarantine: (file, range) => quarantine(root, file, range),
    isWriterAlive: (name) => heartbeat.isAlive(name.replace(/\+\d+$/, "")),

    tidy: () => removeBegun(root, async (name) => !(await heartbeat.isAlive(name))),

    async forget(stream) {
      const file = files.get(stream);
      if (file === undefined) return;
      while (file.isWriting) await Promise.all(writing);
      files.delete(stream);
      await file.handle?.close();
    },

    async flush() {
      while (writing.size > 0) await Promise.all(writing);
    },

    async close() {
      await this.flush();
      for (const file of files.values()) await file.handle?.close();
      files.clear();
      await feed.close();
      await claims.close();
      await heartbeat.stop();
    },
  };
}
