import assert from "node:assert/strict";
import type { Db } from "../../../../src/core/ports";
import { migrate, SCHEMA_VERSION } from "../../../../src/core/store/migrations";
import { openMemoryDb } from "../../../support/fakes/db";

async function versionOf(db: Db): Promise<unknown> {
  return (await db.query("PRAGMA user_version"))[0]?.["user_version"];
}

async function tablesOf(db: Db): Promise<readonly unknown[]> {
  return (await db.query("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")).map((row) => row["name"]);
}

/** What an image of version 1 held. */
const FIRST_VERSION = [
  "CREATE TABLE journal_files (stream TEXT NOT NULL, writer TEXT NOT NULL, offset INTEGER NOT NULL, PRIMARY KEY (stream, writer)) WITHOUT ROWID",
  "CREATE TABLE chats (chat_id TEXT PRIMARY KEY, title TEXT NOT NULL DEFAULT '') WITHOUT ROWID",
  "CREATE TABLE usage (event_id TEXT PRIMARY KEY) WITHOUT ROWID",
];

describe("migrate", () => {
  let db: Db;

  beforeEach(async () => {
    db = await openMemoryDb();
  });
  afterEach(() => db.close());

  it("brings an empty database to this build's version", async () => {
    assert.equal(await migrate(db), "ready");
    assert.equal(await versionOf(db), SCHEMA_VERSION);
    assert.deepEqual(await tablesOf(db), ["blob_refs", "chats", "journal_files", "models", "purged", "usage", "usage_days"]);
  });

  it("changes nothing the second time", async () => {
    await migrate(db);
    await db.batch([{ sql: "INSERT INTO chats (chat_id, title) VALUES ('c1', 'kept')" }]);
    const still: Db = { ...db, batch: () => assert.fail("wrote") };
    assert.equal(await migrate(still), "ready");
    assert.deepEqual(await db.query("SELECT title FROM chats"), [{ title: "kept" }]);
  });

  it("leaves a newer build's database alone", async () => {
    await db.batch([{ sql: "CREATE TABLE later (x)" }, { sql: `PRAGMA user_version = ${SCHEMA_VERSION + 1}` }]);
    assert.equal(await migrate({ ...db, batch: () => assert.fail("wrote") }), "newer");
    assert.deepEqual([await versionOf(db), await tablesOf(db)], [SCHEMA_VERSION + 1, ["later"]]);
  });

  it("brings an image of the first version up, keeps it as it was, and has all journals read again", async () => {
    await db.batch([...FIRST_VERSION.map((sql) => ({ sql })), { sql: "INSERT INTO journal_files VALUES ('chats/c1/c1', 'w', 10)" }, { sql: "PRAGMA user_version = 1" }]);
    const kept: string[] = [];
    assert.equal(await migrate({ ...db, keepImage: async (label) => void kept.push(label) }), "ready");
    assert.deepEqual([kept, await versionOf(db), await db.query("SELECT * FROM journal_files")], [["v1"], SCHEMA_VERSION, []]);
    assert.deepEqual(await tablesOf(db), ["blob_refs", "chats", "journal_files", "models", "purged", "usage", "usage_days"]);
  });

  it("leaves nothing of a step that failed", async () => {
    await db.batch([{ sql: "CREATE TABLE usage (x)" }]);
    await assert.rejects(migrate(db), /usage/);
    assert.deepEqual([await versionOf(db), await tablesOf(db)], [0, ["usage"]]);
  });
});
