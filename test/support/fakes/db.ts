import path from "node:path";
import type { Db } from "../../../src/core/ports";
import { openLocalDb } from "../../../src/extension/adapters/localDb";

/** The engine's module, as the package brings it. */
export const SQL_WASM = path.join(process.cwd(), "node_modules", "sql.js", "dist", "sql-wasm.wasm");

/** The real engine in this process: a database in memory, or on an image file when one is named. */
export function openMemoryDb({ imagePath }: { readonly imagePath?: string } = {}): Promise<Db> {
  return openLocalDb({ wasmPath: SQL_WASM, imagePath });
}
