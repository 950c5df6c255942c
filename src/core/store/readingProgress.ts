import type { Disposable } from "../base/disposables";
import type { Timers } from "../base/timers";
import type { ScanProgress } from "./intake";

/** A reading that is over sooner is not worth a word, ms. */
const SHOW_AFTER_MS = 400;
/** One from which nothing was heard for so long has failed, ms. */
const SILENT_MS = 20_000;

/** What is to be shown of the long reading after an index was lost: whole percents, and undefined once it is over. */
export interface ReadingProgress extends Disposable {
  note(progress: ScanProgress): void;
}

export function createReadingProgress(timers: Timers, show: (percent: number | undefined) => void): ReadingProgress {
  let percent: number | undefined;
  let shown: number | undefined;
  let isDue = false;
  const waiting = new Map<"show" | "silence", Disposable>();

  function wait(what: "show" | "silence", delayMs: number, then: () => void): void {
    waiting.get(what)?.dispose();
    waiting.set(what, timers.after(delayMs, then));
  }

  function update(): void {
    if (!isDue || shown === percent) return;
    shown = percent;
    show(percent);
  }

  function end(): void {
    for (const timer of waiting.values()) timer.dispose();
    percent = undefined;
    update();
    isDue = false;
  }

  return {
    note({ readBytes, totalBytes }) {
      if (readBytes >= totalBytes) return end();
      if (percent === undefined) {
        wait("show", SHOW_AFTER_MS, () => {
          isDue = true;
          update();
        });
      }
      percent = Math.floor((readBytes / totalBytes) * 100);
      wait("silence", SILENT_MS, end);
      update();
    },
    dispose: end,
  };
}
