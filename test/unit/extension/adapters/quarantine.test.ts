import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { quarantine } from "../../../../src/extension/adapters/quarantine";
import { createTemporaryFolder } from "./temporaryFolder";

describe("quarantine", () => {
  it("copies the bytes once, under a name that says where they are from, and leaves the journal as it is", async () => {
    const { folder, remove } = await createTemporaryFolder();
    const file = { stream: "chats/c1/chat1", writer: "w" };
    await mkdir(path.join(folder, file.stream), { recursive: true });
    await writeFile(path.join(folder, file.stream, "w.jsonl"), "good\nbad\ngood\n");
    const copy = await quarantine(folder, file, { startOffset: 5, endOffset: 9 });
    assert.equal(path.relative(folder, copy ?? ""), path.join("quarantine", "chats~c1~chat1~w~5.bin"));
    assert.equal(await readFile(copy ?? "", "utf8"), "bad\n");
    assert.equal(await quarantine(folder, file, { startOffset: 5, endOffset: 9 }), undefined);
    assert.equal(await readFile(path.join(folder, file.stream, "w.jsonl"), "utf8"), "good\nbad\ngood\n");
    await remove();
  });
});
