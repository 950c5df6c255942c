import { setImmediate } from "node:timers/promises";
import { disposable } from "../../../src/core/base/disposables";
import type { Clock } from "../../../src/core/ports";

export interface ManualClock extends Clock {
  /** How many timers have neither fired nor been disposed. */
  readonly waitingTimers: number;
  /** Moves the time on and fires what falls due, in order; after each timer everything that it set off runs first. */
  advance(ms: number): Promise<void>;
}

interface Timer {
  readonly dueMs: number;
  readonly callback: () => void;
}

/** A clock that stands still until a test moves it. Throws on a wait that is no number of milliseconds. */
export function createManualClock(startMs = 1_000): ManualClock {
  let nowMs = startMs;
  const timers = new Set<Timer>();
  const firstDue = (untilMs: number): Timer | undefined =>
    [...timers].filter((timer) => timer.dueMs <= untilMs).reduce<Timer | undefined>((first, timer) => (first === undefined || timer.dueMs < first.dueMs ? timer : first), undefined);

  return {
    now: () => nowMs,
    get waitingTimers() {
      return timers.size;
    },
    after(delayMs, callback) {
      if (!Number.isFinite(delayMs)) throw new RangeError(`A timer of ${delayMs} ms: give a finite number.`);
      const timer: Timer = { dueMs: nowMs + Math.max(0, delayMs), callback };
      timers.add(timer);
      return disposable(() => timers.delete(timer));
    },
    async advance(ms) {
      const untilMs = nowMs + ms;
      await setImmediate();
      for (let timer = firstDue(untilMs); timer !== undefined; timer = firstDue(untilMs)) {
        timers.delete(timer);
        nowMs = Math.max(nowMs, timer.dueMs);
        timer.callback();
        // By the next turn of the event loop all promises that the callback settled have run on.
        await setImmediate();
      }
      nowMs = untilMs;
    },
  };
}
