import { mkdir } from "node:fs/promises";
import path from "node:path";
import type { Db, Row } from "../../core/ports";
import type { DbReply, DbRequest, DbWorkerData } from "./dbProtocol";

export interface SqljsOptions extends DbWorkerData {
  /** The built dbWorker.js. */
  readonly workerPath: string;
}

type Operation = DbRequest extends infer R ? (R extends { readonly id: number } ? Omit<R, "id"> : never) : never;

/** SQLite (sql.js) in a worker thread of its own, so that no query and no export ever holds up the host. */
export async function openSqljs({ workerPath, wasmPath, imagePath }: SqljsOptions): Promise<Db> {
  if (imagePath !== undefined) await mkdir(path.dirname(imagePath), { recursive: true });
  const { Worker } = await import("node:worker_threads"); // not at start-up, which has no use for it
  // An empty environment: nothing that the host was started with can end up in a thread that does not need it.
  const worker = new Worker(workerPath, { workerData: { wasmPath, imagePath } satisfies DbWorkerData, env: {} });
  const pending = new Map<number, { resolve(rows: readonly Row[]): void; reject(error: Error): void }>();
  let lastId = 0;
  let end: Error | undefined;
  let closing: Promise<void> | undefined;

  worker.on("message", (reply: DbReply) => {
    const waiting = pending.get(reply.id);
    pending.delete(reply.id);
    if ("error" in reply) waiting?.reject(new Error(reply.error));
    else waiting?.resolve(reply.rows);
    if (pending.size === 0) worker.unref();
  });
  worker.on("error", (error) => finish(new Error("The database's thread failed.", { cause: error })));
  worker.on("exit", () => finish(new Error("The database is closed.")));
  worker.unref();

  function finish(error: Error): void {
    end ??= error;
    for (const waiting of pending.values()) waiting.reject(end);
    pending.clear();
  }

  function ask(operation: Operation): Promise<readonly Row[]> {
    return new Promise((resolve, reject) => {
      if (end !== undefined) return reject(end);
      const id = ++lastId;
      pending.set(id, { resolve, reject });
      worker.ref();
      worker.postMessage({ id, ...operation } satisfies DbRequest);
    });
  }

  return {
    query: (sql, params) => ask({ op: "query", statement: { sql, ...(params === undefined ? {} : { params }) } }),
    batch: async (statements) => void (await ask({ op: "batch", statements })),
    save: async () => void (await ask({ op: "save" })),
    close() {
      // Whatever the thread says to it, it ends; why it could not work, each request has said.
      closing ??= ask({ op: "close" })
        .catch(() => undefined)
        .then(() => worker.terminate())
        .then(() => undefined);
      return closing;
    },
  };
}
