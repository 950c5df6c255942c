import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Db, SqlValue } from "../../../src/core/ports";

/** What every Db keeps to; `open` without an image gives one in memory. */
export function describeDbContract(name: string, open: (imagePath?: string) => Promise<Db>): void {
  describe(`Db contract: ${name}`, () => {
    queryContract(open);
    imageContract(open);
  });
}

function queryContract(open: () => Promise<Db>): void {
  let db: Db;

  beforeEach(async () => {
    db = await open();
    await db.batch([{ sql: "CREATE TABLE items (id INTEGER PRIMARY KEY, value)" }]);
  });
  afterEach(() => db.close());

  it("keeps every kind of value as it is", async () => {
    const values: readonly SqlValue[] = ["", "é🫖\u2028'\"", 0, -1.5, Number.MAX_SAFE_INTEGER, null, new Uint8Array([0, 255, 10])];
    for (const value of values) await db.batch([{ sql: "INSERT INTO items (value) VALUES (?1)", params: [value] }]);
    assert.deepEqual((await db.query("SELECT value FROM items ORDER BY id")).map((row) => row["value"]), values);
  });

  it("gives rows by column name, and none where none fits", async () => {
    await db.batch([{ sql: "INSERT INTO items (value) VALUES ('a'), ('b')" }]);
    assert.deepEqual(await db.query("SELECT id, value AS name FROM items WHERE id = ?1", [2]), [{ id: 2, name: "b" }]);
    assert.deepEqual(await db.query("SELECT id FROM items WHERE id = ?1 AND value = ?2", [9, "a"]), []);
  });

  it("takes a value for text, never as SQL", async () => {
    const text = "'); DROP TABLE items; --";
    await db.batch([{ sql: "INSERT INTO items (value) VALUES (?1)", params: [text] }]);
    assert.deepEqual(await db.query("SELECT value FROM items"), [{ value: text }]);
  });

  it("runs all statements of a batch, or none", async () => {
    await db.batch([{ sql: "INSERT INTO items (id) VALUES (1)" }, { sql: "INSERT INTO items (id) VALUES (?1)", params: [2] }]);
    await assert.rejects(db.batch([{ sql: "INSERT INTO items (id) VALUES (3)" }, { sql: "INSERT INTO items (id) VALUES (1)" }]), /UNIQUE constraint failed: items\.id/);
    assert.deepEqual(await db.query("SELECT id FROM items ORDER BY id"), [{ id: 1 }, { id: 2 }]);
    await db.batch([]);
  });

  it("undoes changes of the schema with the rest of a failed batch", async () => {
    await assert.rejects(db.batch([{ sql: "CREATE TABLE more (x)" }, { sql: "PRAGMA user_version = 7" }, { sql: "INSERT INTO nowhere VALUES (1)" }]), /no such table: nowhere/);
    assert.deepEqual(await db.query("SELECT name FROM sqlite_schema WHERE name = 'more'"), []);
    assert.deepEqual(await db.query("PRAGMA user_version"), [{ user_version: 0 }]);
  });

  it("rejects with SQLite's own words, as an Error, and goes on", async () => {
    const rejected = await db.query("SELECT absent FROM items").then(() => undefined, (error: unknown) => error);
    assert.ok(rejected instanceof Error);
    assert.match(rejected.message, /no such column: absent/);
    await assert.rejects(db.query("SELEKT 1"), /syntax error/);
    assert.deepEqual(await db.query("SELECT 1 AS one"), [{ one: 1 }]);
  });

  it("works in the order of the asking", async () => {
    const done: Promise<unknown>[] = [];
    for (let id = 1; id <= 20; id++) {
      done.push(db.batch([{ sql: "INSERT INTO items (id) VALUES (?1)", params: [id] }]));
      done.push(db.query("SELECT count(*) AS count FROM items").then((rows) => assert.equal(rows[0]?.["count"], id)));
    }
    await Promise.all(done);
  });

  it("has nothing to save in memory", async () => {
    await db.save();
    assert.deepEqual(await db.query("SELECT * FROM items"), []);
  });

  it("may be closed twice, at once or in turn, and answers nothing after", async () => {
    await Promise.all([db.close(), db.close()]);
    await db.close();
    await assert.rejects(db.query("SELECT 1"), Error);
    await assert.rejects(db.batch([]), Error);
  });
}

function imageContract(open: (imagePath?: string) => Promise<Db>): void {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "cairn-db-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("keeps an image aside as it was opened", async () => {
    const image = path.join(folder, "index.sqlite");
    const first = await open(image);
    await first.keepImage("none"); // there is none yet
    await first.batch([{ sql: "CREATE TABLE items (id)" }]);
    await first.save();
    await first.close();
    const second = await open(image);
    await second.keepImage("v1");
    await second.batch([{ sql: "DROP TABLE items" }]);
    await second.save();
    await second.close();
    const kept = await open(`${image}.v1`);
    assert.deepEqual(await kept.query("SELECT name FROM sqlite_schema"), [{ name: "items" }]);
    await kept.close();
    assert.deepEqual((await readdir(folder)).sort(), ["index.sqlite", "index.sqlite.v1"]);
  });

  it("finds on opening what was saved, and only that", async () => {
    const image = path.join(folder, "index.sqlite");
    const first = await open(image);
    await first.batch([{ sql: "CREATE TABLE items (id)" }, { sql: "INSERT INTO items VALUES (1)" }, { sql: "PRAGMA user_version = 3" }]);
    await first.save();
    await first.batch([{ sql: "INSERT INTO items VALUES (2)" }]);
    assert.deepEqual(await first.query("SELECT id FROM items"), [{ id: 1 }, { id: 2 }]);
    await first.close();
    const second = await open(image);
    assert.deepEqual(await second.query("SELECT id FROM items"), [{ id: 1 }]);
    assert.deepEqual(await second.query("PRAGMA user_version"), [{ user_version: 3 }]);
    await second.close();
  });

  it("leaves nothing but the image in its folder", async () => {
    const image = path.join(folder, "index.sqlite");
    const db = await open(image);
    await db.batch([{ sql: "CREATE TABLE items (id)" }]);
    await Promise.all([db.save(), db.save()]);
    await db.close();
    assert.deepEqual(await readdir(folder), ["index.sqlite"]);
  });
}
