import assert from "node:assert/strict";
import { readdir, utimes } from "node:fs/promises";
import path from "node:path";
import { createFeed, endedFeeds, readFeeds, removeFeeds } from "../../../../src/extension/adapters/feeds";
import { createRecordingLog } from "../../../support/fakes/log";
import { createTemporaryFolder } from "./temporaryFolder";

const HOUR_MS = 60 * 60 * 1000;

describe("feeds", () => {
  let root: string;
  let remove: () => Promise<void>;

  beforeEach(async () => ({ folder: root, remove } = await createTemporaryFolder()));
  afterEach(() => remove());

  /** A feed that was last written so long ago. */
  async function say(writer: string, stream: string, agoMs = 0): Promise<void> {
    const feed = createFeed({ root, writer, log: createRecordingLog() });
    await feed.before(stream);
    await feed.close();
    const at = new Date(Date.now() - agoMs);
    await utimes(path.join(root, "feeds", `${writer}.feed`), at, at);
  }

  it("tell what each writer wrote to, once to whoever reads on", async () => {
    await say("one", "chats/aa/chataa");
    await say("two", "chats/bb/chatbb");
    const first = await readFeeds(root, {});
    assert.deepEqual([...first.streams].sort(), ["chats/aa/chataa", "chats/bb/chatbb"]);
    await say("one", "chats/cc/chatcc");
    assert.deepEqual((await readFeeds(root, first.marks)).streams, ["chats/cc/chatcc"]);
  });

  it("are removed when their writer ended a day ago, and no sooner", async () => {
    await say("endedLongAgo", "chats/aa/chataa", 25 * HOUR_MS);
    await say("endedJustNow", "chats/aa/chataa", HOUR_MS);
    await say("living", "chats/aa/chataa", 25 * HOUR_MS);
    const ended = await endedFeeds(root, async (writer) => writer === "living");
    assert.deepEqual(ended, ["endedLongAgo.feed"]);
    await removeFeeds(root, ended);
    assert.deepEqual((await readdir(path.join(root, "feeds"))).sort(), ["endedJustNow.feed", "living.feed"]);
    await removeFeeds(root, ended); // another window did it too
  });

  it("are none where nothing was ever written", async () => {
    assert.deepEqual([await endedFeeds(root, async () => false), await readFeeds(root, {})], [[], { streams: [], marks: {} }]);
  });
});
