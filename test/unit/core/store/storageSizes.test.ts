import assert from "node:assert/strict";
import { addUp, kindOf } from "../../../../src/core/store/storageSizes";

describe("the sizes of the storage", () => {
  it("knows each file by its place", () => {
    const expected = {
      "chats/ab/01abc/01writer.jsonl": "journals", "tombstones/01writer.jsonl": "journals", "chats/ab/01abc/01writer+2.jsonl": "journals",
      "index.sqlite": "index", "index.sqlite.damaged": "index", "index.sqlite.v1": "index", "index.sqlite.12.tmp": "index",
      "search/manifest": "search", "search/a/b.seg": "search", "blobs/0a1b": "blobs", "quarantine/chats~ab~01abc~w~0.bin": "quarantine",
      "writers/01w": "windows", "feeds/01w.feed": "windows", "panel.json": "windows", "trash.json": "windows", "importing/01w~1": "windows", "chats/ab/01abc/owner.3": "windows", "chats/ab/01abc/wanted": "windows", "locks/purge/owner.1": "windows",
      "notes.txt": "other", "chats/ab/01abc/copy of 01writer.jsonl": "other", "chats/ab/01abc/01writer.jsonl.bak": "other", "a.jsonl": "other", "indexes": "other",
    };
    assert.deepEqual(Object.fromEntries(Object.keys(expected).map((path) => [path, kindOf(path)])), expected);
  });

  it("adds them up, and names those that are not ours", () => {
    const { kinds, strangers } = addUp([{ path: "chats/ab/a/w.jsonl", sizeBytes: 5 }, { path: "chats/ab/a/v.jsonl", sizeBytes: 6 }, { path: "x.zip", sizeBytes: 7 }]);
    assert.deepEqual(kinds.journals, { files: 2, sizeBytes: 11 });
    assert.deepEqual(kinds.other, { files: 1, sizeBytes: 7 });
    assert.deepEqual(strangers, [{ path: "x.zip", sizeBytes: 7 }]);
  });
});
