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

describe("migrate", () => {
  let db: Db;

  beforeEach(async () => {
    db = await openMemoryDb();
  });
  afterEach(() => db.close());

  it("brings an empty database to this build's version", async () => {
    assert.equal(await migrate(db), "ready");
    assert.equal(await versionOf(db), SCHEMA_VERSION);
    assert.deepEqual(await tablesOf(db), ["chats", "journal_files", "usage"]);
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

  it("leaves nothing of a step that failed", async () => {
    await db.batch([{ sql: "CREATE TABLE usage (x)" }]);
    await assert.rejects(migrate(db), /usage/);
    assert.deepEqual([await versionOf(db), await tablesOf(db)], [0, ["usage"]]);
  });
});
