import assert from "node:assert/strict";
import path from "node:path";
import type { Search } from "../../../../src/core/store/search/port";
import { openSearch } from "../../../../src/extension/adapters/search";
import { createRecordingLog, type RecordingLog } from "../../../support/fakes/log";
import { generateChats } from "../../../support/chatGenerator";
import { bundleForNode } from "./bundle";
import { createSearchFolder, type SearchFolder } from "./searchFolder";
import { createTemporaryFolder } from "./temporaryFolder";

describe("openSearch", function () {
  this.timeout(10_000);
  // The thread's own bundle, from the sources as they are: dist may be another build's, or not be there.
  let workerPath: string;
  let removeBundle: () => Promise<void>;
  let folder: SearchFolder;
  let log: RecordingLog;
  let search: Search;
  before(async () => {
    const temporary = await createTemporaryFolder();
    removeBundle = temporary.remove;
    workerPath = path.join(temporary.folder, "searchWorker.js");
    await bundleForNode({ entry: "src/extension/adapters/searchWorker.ts" }, workerPath);
  });
  after(() => removeBundle());
  beforeEach(async () => {
    folder = await createSearchFolder();
    log = createRecordingLog();
    search = openSearch({ workerPath, journalRoot: folder.journalRoot, folder: folder.indexFolder, writer: "w1", log });
  });
  afterEach(async () => {
    await search.close();
    await folder.dispose();
  });

  it("answers from a thread of its own", async () => {
    await folder.say("chat1", "w2", "alpha beta");
    await search.catchUp();
    const { hits, isComplete } = await search.search({ text: "alp", limit: 5 });
    assert.deepEqual([hits.map(({ excerpt }) => excerpt), isComplete], [[{ text: "alpha beta", marks: [[0, 3]] }], true]);
    await folder.removeChat("chat1");
    await search.forget(["chat1"]);
    assert.deepEqual([(await search.search({ text: "alp", limit: 5 })).hits, (await search.status()).documents], [[], 0]);
    assert.deepEqual(log.lines, []);
  });

  it("answers while it builds, tells how far it is, and then finds everything", async () => {
    const { messages } = generateChats(folder.journalRoot, { seed: 5, chats: 30, messages: 600, bytes: 3_000_000 });
    const told: number[] = [];
    search.onProgress(({ doneBytes, totalBytes }) => void told.push(doneBytes / totalBytes));
    const building = search.catchUp();
    const early = await search.search({ text: "the", limit: 5 });
    assert.equal(early.isComplete, false);
    await building;
    assert.ok(told.length >= 2 && told.at(-1) === 1 && told.every((share, index) => share > (told[index - 1] ?? 0)), told.join());
    const late = await search.search({ text: "the", limit: 5 });
    assert.ok(late.isComplete && late.hits.length === 5 && (await search.status()).documents >= messages);
  });

  it("keeps what it has made, and reads on from there", async () => {
    await folder.say("chat1", "w2", "alpha");
    await search.catchUp();
    await search.close();
    search = openSearch({ workerPath, journalRoot: folder.journalRoot, folder: folder.indexFolder, writer: "w1", log });
    assert.equal((await search.search({ text: "alpha", limit: 5 })).hits.length, 1);
    assert.equal((await search.status()).segments, 1);
  });

  it("is over once it is closed", async () => {
    await search.catchUp();
    await search.close();
    await assert.rejects(search.search({ text: "alpha", limit: 5 }), /closed/);
  });

  it("says when its thread cannot start, each time it is asked", async () => {
    const broken = openSearch({ workerPath: path.join(folder.journalRoot, "none.js"), journalRoot: folder.journalRoot, folder: folder.indexFolder, writer: "w1", log });
    for (let round = 0; round < 2; round++) await assert.rejects(broken.catchUp(), /The search's thread failed|The search is closed/);
    await broken.close();
  });
});
