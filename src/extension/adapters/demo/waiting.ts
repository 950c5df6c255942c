/** Resolves after `ms` (which may be `Infinity`), or at once when the signal aborts; never rejects. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    // A timer cannot hold Infinity: Node would fire it at once.
    const timer = Number.isFinite(ms) ? setTimeout(done, ms) : undefined;
    signal.addEventListener("abort", done);
  });
}

/** The items of a source until the signal aborts, even while the source is waiting for something of its own. */
export async function* untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T, void> {
  const iterator = source[Symbol.asyncIterator]();
  const aborted = pause(Infinity, signal);
  try {
    for (;;) {
      const next = iterator.next();
      const result = await Promise.race([next, aborted]);
      if (!result) {
        // Nobody is left to tell about a failure after the client has gone.
        next.catch(() => undefined);
        return;
      }
      if (result.done === true) return;
      yield result.value;
    }
  } finally {
    // Not awaited: a source in the middle of a wait ends when it notices the signal itself.
    iterator.return?.().catch(() => undefined);
  }
}
