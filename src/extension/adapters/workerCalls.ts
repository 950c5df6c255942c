import { describeError } from "../../core/base/errors";

/** A request to a thread, and its answer. Values are what threads can clone. */
export interface WorkerRequest {
  readonly id: number;
  readonly method: string;
  readonly args: readonly unknown[];
}
export type WorkerReply = { readonly id: number; readonly value: unknown } | { readonly id: number; readonly error: string } | { readonly event: string; readonly data: unknown };

/** The end of the channel that a thread holds: node's `MessagePort`, or what stands for it in a test. */
export interface ThreadPort {
  on(event: "message", listener: (message: WorkerRequest) => void): unknown;
  postMessage(message: WorkerReply): void;
  close(): void;
}

export type WorkerHandlers = Readonly<Record<string, (...args: never[]) => unknown>>;

/** Answers requests by name. The handlers' own errors go back as their messages; `close`, where there is one, is the last. */
export function serveCalls(port: ThreadPort, handlers: WorkerHandlers): void {
  port.on("message", ({ id, method, args }) => {
    void answer(method, args)
      .then((value): WorkerReply => ({ id, value }), (error: unknown): WorkerReply => ({ id, error: describeError(error) }))
      .then((reply) => {
        port.postMessage(reply);
        if (method === "close") port.close();
      });
  });

  async function answer(method: string, args: readonly unknown[]): Promise<unknown> {
    const handler = Object.hasOwn(handlers, method) ? handlers[method] : undefined;
    if (handler === undefined) throw new Error(`The thread knows no method ${method}.`);
    return (handler as (...values: readonly unknown[]) => unknown)(...args); // both ends are of one build and share the types
  }
}

/** What is young in the thread is collected often: it would else grow by tens of MB while much is read. */
const YOUNG_MB = 4;

/** The asking end of a thread. */
export interface WorkerCaller {
  call(method: string, ...args: readonly unknown[]): Promise<unknown>;
  /** Ends the thread after what it is doing; whatever it says to that. */
  close(): Promise<void>;
  /** Ends the thread at once, in the middle of whatever it does. */
  terminate(): Promise<void>;
}

export interface WorkerOptions {
  /** The built file that the thread runs. */
  readonly workerPath: string;
  readonly workerData: unknown;
  /** Who the thread is in an error's text, such as “The database”. */
  readonly name: string;
  readonly onEvent?: (event: string, data: unknown) => void;
}

/** Starts a thread. It keeps the process alive while it works, and not a moment longer. */
export async function startWorker({ workerPath, workerData, name, onEvent }: WorkerOptions): Promise<WorkerCaller> {
  const { Worker } = await import("node:worker_threads"); // not at start-up, which has no use for it
  // An empty environment: nothing that the host was started with can end up in a thread that does not need it.
  const worker = new Worker(workerPath, { workerData, env: {}, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } });
  const pending = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let lastId = 0;
  let end: Error | undefined;
  let closing: Promise<void> | undefined;

  worker.on("message", (reply: WorkerReply) => {
    if ("event" in reply) return onEvent?.(reply.event, reply.data);
    const waiting = pending.get(reply.id);
    pending.delete(reply.id);
    if ("error" in reply) waiting?.reject(new Error(reply.error));
    else waiting?.resolve(reply.value);
    if (pending.size === 0) worker.unref();
  });
  worker.on("error", (error) => finish(new Error(`${name}'s thread failed.`, { cause: error })));
  worker.on("exit", () => finish(new Error(`${name} is closed.`)));
  worker.unref();

  function finish(error: Error): void {
    end ??= error;
    for (const waiting of pending.values()) waiting.reject(end);
    pending.clear();
  }

  function call(method: string, ...args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (end !== undefined) return reject(end);
      const id = ++lastId;
      pending.set(id, { resolve, reject });
      worker.ref();
      worker.postMessage({ id, method, args } satisfies WorkerRequest);
    });
  }

  return {
    call,
    close() {
      closing ??= call("close")
        .catch(() => undefined) // why it could not work, each request has said
        .then(() => worker.terminate())
        .then(() => undefined);
      return closing;
    },
    terminate: async () => void (await worker.terminate()),
  };
}
