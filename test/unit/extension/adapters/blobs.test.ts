import assert from "node:assert/strict";
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { createBlobFiles } from "../../../../src/extension/adapters/blobFiles";
import { createBlobs } from "../../../../src/extension/adapters/blobs";
import { describeBlobsContract } from "../../../support/contracts/blobs";
import { createMemoryBlobFiles } from "../../../support/fakes/blobFiles";
import { createMemoryBlobs } from "../../../support/fakes/blobs";
import { createMemoryJournal } from "../../../support/fakes/journal";
import { createRecordingLog } from "../../../support/fakes/log";
import { createTemporaryFolder } from "./temporaryFolder";

const log = createRecordingLog();
const stream = "chats/t1/chat1";
const naming = (sha256: string): object => ({ type: "block.started", block: { kind: "attachment", blob: { sha256, sizeBytes: 1 } } });

describeBlobsContract("in memory", async () => {
  const blobs = createMemoryBlobs();
  return {
    blobs,
    reopen: () => blobs,
    count: async () => blobs.kept.size,
    damage: async (sha256) => blobs.damage(sha256),
    remove: async (sha256) => void blobs.kept.delete(sha256),
    close: async () => undefined,
  };
});

describeBlobsContract("files", async () => {
  const { folder, remove } = await createTemporaryFolder();
  const open = () => createBlobs({ files: createBlobFiles({ root: folder, log }), log });
  const fileOf = (sha256: string): string => path.join(folder, "blobs", sha256);
  return {
    blobs: open(),
    reopen: open,
    count: async () => (await readdir(path.join(folder, "blobs")).catch(() => [])).length,
    async damage(sha256) {
      const bytes = await readFile(fileOf(sha256));
      await writeFile(fileOf(sha256), bytes.with(0, (bytes[0] ?? 0) ^ 1));
    },
    remove: (sha256) => rm(fileOf(sha256)),
    close: remove,
  };
});

describe("createBlobFiles", () => {
  it("makes a file younger whenever it is touched, even when the clock was set back", async () => {
    const { folder, remove } = await createTemporaryFolder();
    const files = createBlobFiles({ root: folder, log });
    const name = "a".repeat(64);
    await files.write(name, Buffer.from("x"));
    const ahead = Date.now() / 1000 + 5_000;
    await utimes(path.join(folder, "blobs", name), ahead, ahead);
    const before = await files.look(name);
    assert.equal(await files.touch(name), true);
    assert.ok(((await files.look(name))?.touchedAt ?? 0) >= (before?.touchedAt ?? 0) + 2_000);
    assert.deepEqual([await files.touch("b".repeat(64)), await files.rename("b".repeat(64), name)], [false, false]);
    await remove();
  });

  it("lists only what can be a blob's, and nothing where there is no folder", async () => {
    const { folder, remove } = await createTemporaryFolder();
    const files = createBlobFiles({ root: folder, log });
    assert.deepEqual(await files.list(), []);
    const name = "a".repeat(64);
    await files.write(name, Buffer.from("xy"));
    await writeFile(path.join(folder, "blobs", "notes.txt"), "mine");
    await mkdir(path.join(folder, "blobs", "b".repeat(64)));
    assert.deepEqual((await files.list()).map((file) => [file.name, file.sizeBytes]), [[name, 2]]);
    for (const wrong of ["../x", "a/b", ".hidden"]) await assert.rejects(files.look(wrong), RangeError);
    await remove();
  });
});

