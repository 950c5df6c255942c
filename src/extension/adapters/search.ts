import type { Worker } from "node:worker_threads";
import { Emitter } from "../../core/base/emitter";
import { describeError } from "../../core/base/errors";
import type { Log } from "../../core/ports";
import type { Search, SearchPage, SearchProgress, SearchStatus } from "../../core/store/search/port";
import type { SearchAnswer, SearchOperation, SearchWorkerData, SearchWorkerMessage, SearchWorkerRequest } from "./searchProtocol";

export interface SearchOptions extends SearchWorkerData {
  /** The built searchWorker.js. */
  readonly workerPath: string;
  readonly log: Log;
}

/** What is young in the thread is collected often: it would else grow by tens of MB while an index is built. */
const YOUNG_MB = 4;
/** A thread that has not ended by then is ended; the index's files stay whole. */
const CLOSE_WITHIN_MS = 5_000;

interface Thread {
  readonly worker: Worker;
  readonly pending: Map<number, { resolve(answer: SearchAnswer): void; reject(error: Error): void }>;
}

/**
 * Full text of all chats, in a thread of its own, which starts at the first call and again after it failed. `folder` is the
 * index's alone: all in it can be made anew.
 */
export function openSearch({ workerPath, journalRoot, folder, writer, log }: SearchOptions): Search {
  const progress = new Emitter<SearchProgress>((error) => log.error(`A listener to the search index's progress failed: ${describeError(error)}`));
  let thread: Promise<Thread> | undefined;
  let lastId = 0;
  let closing: Promise<void> | undefined;

  async function start(): Promise<Thread> {
    const { Worker: Started } = await import("node:worker_threads"); // not at start-up, which has no use for it
    // An empty environment: nothing that the host was started with can end up in a thread that does not need it.
    const worker = new Started(workerPath, { workerData: { journalRoot, folder, writer } satisfies SearchWorkerData, env: {}, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } });
    const started: Thread = { worker, pending: new Map() };
    const finish = (error: Error): void => {
      thread = undefined;
      for (const waiting of started.pending.values()) waiting.reject(error);
      started.pending.clear();
    };
    worker.on("message", (message: SearchWorkerMessage) => hear(started, message));
    worker.on("error", (error) => finish(new Error("The search's thread failed.", { cause: error })));
    worker.on("exit", () => finish(new Error("The search is closed.")));
    worker.unref();
    return started;
  }

  function hear({ worker, pending }: Thread, message: SearchWorkerMessage): void {
    if (message.type === "log") return log[message.level](message.message);
    if (message.type === "progress") return progress.fire(message.progress);
    const waiting = pending.get(message.id);
    pending.delete(message.id);
    if (message.type === "error") waiting?.reject(new Error(message.message));
    else waiting?.resolve(message.answer);
    if (pending.size === 0) worker.unref();
  }

  async function ask(operation: SearchOperation): Promise<SearchAnswer> {
    if (closing !== undefined && operation.op !== "close") throw new Error("The search is closed.");
    thread ??= start().catch((error: unknown) => {
      thread = undefined;
      throw error;
    });
    const { worker, pending } = await thread;
    return new Promise((resolve, reject) => {
      const id = ++lastId;
      pending.set(id, { resolve, reject });
      worker.ref();
      worker.postMessage({ id, ...operation } satisfies SearchWorkerRequest);
    });
  }

  async function end(): Promise<void> {
    const running = await thread?.catch(() => undefined); // whoever asked has the error
    if (running === undefined) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, CLOSE_WITHIN_MS)));
    await Promise.race([ask({ op: "close" }).catch((error: unknown) => log.warn(`The search index was not closed in order: ${describeError(error)}`)), late]);
    clearTimeout(timer);
    await running.worker.terminate();
    progress.dispose();
  }

  return {
    search: async (request) => (await ask({ op: "search", request })) as SearchPage, // the thread's answer to this operation
    catchUp: async (streams) => void (await ask({ op: "catchUp", streams })),
    forget: async (chatIds) => void (await ask({ op: "forget", chatIds })),
    status: async () => (await ask({ op: "status" })) as SearchStatus, // as above
    onProgress: (listener) => progress.on(listener),
    close: () => (closing ??= end()),
  };
}
