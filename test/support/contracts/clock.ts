import assert from "node:assert/strict";
import type { Clock } from "../../../src/core/ports";

export interface ClockUnderTest {
  readonly clock: Clock;
  /** Lets this much time pass, and a little more if it cannot be exact. */
  pass(ms: number): Promise<void>;
}

/** What every Clock keeps to. */
export function describeClockContract(name: string, create: () => ClockUnderTest): void {
  describe(`Clock contract: ${name}`, () => {
    it("goes forward as time passes", async () => {
      const { clock, pass } = create();
      const before = clock.now();
      await pass(5);
      assert.ok(Number.isFinite(before) && clock.now() >= before + 4, `${before} to ${clock.now()}`);
    });

    it("calls back once, after the delay and never at once", async () => {
      const { clock, pass } = create();
      let count = 0;
      clock.after(0, () => count++);
      clock.after(10, () => (count += 10));
      assert.equal(count, 0);
      await pass(2);
      assert.equal(count, 1);
      await pass(20);
      await pass(20);
      assert.equal(count, 11);
    });

    it("calls back in the order of the times, then of the asking", async () => {
      const { clock, pass } = create();
      const order: string[] = [];
      clock.after(9, () => order.push("late"));
      clock.after(3, () => order.push("early"));
      clock.after(3, () => order.push("early too"));
      await pass(25);
      assert.deepEqual(order, ["early", "early too", "late"]);
    });

    it("forgets a callback that was disposed, also after the fact", async () => {
      const { clock, pass } = create();
      let count = 0;
      const first = clock.after(1, () => count++);
      const second = clock.after(1, () => count++);
      second.dispose();
      second.dispose();
      await pass(10);
      first.dispose();
      assert.equal(count, 1);
    });
  });
}
