import type { Claims, Clock } from "../../core/ports";

const NAME = "locks/purge";
const LOOK_EVERY_MS = 100;

/** One at a time may remove what others could be about to need, among all windows and within this one. */
export interface RemovalLock {
  /** Waits until nobody else is at it. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Only if nobody is at it now; undefined when somebody is. */
  runIfFree<T>(work: () => Promise<T>): Promise<T | undefined>;
}

export function createRemovalLock(claims: Claims, clock: Clock): RemovalLock {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    waiting++;
    const result = last.then(work).finally(() => waiting--);
    last = result.catch(() => undefined); // the caller of `result` has the error
    return result;
  }

  async function release<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      await claims.release(NAME);
    }
  }

  return {
    run: (work) =>
      inTurn(async () => {
        while ((await claims.claim(NAME)) !== undefined) await new Promise<void>((resolve) => clock.after(LOOK_EVERY_MS, resolve));
        return release(work);
      }),
    runIfFree: async (work) => (waiting > 0 ? undefined : inTurn(async () => ((await claims.claim(NAME)) === undefined ? release(work) : undefined))),
  };
}
