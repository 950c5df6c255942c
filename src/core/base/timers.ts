import type { Disposable } from "./disposables";

/** Waiting, handed in from outside: core has no clock of its own. */
export interface Timers {
  /** Calls back once after `delayMs`, unless disposed before. */
  after(delayMs: number, callback: () => void): Disposable;
}

/** Calls back again and again, the first time after `everyMs`, until it is disposed. */
export function repeat(timers: Timers, everyMs: number, callback: () => void): Disposable {
  let waiting = timers.after(everyMs, tick);
  let isOver = false;
  function tick(): void {
    callback();
    if (!isOver) waiting = timers.after(everyMs, tick);
  }
  return {
    dispose() {
      isOver = true;
      waiting.dispose();
    },
  };
}
