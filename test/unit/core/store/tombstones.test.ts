import assert from "node:assert/strict";
import { EVENT_VERSION } from "../../../../src/core/protocol/events";
import { TOMBSTONES } from "../../../../src/core/store/streams";
import { createTombstones } from "../../../../src/core/store/tombstones";
import { createMemoryJournal, type MemoryJournal } from "../../../support/fakes/journal";

let count = 0;
const say = (journal: MemoryJournal, type: "chat.purged" | "chat.imported", chatId: string, at: number) => journal.append(TOMBSTONES, [{ v: EVENT_VERSION, id: `e${++count}`, seq: 1, at, type, chatId }]);

describe("tombstones", () => {
  it("tell at each look what was removed since the last one, by whatever window, and what came back", async () => {
    const journal = createMemoryJournal({ writer: "one" });
    const other = journal.shareWith("two");
    const tombstones = createTombstones(journal);
    assert.deepEqual(await tombstones.look(), { purged: [], returned: [] });
    await say(journal, "chat.purged", "a", 10);
    await say(other, "chat.purged", "b", 11);
    assert.deepEqual(await tombstones.look(), { purged: ["a", "b"], returned: [] });
    await say(other, "chat.imported", "a", 12);
    await say(other, "chat.purged", "c", 13);
    await say(other, "chat.imported", "c", 14); // come and gone between two looks: no news
    assert.deepEqual(await tombstones.look(), { purged: [], returned: ["a"] });
    assert.deepEqual(await tombstones.look(), { purged: [], returned: [] });
    assert.deepEqual([...(await tombstones.purged())], [["b", 11]]);
    assert.deepEqual([...(await tombstones.imported())], [["a", 12], ["c", 14]]);
  });

  it("answer for one chat as things are now, and keep the news for the next look", async () => {
    const journal = createMemoryJournal({ writer: "one" });
    const tombstones = createTombstones(journal);
    await say(journal, "chat.purged", "a", 10);
    assert.deepEqual([await tombstones.isPurged("a"), await tombstones.isPurged("b")], [true, false]);
    await say(journal, "chat.imported", "a", 10);
    assert.equal(await tombstones.isPurged("a"), false);
    await say(journal, "chat.purged", "a", 11);
    assert.deepEqual(await tombstones.look(), { purged: ["a"], returned: [] });
  });

  it("go on after a line that is damaged, and wait for one that is not whole", async () => {
    const journal = createMemoryJournal({ writer: "one" });
    const tombstones = createTombstones(journal);
    for (const chatId of ["a", "b", "c"]) await say(journal, "chat.purged", chatId, 10);
    journal.corrupt(TOMBSTONES, 1);
    assert.deepEqual((await tombstones.look()).purged, ["a", "c"]);
  });
});
