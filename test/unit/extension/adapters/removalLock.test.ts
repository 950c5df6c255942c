import assert from "node:assert/strict";
import { createRemovalLock } from "../../../../src/extension/adapters/removalLock";
import { createMemoryClaims } from "../../../support/fakes/claims";
import { createManualClock } from "../../../support/fakes/clock";

describe("createRemovalLock", () => {
  function setUp() {
    const clock = createManualClock();
    const claims = createMemoryClaims("one");
    return { clock, claims, one: createRemovalLock(claims, clock), two: createRemovalLock(claims.shareWith("two"), clock) };
  }

  it("lets one at a time work, in one window and in several", async () => {
    const { clock, one, two } = setUp();
    let atWork = 0;
    const seen: number[] = [];
    const work = async (): Promise<void> => {
      seen.push(++atWork);
      await new Promise<void>((resolve) => clock.after(50, resolve));
      atWork--;
    };
    const all = Promise.all([one.run(work), one.run(work), two.run(work), two.run(work)]);
    for (let round = 0; round < 20; round++) await clock.advance(50);
    await all;
    assert.deepEqual(seen, [1, 1, 1, 1]);
  });

  it("goes on after a failure, which its caller has", async () => {
    const { one, two } = setUp();
    await assert.rejects(one.run(async () => Promise.reject(new Error("no"))), /no/);
    assert.equal(await two.run(async () => 5), 5);
  });

  it("does not wait where it need not", async () => {
    const { one, two } = setUp();
    let end = (): void => undefined;
    const working = one.run(() => new Promise<void>((resolve) => (end = resolve)));
    await Promise.resolve();
    assert.deepEqual([await one.runIfFree(async () => 1), await two.runIfFree(async () => 2)], [undefined, undefined]);
    end();
    await working;
    assert.deepEqual([await one.runIfFree(async () => 1), await two.runIfFree(async () => 2)], [1, 2]);
  });
});
