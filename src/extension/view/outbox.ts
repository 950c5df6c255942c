import { disposable, DisposableStore, type Disposable } from "../../core/base/disposables";
import type { Timers } from "../../core/base/timers";
import type { SessionEvent } from "../../core/protocol/events";

/** One frame of a 60 Hz screen: more posts than that could not be painted. */
const FRAME_MS = 16;

/** Gathers events and sends them on at most once a frame, neighbouring deltas of a block as one. */
export function createOutbox(timers: Timers, send: (events: readonly SessionEvent[]) => void): Disposable & { add(event: SessionEvent): void } {
  const owned = new DisposableStore();
  let waiting: SessionEvent[] = [];
  let timer: Disposable | undefined;
  owned.add(disposable(() => timer?.dispose()));

  function flush(): void {
    timer = undefined;
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
      timer ??= timers.after(FRAME_MS, flush);
    },
    dispose: () => owned.dispose(),
  };
}
