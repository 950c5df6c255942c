import type { Row, Statement } from "../../core/ports";

/** What the database's worker is asked; each request is answered with its `id`. */
export type DbRequest = { readonly id: number } & (
  | { readonly op: "query"; readonly statement: Statement }
  | { readonly op: "batch"; readonly statements: readonly Statement[] }
  | { readonly op: "save" }
  | { readonly op: "close" }
);

export type DbReply = { readonly id: number; readonly rows: readonly Row[] } | { readonly id: number; readonly error: string };

export interface DbWorkerData {
  readonly wasmPath: string;
  /** Undefined keeps the database in memory alone. */
  readonly imagePath: string | undefined;
}
