import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { open, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { describeDbContract } from "../../../support/contracts/db";
import { openMemoryDb } from "../../../support/fakes/db";
import { createTemporaryFolder } from "./temporaryFolder";

describeDbContract("in this process", (imagePath) => openMemoryDb(imagePath === undefined ? {} : { imagePath }));

describe("openEngine: images", () => {
  let folder: string;
  let image: string;
  let remove: () => Promise<void>;

  beforeEach(async () => {
    ({ folder, remove } = await createTemporaryFolder());
    image = path.join(folder, "index.sqlite");
  });
  afterEach(() => remove());

  async function saveImage(rows = 1): Promise<Buffer> {
    const db = await openMemoryDb({ imagePath: image });
    await db.batch([{ sql: "CREATE TABLE items (id INTEGER PRIMARY KEY, text)" }, ...Array.from({ length: rows }, (_, id) => ({ sql: "INSERT INTO items VALUES (?1, ?2)", params: [id, "x".repeat(500)] }))]);
    await db.save();
    await db.close();
    return readFile(image);
  }

  async function tableCount(): Promise<unknown> {
    const db = await openMemoryDb({ imagePath: image });
    const [row] = await db.query("SELECT count(*) AS count FROM sqlite_schema");
    await db.close();
    return row?.["count"];
  }

  it("keeps nothing of what was deleted", async () => {
    const db = await openMemoryDb({ imagePath: image });
    await db.batch([{ sql: "CREATE TABLE items (id INTEGER PRIMARY KEY, text)" }, ...Array.from({ length: 200 }, (_, id) => ({ sql: "INSERT INTO items VALUES (?1, ?2)", params: [id, `a secret, number ${id}`] }))]);
    await db.save();
    assert.ok((await readFile(image)).includes("a secret"));
    await db.batch([{ sql: "DELETE FROM items WHERE id > 0" }]);
    await db.save();
    await db.close();
    assert.equal((await readFile(image)).toString("latin1").split("a secret").length, 2);
  });

  it("begins empty without an image, and with an empty one", async () => {
    assert.equal(await tableCount(), 0);
    await writeFile(image, "");
    assert.equal(await tableCount(), 0);
  });

  const damages: readonly (readonly [string, (whole: Buffer) => Buffer])[] = [
    ["no database at all", () => Buffer.from("a text where the image should be, long enough to look like one\n".repeat(20))],
    ["cut short", (whole) => whole.subarray(0, whole.length / 2)],
    ["with a page overwritten", (whole) => Buffer.concat([whole.subarray(0, 8192), Buffer.alloc(4096, 0x5a), whole.subarray(12_288)])],
    ["with one letter of a value changed", (whole) => Buffer.from(whole.toString("latin1").replace("xxxx", "xxyx"), "latin1")],
  ];
  for (const [what, damage] of damages) {
    it(`puts an image aside that is ${what}, and begins empty`, async () => {
      const damaged = damage(await saveImage(50));
      await writeFile(image, damaged);
      assert.equal(await tableCount(), 0);
      assert.deepEqual(await readdir(folder), ["index.sqlite.damaged"]);
      assert.deepEqual(await readFile(`${image}.damaged`), damaged);
    });
  }

  it("opens in two windows at once that both find the image damaged", async () => {
    for (let round = 0; round < 3; round++) {
      await writeFile(image, "damaged ".repeat(200));
      const opened = await Promise.allSettled([openMemoryDb({ imagePath: image }), openMemoryDb({ imagePath: image })]);
      assert.deepEqual(opened.map((result) => (result.status === "fulfilled" ? "open" : String(result.reason))), ["open", "open"]);
    }
  });

  it("keeps the old image, and no other file, when the new one could not be written", async function () {
    if (!existsSync("/dev/full")) return this.skip();
    const old = await saveImage();
    const db = await openMemoryDb({ imagePath: image });
    await db.batch([{ sql: "CREATE TABLE more (id)" }]);
    // Stands for a full disk: what is written to it fails with ENOSPC.
    const temporary = `${image}.${process.pid}.tmp`;
    await symlink("/dev/full", temporary);
    await assert.rejects(db.save(), /ENOSPC/);
    assert.deepEqual([await readdir(folder), await readFile(image)], [["index.sqlite"], old]);
    await db.save();
    await db.close();
    assert.equal(await tableCount(), 2);
  });

  it("is not written anew by who only looks", async () => {
    await saveImage();
    const before = await stat(image);
    const db = await openMemoryDb({ imagePath: image });
    await db.query("SELECT * FROM items");
    await db.save();
    assert.equal((await stat(image)).ino, before.ino);
    await db.batch([{ sql: "DELETE FROM items" }]);
    await db.save();
    assert.notEqual((await stat(image)).ino, before.ino);
    await db.close();
  });

  it("is not led astray by what a crashed save left", async () => {
    await saveImage();
    const leftover = await open(`${image}.${process.pid}.tmp`, "w");
    await leftover.writeFile(Buffer.alloc(1_000_000, 1));
    await leftover.close();
    const db = await openMemoryDb({ imagePath: image });
    await db.batch([{ sql: "CREATE TABLE more (id)" }]);
    await db.save();
    await db.close();
    assert.deepEqual([await tableCount(), await readdir(folder)], [2, ["index.sqlite"]]);
  });

  it("names the error that failed a batch, also when SQLite had ended the transaction by itself", async () => {
    const db = await openMemoryDb();
    await db.batch([{ sql: "CREATE TABLE items (id INTEGER PRIMARY KEY)" }, { sql: "INSERT INTO items VALUES (1)" }]);
    await assert.rejects(db.batch([{ sql: "INSERT OR ROLLBACK INTO items VALUES (1)" }]), /UNIQUE constraint failed/);
    assert.deepEqual(await db.query("SELECT id FROM items"), [{ id: 1 }]);
    await db.close();
  });
});
