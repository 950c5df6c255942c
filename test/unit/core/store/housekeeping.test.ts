import assert from "node:assert/strict";
import { EMPTY_LEDGER, keepHouse, type HousekeepingOptions, type TrashLedger } from "../../../../src/core/store/housekeeping";
import type { StoredChat } from "../../../../src/core/store/chatList";
import { seeded } from "../../../support/random";

const DAY = 24 * 60 * 60 * 1000;
const START = Date.UTC(2026, 0, 1);

interface Chat {
  readonly updatedAt: number;
  readonly isPinned?: boolean;
  deletedAt?: number;
}

/** A folder of chats that is looked at daily, under a clock that can be wrong: `now` is the true time, `offMs` by how much the clock is off. */
function stage(keptDays?: number) {
  const chats = new Map<string, Chat>();
  const purged: { readonly chatId: string; readonly at: number }[] = [];
  const finished: (readonly string[])[] = [];
  /** How many chats had been removed at each sweep of the blobs. */
  const swept: number[] = [];
  let stored: TrashLedger = EMPTY_LEDGER;
  const at = { now: START, offMs: 0 };
  const clock = { now: () => at.now + at.offMs };
  const row = ([chatId, { updatedAt, deletedAt, isPinned = false }]: [string, Chat]): StoredChat => ({ chatId, title: "", updatedAt, turnCount: 1, isPinned, tags: [], hasEdits: false, ...(deletedAt === undefined ? {} : { deletedAt }) });
  const options: HousekeepingOptions = {
    clock,
    tables: {
      leftovers: async () => ["left"],
      async listChats({ isTrash = false, until = Infinity }) {
        const found = [...chats].filter(([, chat]) => (chat.deletedAt !== undefined) === isTrash && chat.updatedAt < until);
        return { chats: found.map(row), facets: { folders: [], models: [], agents: [], tags: [] } };
      },
    },
    ledger: { read: async () => stored, write: async (ledger) => void (stored = ledger) },
    keptDays: () => keptDays,
    deleteChat: async (chatId) => remove(chatId),
    async purge(chatIds) {
      for (const chatId of chatIds) {
        chats.delete(chatId);
        purged.push({ chatId, at: at.now });
      }
    },
    finishPurge: async (chatIds) => void finished.push(chatIds),
    sweepBlobs: async () => void swept.push(purged.length),
  };
  function remove(chatId: string): void {
    const chat = chats.get(chatId);
    if (chat !== undefined) chat.deletedAt = clock.now();
  }
  return {
    chats, purged, finished, swept, at, clock, remove,
    look: () => keepHouse(options),
    /** Days of the true time, with a look on each. */
    async live(days: number): Promise<void> {
      for (let day = 0; day < days; day++) {
        at.now += DAY;
        await keepHouse(options);
      }
    },
    /** Days on which nobody looks. */
    rest: (days: number) => void (at.now += days * DAY),
  };
}

