import { disposable, DisposableStore, type Disposable } from "../../core/base/disposables";
import type { Timers } from "../../core/base/timers";
import type { SessionEvent } from "../../core/protocol/events";

/** Two frames of a 60 Hz screen: text that grows more often looks no smoother, and every second frame stays free for other things. */
const PACE_MS = 33;

/**
 * Gathers events and sends them on, neighbouring deltas of a block as one. Streaming text goes at a steady pace; what comes after
 * a pause, or says more than text, as a turn's end does, goes as soon as all of the same moment is there.
 */
export function createOutbox(timers: Timers, send: (events: readonly SessionEvent[]) => void): Disposable & { add(event: SessionEvent): void } {
  const owned = new DisposableStore();
  let waiting: SessionEvent[] = [];
  /** From a post until the next one may follow. */
  let rest: Disposable | undefined;
  let soon: Disposable | undefined;
  owned.add(disposable(() => [rest, soon].forEach((timer) => timer?.dispose())));

  function flush(): void {
    soon?.dispose();
    soon = undefined;
    rest?.dispose();
    rest = timers.after(PACE_MS, () => {
      rest = undefined;
      if (waiting.length > 0) flush();
    });
    const events = waiting;
    waiting = [];
    send(events);
  }

  return {
    add(event) {
      const last = waiting.at(-1);
      if (event.type === "block.delta" && last?.type === "block.delta" && last.blockId === event.blockId && last.seq === event.seq && last.offset + last.text.length === event.offset) {
        waiting[waiting.length - 1] = { ...last, text: last.text + event.text };
      } else {
        waiting.push(event);
      }
      if (rest === undefined || isUrgent(event)) soon ??= timers.after(0, flush);
    },
    dispose: () => owned.dispose(),
  };
}

/** Rare and waited for. A part repeats what its deltas have shown. */
function isUrgent({ type }: SessionEvent): boolean {
  return type !== "block.delta" && type !== "block.part";
}
