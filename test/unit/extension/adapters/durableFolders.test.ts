import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
import path from "node:path";
import { createFolders, foldersBetween } from "../../../../src/extension/adapters/durableFolders";
import { createRecordingLog } from "../../../support/fakes/log";
import { createTemporaryFolder } from "./temporaryFolder";

describe("createFolders", () => {
  it("syncs from the leaf up to the top, both included", () => {
    const [top, chats, shard, leaf] = ["data", "data/chats", "data/chats/ab", "data/chats/ab/chatab"].map((name) => path.resolve(name)) as [string, string, string, string];
    assert.deepEqual(foldersBetween(leaf, top), [leaf, shard, chats, top]);
    assert.deepEqual(foldersBetween(leaf, leaf), [leaf]);
  });

  it("ends at the root of all where the top is not above", () => {
    const folders = foldersBetween(path.resolve("a/b"), path.resolve("c"));
    assert.deepEqual([folders.at(-1), new Set(folders).size], [path.parse(path.resolve("a")).root, folders.length]);
  });

  it("makes what is missing, above its root too, and syncs it", async () => {
    const { folder, remove } = await createTemporaryFolder();
    try {
      const log = createRecordingLog();
      const root = path.join(folder, "new", "data");
      const folders = createFolders({ root: root + path.sep, log });
      const leaf = path.join(root, "chats", "ab", "chatab");
      await folders.make(leaf);
      await folders.sync(leaf);
      await folders.make(leaf);
      await folders.sync(leaf);
      assert.ok((await stat(leaf)).isDirectory());
      assert.deepEqual(log.lines, []);
    } finally {
      await remove();
    }
  });
});
