/** Lets what the person types be painted before anything that can wait. */
export interface InputGate {
  /** Does the work now; when a key has just been pressed, after the frame that shows it. In the order of the asking. */
  run(work: () => void): void;
}

/** A page that paints nothing, being hidden, must not hold work back for longer than this, ms. */
const MAX_WAIT_MS = 50;

export function createInputGate(page: Window): InputGate {
  let waiting: (() => void)[] | undefined;
  const painted = new MessageChannel();
  // One task later: whatever else waited for the paint comes before the work that was held back.
  painted.port1.onmessage = () => void page.setTimeout(open, 0);

  function open(): void {
    const work = waiting ?? [];
    waiting = undefined;
    for (const item of work) item();
  }

  page.addEventListener(
    "keydown",
    () => {
      if (waiting !== undefined) return;
      waiting = [];
      // A message posted from within a frame arrives when that frame has been painted.
      page.requestAnimationFrame(() => painted.port2.postMessage(null));
      page.setTimeout(() => waiting !== undefined && open(), MAX_WAIT_MS);
    },
    { capture: true, passive: true },
  );

  return {
    run(work) {
      if (waiting === undefined) work();
      else waiting.push(work);
    },
  };
}
