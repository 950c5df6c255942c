import { describeError } from "../../core/base/errors";
import type { Log } from "../../core/ports";
import { DamagedIndexError } from "../../core/store/search/pages";
import type { SearchPage, SearchProgress, SearchRequest, SearchStatus } from "../../core/store/search/port";
import { findPage } from "./searchHits";
import { createSearchIndex } from "./searchIndex";
import { chatOf } from "./searchJournal";
import { createSearchLock } from "./searchLock";
import { createSearchRequests } from "./searchRequests";
import { createSearchStore, searchFolder } from "./searchStore";
import { updateIndex } from "./searchUpdate";
import { isCode } from "./systemErrors";

export interface SearchEngineOptions {
  readonly journalRoot: string;
  /** Of all versions of the index. */
  readonly folder: string;
  readonly isWriterAlive: (writer: string) => Promise<boolean>;
  /** Names of lower-case letters and digits, never the same twice in any process. */
  readonly makeName: () => string;
  readonly log: Log;
  readonly onProgress: (progress: SearchProgress) => void;
  readonly limits?: Partial<SearchLimits>;
}

export interface SearchLimits {
  /** Pairs of term and document in a segment made from journals; about 12 bytes of memory each while it is made. */
  readonly segmentPairs: number;
  /** Bytes of journals that may be in memory alone before they are written. */
  readonly tailBytes: number;
  /** The same where another process writes: beyond it this one waits for that one. */
  readonly foreignTailBytes: number;
  /** Segments of about one size that are merged into one. */
  readonly mergeCount: number;
  /** The thread answers what it is asked about this often while it builds, ms. */
  readonly sliceMs: number;
  /** It looks for what other windows ask and have written this often, ms. */
  readonly tickMs: number;
}

const LIMITS: SearchLimits = { segmentPairs: 2_000_000, tailBytes: 1024 * 1024, foreignTailBytes: 16 * 1024 * 1024, mergeCount: 5, sliceMs: 10, tickMs: 1_000 };
const FORGET_WITHIN_MS = 60_000;

export interface SearchEngine {
  search(request: SearchRequest): SearchPage;
  catchUp(streams?: readonly string[]): Promise<void>;
  forget(chatIds: readonly string[]): Promise<void>;
  status(): SearchStatus;
  close(): Promise<void>;
}

/**
 * The search index of a journal folder, for a thread of its own: it reads and writes synchronously in slices. One process
 * at a time writes the files; the others read them and keep what is newer in memory. Every manifest fits its segments and
 * says how far the journals are in them, so whichever is found is right, and catching up makes it complete.
 */