describe("createBlobs", () => {
  it("reuses a file that is there, and makes it younger", async () => {
    const { folder, remove } = await createTemporaryFolder();
    const open = () => createBlobs({ files: createBlobFiles({ root: folder, log }), log });
    const { sha256 } = await open().put("words");
    const file = path.join(folder, "blobs", sha256);
    await utimes(file, 1_000, 1_000);
    const { ino } = await stat(file);
    await open().put("words");
    const now = await stat(file);
    assert.equal(now.ino, ino);
    assert.ok(now.mtimeMs > Date.now() - 60_000);
    await remove();
  });

  function setUp() {
    const files = createMemoryBlobFiles({ now: () => 1_000 });
    const blobs = createBlobs({ files, log: createRecordingLog() });
    const journal = createMemoryJournal();
    return { files, blobs, journal, guarded: blobs.guard(journal) };
  }

  it("keeps in memory what the disk does not take, and takes no line that names it until it does", async () => {
    const { files, blobs, journal, guarded } = setUp();
    files.failWith(Object.assign(new Error("no room"), { code: "ENOSPC" }));
    const { sha256 } = await blobs.put("words");
    const got = await blobs.get(sha256);
    assert.deepEqual([got.ok && Buffer.from(got.value).toString(), await blobs.has(sha256), files.files.size], ["words", true, 0]);
    assert.deepEqual(await guarded.append(stream, [naming(sha256)]), { ok: false, error: { code: "full", message: "the disk is full (ENOSPC)" } });
    assert.deepEqual(journal.lines(stream), []);
    assert.ok((await guarded.append(stream, [{ type: "chat.created" }])).ok, "a line that names nothing is none of its business");
    files.failWith(undefined);
    assert.ok((await guarded.append(stream, [naming(sha256)])).ok);
    assert.deepEqual([[...files.files.keys()], journal.lines(stream).length], [[sha256], 2]);
  });

  it("puts back what was removed between its putting and its line, however often the line is tried", async () => {
    const { files, blobs, journal, guarded } = setUp();
    const { sha256 } = await blobs.put("words");
    journal.failNext({ code: "io", message: "no" });
    assert.equal((await guarded.append(stream, [naming(sha256)])).ok, false);
    files.files.clear();
    assert.ok((await guarded.append(stream, [naming(sha256)])).ok);
    assert.deepEqual([...files.files.keys()], [sha256]);
  });

  it("puts back what is removed while its line is written, a copy's of another chat's too", async () => {
    const { files, blobs, journal } = setUp();
    const removing = blobs.guard({ ...journal, append: async (...args) => (files.files.clear(), journal.append(...args)) });
    const { sha256 } = await blobs.put("words");
    for (const other of [stream, "chats/t2/chat2"]) {
      assert.ok((await removing.append(other, [naming(sha256)])).ok);
      assert.deepEqual([...files.files.keys()], [sha256], other);
    }
  });

  it("owes what could not be put back, serves it meanwhile, and puts it back as soon as it can", async () => {
    const { files, blobs, journal, guarded } = setUp();
    const { sha256 } = await blobs.put("words");
    const failing = blobs.guard({
      ...journal,
      async append(...args) {
        files.files.clear();
        files.failWith(new Error("gone"));
        return journal.append(...args);
      },
    });
    assert.ok((await failing.append(stream, [naming(sha256)])).ok);
    assert.deepEqual([files.files.size, (await blobs.get(sha256)).ok], [0, true]);
    files.failWith(undefined);
    await guarded.append(stream, [{ type: "chat.renamed" }]);
    assert.deepEqual([...files.files.keys()], [sha256]);
    files.files.clear();
    assert.equal((await blobs.get(sha256)).ok, false, "and holds it no longer");
  });

  it("lets go of what its line has named", async () => {
    const { files, blobs, guarded } = setUp();
    const { sha256 } = await blobs.put("words");
    await blobs.put("words");
    await guarded.append(stream, [naming(sha256)]);
    files.files.clear();
    assert.equal((await blobs.get(sha256)).ok, true, "another line is to come");
    await guarded.append(stream, [naming(sha256)]);
    files.files.clear();
    assert.equal((await blobs.get(sha256)).ok, false);
  });

  it("holds no more than a limit of what is on disk anyway", async () => {
    const { files, blobs } = setUp();
    const refs: { readonly sha256: string }[] = [];
    for (let index = 0; index < 5; index++) refs.push(await blobs.put(Buffer.alloc(10 * 1024 * 1024, index)));
    files.files.clear();
    assert.deepEqual(await Promise.all(refs.map(({ sha256 }) => blobs.has(sha256))), [false, false, true, true, true]);
  });

  it("finds what a sweep has put aside for a moment", async () => {
    const { files, blobs, guarded } = setUp();
    const { sha256 } = await blobs.put("words");
    await guarded.append(stream, [naming(sha256)]);
    await files.rename(sha256, `${sha256}.sweep1.aside`);
    assert.equal((await blobs.get(sha256)).ok, true);
  });

  it("appends a line that names what is missing: its chat says so when it is needed", async () => {
    const { journal, guarded } = setUp();
    assert.ok((await guarded.append(stream, [naming("a".repeat(64))])).ok);
    assert.equal(journal.lines(stream).length, 1);
  });
});
