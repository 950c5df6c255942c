import path from "node:path";
import type { Db } from "../../../src/core/ports";
import { openEngine } from "../../../src/extension/adapters/dbEngine";

/** The engine's module, as the package brings it. */
export const SQL_WASM = path.join(process.cwd(), "node_modules", "sql.js", "dist", "sql-wasm.wasm");

/** The real engine in this process: a database in memory, or on an image file when one is named. */
export async function openMemoryDb({ imagePath }: { readonly imagePath?: string } = {}): Promise<Db> {
  const engine = await openEngine({ wasmPath: SQL_WASM, imagePath });
  let isClosed = false;
  let last: Promise<unknown> = Promise.resolve();
  /** One after the other, as a thread does it. */
  function inTurn<T>(work: () => T | Promise<T>): Promise<T> {
    const result = last.then(() => {
      if (isClosed) throw new Error("The database is closed.");
      return work();
    });
    last = result.catch(() => undefined); // the caller of `result` has the error
    return result;
  }
  return {
    query: (sql, params) => inTurn(() => engine.query({ sql, ...(params === undefined ? {} : { params }) })),
    batch: (statements) => inTurn(() => engine.batch(statements)),
    save: () => inTurn(() => engine.save()),
    async close() {
      await last;
      if (!isClosed) engine.close();
      isClosed = true;
    },
  };
}
