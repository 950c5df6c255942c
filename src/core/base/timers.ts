import type { Disposable } from "./disposables";

/** Waiting, handed in from outside: core has no clock of its own. */
export interface Timers {
  /** Calls back once after `delayMs`, unless disposed before. */
  after(delayMs: number, callback: () => void): Disposable;
}
