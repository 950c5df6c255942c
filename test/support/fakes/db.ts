import path from "node:path";
import type { Db } from "../../../src/core/ports";
import { openEngine } from "../../../src/extension/adapters/dbEngine";

/** The engine's module, as the package brings it. */
export const SQL_WASM = path.join(process.cwd(), "node_modules", "sql.js", "dist", "sql-wasm.wasm");

/** The real engine in this process: a database in memory, or on an image file when one is named. */
export async function openMemoryDb({ imagePath }: { readonly imagePath?: string } = {}): Promise<Db> {
  const engine = await openEngine({ wasmPath: SQL_WASM, imagePath });
  let isClosed = false;
  const check = (): void => {
    if (isClosed) throw new Error("The database is closed.");
  };
  return {
    async query(sql, params) {
      check();
      return engine.query({ sql, ...(params === undefined ? {} : { params }) });
    },
    async batch(statements) {
      check();
      engine.batch(statements);
    },
    async save() {
      check();
      await engine.save();
    },
    async close() {
      if (!isClosed) engine.close();
      isClosed = true;
    },
  };
}