export function createSearchEngine({ journalRoot, folder: root, isWriterAlive, makeName, log, onProgress, ...options }: SearchEngineOptions): SearchEngine {
  const limits = { ...LIMITS, ...options.limits };
  const folder = searchFolder(root);
  const token = makeName();
  const store = createSearchStore({ folder, makeName, token });
  const lock = createSearchLock({ folder, token });
  const requests = createSearchRequests(folder, makeName);
  const index = createSearchIndex({ store, lock, makeName, breathe, log });
  let isLoaded = false;
  /** Whether all journals have been read on since the index was loaded. */
  let isComplete = false;
  /** Found by a search: the next work begins by throwing the index away. */
  let damage: Error | undefined;
  let isClosed = false;
  let hasLastWork = false;
  let running = 0;
  let last: Promise<unknown> = Promise.resolve();
  let sliceBegan = performance.now();
  const timer = setInterval(tick, limits.tickMs);
  timer.unref();

  /** One after the other; what is loaded changes nowhere else while one runs. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    running++;
    const result = last.then(work, work).finally(() => running--);
    last = result.catch(() => undefined); // the caller of `result` has the error
    return result;
  }

  async function breathe(): Promise<void> {
    if (isClosed && !hasLastWork) throw new Error("The search index was closed.");
    if (performance.now() - sliceBegan < limits.sliceMs) return;
    await new Promise((resolve) => setImmediate(resolve));
    sliceBegan = performance.now();
  }

  /** Takes over the manifest, if it is another than before. Throws what makes it unusable. */
  function load(): void {
    if (!store.refresh() && isLoaded) return;
    isLoaded = true;
    isComplete = false;
    index.useManifest();
  }

  /** A damaged index is thrown away by whoever may, and left aside by the others. Anything but damage is thrown on. */
  function discardDamaged(error: unknown): void {
    if (!isDamage(error)) throw error;
    damage = undefined;
    log.warn(`The search index is damaged and is made anew from the chats: ${describeError(error)}`);
    if (takeLock()) {
      store.discard();
      requests.rebuildBegun();
    } else {
      store.leave();
      askToRebuild();
    }
    isLoaded = true;
    isComplete = false;
    index.useManifest();
  }

  function askToRebuild(): void {
    try {
      requests.askToRebuild();
    } catch (again) {
      log.warn(`The window that writes the search index was not told of the damage: ${describeError(again)}`);
    }
  }

  /** A folder that cannot be written is read as if another process wrote it. */
  function takeLock(): boolean {
    try {
      return lock.take();
    } catch (error) {
      if (!isCode(error, "EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT", "ENOTDIR", "EEXIST")) throw error;
      log.warn(`The search index's folder cannot be written, so nothing is added to it: ${describeError(error)}`);
      return false;
    }
  }

  function tick(): void {
    if (isClosed || running > 0) return;
    try {
      if (!lock.isHeld()) {
        // What another window has replaced is not kept open. What was complete stays so: the rest is read from there.
        if (!isLoaded || damage !== undefined || !store.isReplaced()) return;
        if (isComplete) inBackground(catchUp());
        else load();
        return;
      }
      if (requests.hasAny()) inBackground(requests.isRebuildAsked() ? catchUp() : serve());
    } catch (error) {
      if (isDamage(error)) report(error);
      else log.warn(`The search index was not looked after: ${describeError(error)}`);
    }
  }

  function report(found: Error): void {
    damage = found;
    inBackground(catchUp());
  }

  function inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => log.warn(`The search index was not brought up to date: ${describeError(error)}`));
  }

  /** Loads what there is to load and, as the writer, does what is asked; whether this process is the writer. */
  async function begin(): Promise<boolean> {
    if (isClosed) throw new Error("The search index was closed.");
    const isWriter = takeLock();
    try {
      if (damage !== undefined) throw damage;
      if (isWriter && requests.isRebuildAsked()) throw new DamagedIndexError("Another window found it unreadable.");
      // Also as the writer: the lock may have come to this process just now.
      load();
    } catch (error) {
      discardDamaged(error);
    }
    if (!isWriter) return false;
    for (const { name, chatIds } of requests.forgetting()) {
      const gone = new Set(chatIds);
      await index.drop((file) => gone.has(chatOf(file.stream) ?? ""), true);
      requests.forgotten(name);
    }
    return true;
  }

  async function work(wanted: readonly string[] | undefined): Promise<void> {
    const isWriter = await begin();
    // What could not be written the last time is tried first: memory does not grow while a disk is full.
    if (isWriter && index.tailBytes() >= limits.tailBytes) await index.flush();
    isComplete = await updateIndex({ index, journalRoot, streams: isComplete ? wanted : undefined, isWriter, isWriterAlive, limits, breathe, onProgress, log });
    if (!isWriter) return;
    if (index.tailBytes() >= limits.tailBytes) await index.flush();
    await index.merge(limits.mergeCount);
  }

  function guarded(doWork: () => Promise<unknown>): Promise<void> {
    return inTurn(async () => {
      try {
        await doWork();
      } catch (error) {
        discardDamaged(error);
        await work(undefined);
      }
    });
  }
  const catchUp = (streams?: readonly string[]): Promise<void> => guarded(() => work(streams));
  const serve = (): Promise<void> => guarded(begin);

  return {
    catchUp,

    search(request) {
      try {
        // Only at first: with what another window writes meanwhile, this one would lack what it has in memory.
        if (!isLoaded && running === 0 && damage === undefined) load();
        if (damage === undefined) return findPage({ journalRoot, segments: index.segments(), fileOf: index.fileOf, isComplete }, request);
      } catch (error) {
        if (!isDamage(error)) throw error;
        report(error);
      }
      return { hits: [], count: { value: 0, isExact: false }, isComplete: false };
    },

    async forget(chatIds) {
      if (chatIds.length === 0) return;
      // Written down first: should this process end now, whoever writes the index next does it.
      const name = requests.askToForget(chatIds);
      const until = performance.now() + FORGET_WITHIN_MS;
      for (;;) {
        await serve();
        if (!requests.isPending(name)) return;
        if (performance.now() > until) throw new Error("Another window has not taken the deleted chats out of the search index yet. It was asked to and will; close it if it does not answer.");
        await new Promise((resolve) => setTimeout(resolve, limits.tickMs / 4));
      }
    },

    status: () => ({
      documents: index.segments().reduce((sum, segment) => sum + segment.documentCount, 0),
      segments: store.segments().length,
      indexBytes: store.segments().reduce((sum, segment) => sum + segment.sizeBytes, 0),
      isWriter: lock.isHeld(),
    }),

    async close() {
      isClosed = true;
      clearInterval(timer);
      await last.catch(() => undefined); // its caller has the error
      hasLastWork = true;
      try {
        if (lock.isHeld()) await index.flush();
      } catch (error) {
        log.warn(`What is new was not added to the search index; it is read again next time: ${describeError(error)}`);
      } finally {
        lock.release();
        store.close();
      }
    },
  };
}

/** Numbers that lead beyond the end of what is there come of damage too, such as of a foreign file. */
function isDamage(error: unknown): error is Error {
  return error instanceof DamagedIndexError || error instanceof RangeError;
}
