import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { randomIds, systemClock } from "../../../../src/extension/adapters/clock";
import { describeClockContract } from "../../../support/contracts/clock";
import { describeIdsContract } from "../../../support/contracts/ids";

// The system's timers may be late on a busy machine, never early: waiting twice as long is enough.
describeClockContract("system", () => ({ clock: systemClock, pass: (ms) => setTimeout(2 * ms + 2).then(() => undefined) }));

describeIdsContract("random", () => ({ ids: randomIds, pass: () => setTimeout(2).then(() => undefined) }));

describe("systemClock", () => {
  it("tells the time of the day in ms", () => {
    assert.ok(Math.abs(systemClock.now() - Date.now()) < 1_000);
  });

  it("waits longer than a timer of the runtime can", async () => {
    let count = 0;
    const waits = [2 ** 31, 1e12, Number.MAX_SAFE_INTEGER].map((delayMs) => systemClock.after(delayMs, () => count++));
    await setTimeout(10);
    waits.forEach((wait) => wait.dispose());
    assert.equal(count, 0);
  });
});

describe("randomIds", () => {
  it("are 25 characters long and tell when they were made", () => {
    const before = Date.now();
    const id = randomIds.next();
    const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    const madeAt = [...id.slice(0, 9)].reduce((time, letter) => time * 32 + alphabet.indexOf(letter), 0);
    assert.equal(id.length, 25);
    assert.ok(madeAt >= before && madeAt <= Date.now());
  });
});
