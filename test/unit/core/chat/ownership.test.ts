import assert from "node:assert/strict";
import { Ownership, type OwnerChange } from "../../../../src/core/chat/ownership";
import { createMemoryClaims, type MemoryClaims } from "../../../support/fakes/claims";
import { createManualClock } from "../../../support/fakes/clock";
import { createRecordingLog } from "../../../support/fakes/log";

const clock = createManualClock();

function openWindow(claims: MemoryClaims) {
  const [running, shown] = [new Set<string>(), new Set<string>()];
  const ownership = new Ownership({ claims, clock, log: createRecordingLog(), isRunning: (chatId) => running.has(chatId), shown: async () => shown });
  const changes: OwnerChange[] = [];
  ownership.changed.on((change) => void changes.push(change));
  return { ownership, running, shown, changes, claims };
}

function openTwo() {
  const claims = createMemoryClaims("one");
  return { one: openWindow(claims), two: openWindow(claims.shareWith("two")) };
}

describe("Ownership", () => {
  it("lets one window write, and the other read", async () => {
    const { one, two } = openTwo();
    assert.deepEqual([await one.ownership.take("c1"), await one.ownership.take("c1"), await two.ownership.take("c1")], [true, true, false]);
    assert.deepEqual([one.changes, two.changes], [[], [{ chatId: "c1", isElsewhere: true }]]);
  });

  it("gives a chat to the window that is asked to go on with it, and tells both", async () => {
    const { one, two } = openTwo();
    for (const window of [one, two]) window.shown.add("c1");
    await one.ownership.take("c1");
    const taking = two.ownership.takeOver("c1");
    await clock.advance(50);
    await one.ownership.look();
    await one.ownership.look(); // it must not take back at once what it has given up
    await clock.advance(1_000);
    assert.equal(await taking, true);
    assert.deepEqual([one.changes, two.changes], [[{ chatId: "c1", isElsewhere: true }], [{ chatId: "c1", isElsewhere: true }, { chatId: "c1", isElsewhere: false }]]);
    await clock.advance(10_000);
    await one.ownership.look();
    assert.equal(await one.ownership.take("c1"), false);
  });

  it("lets go of no chat in which an answer is being written", async () => {
    const { one, two } = openTwo();
    one.shown.add("c1");
    one.running.add("c1");
    await one.ownership.take("c1");
    const taking = two.ownership.takeOver("c1");
    for (let times = 0; times < 40; times++) {
      await one.ownership.look();
      await clock.advance(200);
    }
    assert.equal(await taking, false);
    one.running.clear();
    await one.ownership.look();
    assert.equal(await two.ownership.takeOver("c1"), true);
  });

  it("takes a chat that is shown as soon as the window that had it shows it no more, or is gone", async () => {
    for (const leave of [(one: ReturnType<typeof openWindow>) => void one.shown.clear(), (one: ReturnType<typeof openWindow>) => one.claims.kill()]) {
      const { one, two } = openTwo();
      for (const window of [one, two]) window.shown.add("c1");
      await one.ownership.take("c1");
      await two.ownership.take("c1");
      await two.ownership.look();
      assert.equal(await two.ownership.take("c1"), false);
      leave(one);
      await one.ownership.look();
      await two.ownership.look();
      assert.deepEqual(two.changes, [{ chatId: "c1", isElsewhere: true }, { chatId: "c1", isElsewhere: false }]);
    }
  });

  it("forgets chats of other windows that are shown here no more", async () => {
    const { one, two } = openTwo();
    await one.ownership.take("c1");
    await two.ownership.take("c1");
    await two.ownership.look();
    one.claims.kill();
    await two.ownership.look();
    assert.deepEqual(two.changes, [{ chatId: "c1", isElsewhere: true }]);
  });
});
