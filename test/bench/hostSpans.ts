export interface Spans {
  /** Ends the watch; the longest span, ms. */
  stop(): number;
}

/**
 * Watches this thread's event loop turn by turn: the longest that it worked without a pause. What counts is the thread's own
 * processor time, so that a busy machine, which takes the processor away in the midst of a turn, adds nothing. Reading files
 * and waiting for other threads is no work of this one.
 */
export function watchSpans(): Spans {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  let isOver = false;
  let longest = 0;
  let last = usedMs();
  function look(): void {
    const now = usedMs();
    longest = Math.max(longest, now - last);
    last = now;
    if (!isOver) setImmediate(look);
  }
  setImmediate(look);
  return {
    stop() {
      look();
      isOver = true;
      return longest;
    },
  };

  function usedMs(): number {
    // Systems bring a thread's account up to date when it lets go of the processor: it does so for a moment, which counts for nothing.
    Atomics.wait(cell, 0, 0, 0.01);
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  }
}
