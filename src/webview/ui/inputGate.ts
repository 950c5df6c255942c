import type { Disposable } from "../../core/base/disposables";
import type { Timers } from "../../core/base/timers";

/** Lets what the person types be painted before anything that can wait. */
export interface InputGate {
  /** Does the work now; while the person types, after the frame that shows the next key, or once there is none. In the order of the asking. */
  run(work: () => void): void;
}

/** Who has pressed a key so lately is about to press the next one, ms. Work that is held back waits no longer than this for it. */
const TYPING_MS = 250;

export function createInputGate(page: Window, timers: Timers): InputGate {
  const waiting: (() => void)[] = [];
  /** There while the person types. */
  let typing: Disposable | undefined;
  let hasFrame = false;
  const painted = new MessageChannel();
  // One task later: whatever else waited for the paint comes before the work that was held back.
  painted.port1.onmessage = () => void timers.after(0, open);

  function open(): void {
    for (const work of waiting.splice(0)) work();
  }

  function stopTyping(): void {
    typing = undefined;
    open();
  }

  page.addEventListener(
    "keydown",
    () => {
      typing?.dispose();
      typing = timers.after(TYPING_MS, stopTyping);
      if (hasFrame) return;
      hasFrame = true;
      // A message posted from within a frame arrives when that frame has been painted.
      page.requestAnimationFrame(() => {
        hasFrame = false;
        painted.port2.postMessage(null);
      });
    },
    { capture: true, passive: true },
  );

  return {
    run(work) {
      if (typing === undefined) work();
      else waiting.push(work);
    },
  };
}