describe("housekeeping: the trash", () => {
  it("removes a chat for good once it has been in there for 30 days, and what a crash has left at once", async () => {
    const { chats, purged, finished, swept, live, look, remove, at } = stage();
    chats.set("c1", { updatedAt: START }).set("c2", { updatedAt: START });
    remove("c1");
    await look();
    assert.deepEqual(finished, [["left"]]);
    await live(29);
    assert.deepEqual(purged, []);
    await live(1);
    assert.deepEqual([purged, [...chats.keys()]], [[{ chatId: "c1", at: START + 30 * DAY }], ["c2"]]);
    assert.equal(at.now, START + 30 * DAY);
    assert.deepEqual(swept.slice(-2), [0, 1], "blobs are swept after each look, when what is over has gone");
  });

  it("counts each stay in the trash anew", async () => {
    const { chats, purged, live, look, remove } = stage();
    chats.set("c1", { updatedAt: START });
    remove("c1");
    await look();
    await live(29);
    delete chats.get("c1")?.deletedAt;
    remove("c1");
    await live(30); // a stay is counted from the first look at it on
    assert.deepEqual(purged, []);
    await live(1);
    assert.equal(purged.length, 1);
  });

  it("ends no chat's time early that was deleted while the clock was set back by years", async () => {
    const { chats, purged, live, remove, at } = stage();
    chats.set("c1", { updatedAt: START });
    await live(3);
    at.offMs = -3 * 365 * DAY;
    remove("c1");
    await live(2);
    at.offMs = 0;
    const begun = at.now;
    await live(60);
    const [gone] = purged;
    assert.ok(gone !== undefined && gone.at - begun >= 28 * DAY && gone.at - begun <= 32 * DAY, String(gone?.at));
  });

  it("ends no chat's time early when the clock is set on by years, and then back", async () => {
    const { chats, purged, live, remove, at } = stage();
    chats.set("c1", { updatedAt: START });
    await live(1);
    remove("c1");
    const deleted = at.now;
    await live(5);
    at.offMs = 10 * 365 * DAY;
    await live(2);
    at.offMs = 0;
    await live(60);
    const [gone] = purged;
    assert.ok(gone !== undefined && gone.at - deleted >= 30 * DAY, String(gone?.at));
  });

  it("ends a chat's time that was deleted under a clock of the future as well", async () => {
    const { chats, purged, live, remove, at } = stage();
    chats.set("c1", { updatedAt: START });
    at.offMs = 10 * 365 * DAY;
    remove("c1");
    at.offMs = 0;
    await live(32);
    assert.equal(purged.length, 1);
  });

  it("counts no weeks in which nobody looked: they may be the clock's", async () => {
    const { chats, purged, live, rest, remove, look } = stage();
    chats.set("c1", { updatedAt: START });
    remove("c1");
    await look();
    rest(200);
    await look();
    assert.deepEqual(purged, []);
    await live(30);
    assert.equal(purged.length, 1);
  });

  it("is not emptied early, however the clock leaps to and fro", seeded(async (random) => {
    let checked = 0;
    for (let round = 0; round < 60; round++) {
      const { chats, purged, remove, look, at } = stage();
      const deletedAt = new Map<string, number>();
      for (let day = 0; day < 120; day++) {
        at.now += DAY;
        // By weeks at least: a clock that is set on by a day and stays so cannot be told from a day on which nobody looked.
        if (random.next() < 0.1) at.offMs = random.integer(-50, 50) * 20 * DAY;
        else if (random.next() < 0.3) at.offMs = 0;
        if (day % 10 === 0) {
          const chatId = `c${day}`;
          chats.set(chatId, { updatedAt: at.now + at.offMs });
          remove(chatId);
          deletedAt.set(chatId, at.now);
        }
        await look();
      }
      for (const { chatId, at: goneAt } of purged) {
        checked++;
        const days = (goneAt - (deletedAt.get(chatId) ?? 0)) / DAY;
        assert.ok(days >= 30, `round ${round}: ${chatId} after ${days} days`);
      }
    }
    assert.ok(checked > 20, String(checked));
  }));
});

describe("housekeeping: chats not kept for ever", () => {
  it("go to the trash after the days that the person has set, pinned ones never", async () => {
    const { chats, live, look } = stage(10);
    chats.set("old", { updatedAt: START }).set("pinned", { updatedAt: START, isPinned: true });
    await look();
    await live(9);
    assert.equal(chats.get("old")?.deletedAt, undefined);
    chats.set("young", { updatedAt: START + 9 * DAY });
    await live(2);
    assert.deepEqual([...chats].map(([chatId, { deletedAt }]) => [chatId, deletedAt !== undefined]), [["old", true], ["pinned", false], ["young", false]]);
  });

  it("stay while nobody has set any", async () => {
    const { chats, live } = stage();
    chats.set("old", { updatedAt: 0 });
    await live(50);
    assert.equal(chats.get("old")?.deletedAt, undefined);
  });

  it("stay on the day on which the clock was set to another year, to and fro", async () => {
    const { chats, live, look, at } = stage(10);
    await look();
    await live(1);
    chats.set("young", { updatedAt: at.now });
    at.offMs = 2 * 365 * DAY;
    await look();
    assert.equal(chats.get("young")?.deletedAt, undefined);
    at.offMs = -2 * 365 * DAY;
    await look();
    chats.set("then", { updatedAt: at.now + at.offMs });
    at.offMs = 0;
    await look();
    assert.equal(chats.get("then")?.deletedAt, undefined);
  });
});
