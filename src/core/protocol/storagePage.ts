import { anything, arr, bool, literal, nat, nullable, num, obj, str, variants, type Infer } from "../base/check";

/** A table of the index. */
export const tableSize = obj({ name: str, rowCount: nat });

/** What lies in the storage folder, one row a kind: what it is called, in the editor's language. */
export const storageOverview = obj({
  folder: str,
  rows: arr(obj({ label: str, files: nat, size: str })),
  chatCount: nat,
  trashCount: nat,
  /** Whether the editor can show the folder in the system's own way. */
  canReveal: bool,
  tables: arr(tableSize),
});
export type StorageOverview = Infer<typeof storageOverview>;

/** Values as texts; null is SQL's NULL. */
export const queryResult = obj({ columns: arr(str), rows: arr(arr(nullable(str))), isCut: bool });
export type QueryResult = Infer<typeof queryResult>;

/** What the page of the storage asks. */
export const storageAsk = variants("type", {
  overview: obj({ type: literal("overview") }),
  query: obj({ type: literal("query"), sql: str }),
  act: obj({ type: literal("act"), action: literal("reveal", "verify", "export", "import") }),
});
export type StorageAsk = Infer<typeof storageAsk>;

export const storageRequest = obj({ id: num, ask: storageAsk });
/** `error` is one sentence for the person. */
export const storageReply = variants("type", {
  ok: obj({ type: literal("ok"), id: num, value: anything }),
  error: obj({ type: literal("error"), id: num, error: str }),
  /** Said unasked: which part of the page is wanted, or that everything may have changed. */
  show: obj({ type: literal("show"), part: literal("overview", "tables") }),
  changed: obj({ type: literal("changed") }),
});
export type StorageReply = Infer<typeof storageReply>;
