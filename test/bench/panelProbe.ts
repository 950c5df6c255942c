import type { Frame } from "playwright-core";

/** One key press, ms. */
export interface KeyTime {
  /** From the press to the paint of what it wrote. */
  readonly toPaint: number;
  /** The same without the wait for the screen's next frame, in which the page had nothing to do for it. */
  readonly work: number;
}

interface Probe {
  /** When the last change of the page was on the screen, ms since 1970 on the clock that the server reads too. */
  paintedAt: number;
  readonly keys: KeyTime[];
}

type ProbedWindow = Window & {
  cairnProbe?: Probe;
  /** Chromium has it, the library of the DOM does not know it. */
  readonly scheduler: { postTask(task: () => void, options: { priority: "user-blocking" }): Promise<void> };
};

/**
 * Begins to note key presses in the panel's page. A paint is told by the task that comes first of all after the frame's callbacks:
 * the frame's layout and paint lie between the two.
 */
export async function probeKeys(frame: Frame): Promise<void> {
  await frame.evaluate(() => {
    const probe: Probe = { paintedAt: 0, keys: [] };
    (window as ProbedWindow).cairnProbe = probe;
    let pressedAt: number | undefined;
    document.addEventListener("keydown", (event) => (pressedAt = event.timeStamp), { capture: true });
    document.addEventListener("input", () => {
      const from = pressedAt;
      pressedAt = undefined;
      if (from === undefined) return;
      const handledAt = performance.now();
      requestAnimationFrame((frameAt) => {
        const onPainted = (): void => {
          const toPaint = performance.now() - from;
          probe.keys.push({ toPaint, work: toPaint - Math.max(0, frameAt - handledAt) });
        };
        void (window as ProbedWindow).scheduler.postTask(onPainted, { priority: "user-blocking" });
      });
    });
  });
}

/** Takes the key presses noted since the last call. */
export function takeKeys(frame: Frame): Promise<readonly KeyTime[]> {
  return frame.evaluate(() => (window as ProbedWindow).cairnProbe?.keys.splice(0) ?? []);
}

/** Begins to note when the page changes; the result ends that. */
export async function probePaints(frame: Frame): Promise<() => Promise<void>> {
  await frame.evaluate(() => {
    const holder = window as ProbedWindow & { cairnObserver?: MutationObserver };
    const probe = (holder.cairnProbe ??= { paintedAt: 0, keys: [] });
    let isWaiting = false;
    holder.cairnObserver = new MutationObserver(() => {
      if (isWaiting) return;
      isWaiting = true;
      requestAnimationFrame(() => {
        isWaiting = false;
        const channel = new MessageChannel();
        channel.port1.onmessage = () => (probe.paintedAt = Date.now());
        channel.port2.postMessage(0);
      });
    });
    holder.cairnObserver.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
  });
  return () => frame.evaluate(() => (window as { cairnObserver?: MutationObserver }).cairnObserver?.disconnect());
}

/** When the page's last change was painted, once nothing has changed for `quietMs`. */
export function lastPaint(frame: Frame, quietMs = 250): Promise<number> {
  return frame.evaluate(
    (limit) =>
      new Promise<number>((resolve) => {
        const look = (): void => {
          const { paintedAt = 0 } = (window as ProbedWindow).cairnProbe ?? {};
          if (paintedAt > 0 && Date.now() - paintedAt >= limit) resolve(paintedAt);
          else setTimeout(look, 20);
        };
        look();
      }),
    quietMs,
  );
}

/** From each frame to the next in the panel's page, ms, for as long as given. */
export function frameTimes(frame: Frame, durationMs: number): Promise<readonly number[]> {
  return frame.evaluate(
    (limit) =>
      new Promise<number[]>((resolve) => {
        const times: number[] = [];
        let first: number | undefined;
        let last = 0;
        const onFrame = (now: number): void => {
          if (first !== undefined) times.push(now - last);
          first ??= now;
          last = now;
          if (now - first < limit) requestAnimationFrame(onFrame);
          else resolve(times);
        };
        requestAnimationFrame(onFrame);
      }),
    durationMs,
  );
}
