import type { Db, Statement } from "../ports";

/**
 * The tables' history: step N brings an image from version N to N + 1. Forward only; a step once released is never changed.
 * The tables are a projection of the journals: what is not queried by field does not stand here.
 */
const STEPS: readonly (readonly string[])[] = [
  [
    `CREATE TABLE journal_files (stream TEXT NOT NULL, writer TEXT NOT NULL, offset INTEGER NOT NULL, PRIMARY KEY (stream, writer)) WITHOUT ROWID`,
    `CREATE TABLE chats (
      chat_id TEXT PRIMARY KEY, title TEXT NOT NULL DEFAULT '', folder TEXT, model TEXT,
      created_at REAL NOT NULL DEFAULT 0, updated_at REAL NOT NULL DEFAULT 0, deleted_at REAL,
      turn_count INTEGER NOT NULL DEFAULT 0,
      -- The number of the event that each field is from: writers' files are read one after another, not in the order of events.
      title_seq INTEGER NOT NULL DEFAULT 0, model_seq INTEGER NOT NULL DEFAULT 0, deleted_seq INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID`,
    `CREATE INDEX chats_by_time ON chats (updated_at DESC)`,
    `CREATE TABLE usage (
      chat_id TEXT NOT NULL, turn_id TEXT NOT NULL, event_id TEXT PRIMARY KEY, at REAL NOT NULL, model TEXT NOT NULL,
      input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, cache_read_tokens INTEGER NOT NULL,
      cache_write_5m_tokens INTEGER NOT NULL, cache_write_1h_tokens INTEGER NOT NULL
    ) WITHOUT ROWID`,
    `CREATE INDEX usage_by_time ON usage (at)`,
  ],
  // Leaner rows, sums by day, and what chats are filtered by. What is in no column yet only the journals know: all is read again.
  [
    "DROP TABLE usage",
    "DROP TABLE chats",
    "DELETE FROM journal_files",
    `CREATE TABLE chats (
      chat_no INTEGER PRIMARY KEY, chat_id TEXT NOT NULL UNIQUE, title TEXT NOT NULL DEFAULT '', folder TEXT, folder_uri TEXT, agent TEXT, model TEXT,
      tags TEXT NOT NULL DEFAULT '[]', is_pinned INTEGER NOT NULL DEFAULT 0, has_edits INTEGER NOT NULL DEFAULT 0,
      created_at REAL NOT NULL DEFAULT 0, updated_at REAL NOT NULL DEFAULT 0, deleted_at REAL,
      turn_count INTEGER NOT NULL DEFAULT 0,
      -- The number of the event that each field is from: writers' files are read one after another, not in the order of events.
      title_seq INTEGER NOT NULL DEFAULT 0, model_seq INTEGER NOT NULL DEFAULT 0, deleted_seq INTEGER NOT NULL DEFAULT 0,
      pinned_seq INTEGER NOT NULL DEFAULT 0, tags_seq INTEGER NOT NULL DEFAULT 0
    )`,
    "CREATE INDEX chats_by_time ON chats (updated_at DESC)",
    "CREATE TABLE models (model_no INTEGER PRIMARY KEY, model TEXT NOT NULL UNIQUE)",
    `CREATE TABLE usage (
      chat_no INTEGER NOT NULL, at INTEGER NOT NULL, model_no INTEGER NOT NULL,
      input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, cache_read_tokens INTEGER NOT NULL,
      cache_write_5m_tokens INTEGER NOT NULL, cache_write_1h_tokens INTEGER NOT NULL
    )`,
    `CREATE TABLE usage_days (
      day TEXT NOT NULL, chat_no INTEGER NOT NULL, model_no INTEGER NOT NULL,
      -- Answers to long prompts may have a price of their own.
      is_long_prompt INTEGER NOT NULL, answers INTEGER NOT NULL,
      input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, cache_read_tokens INTEGER NOT NULL,
      cache_write_5m_tokens INTEGER NOT NULL, cache_write_1h_tokens INTEGER NOT NULL,
      PRIMARY KEY (day, chat_no, model_no, is_long_prompt)
    ) WITHOUT ROWID`,
    // What was said last counts, in whatever order the writers' files are read.
    "CREATE TABLE purged (chat_id TEXT PRIMARY KEY, at REAL NOT NULL DEFAULT 0, imported_at REAL NOT NULL DEFAULT 0) WITHOUT ROWID",
    "CREATE TABLE blob_refs (sha256 TEXT NOT NULL, chat_no INTEGER NOT NULL, PRIMARY KEY (sha256, chat_no)) WITHOUT ROWID",
  ],
];

export const SCHEMA_VERSION = STEPS.length;

/**
 * Brings a database up to `SCHEMA_VERSION`, each step in a transaction of its own; the image as it was is kept. Gives "newer", and changes nothing, when
 * a later build wrote it.
 */
export async function migrate(db: Db): Promise<"ready" | "newer"> {
  const [row] = await db.query("PRAGMA user_version");
  const version = Number(row?.["user_version"] ?? 0);
  if (version > SCHEMA_VERSION) return "newer";
  if (version > 0 && version < SCHEMA_VERSION) await db.keepImage(`v${version}`);
  for (const [index, step] of STEPS.entries()) {
    if (index < version) continue;
    const statements: Statement[] = [...step, `PRAGMA user_version = ${index + 1}`].map((sql) => ({ sql }));
    await db.batch(statements);
  }
  return "ready";
}
