import type { ListWindow } from "./listWindow";

/** Frames in which a place may move while what stands above it comes into the page and is measured. */
const SETTLE_FRAMES = 4;
/** A place that is not in the page after so many frames is given up. */
const MAX_FRAMES = 60;

export interface Place {
  readonly turnId: string;
  readonly blockId?: string;
}

/** Scrolls a long list to a place that need not be in the page yet, and puts the focus there. Gives a function that breaks it off. */
export function reveal(scroller: HTMLElement, content: HTMLElement, list: ListWindow, { turnId, blockId }: Place): () => void {
  let frame = 0;
  let settled = 0;
  let request = requestAnimationFrame(step);
  function step(): void {
    const turn = content.querySelector<HTMLElement>(`[data-item="${CSS.escape(turnId)}"]`);
    if (turn === null) {
      scroller.scrollTop = list.offsetOf(turnId);
    } else {
      const block = blockId === undefined ? null : turn.querySelector<HTMLElement>(`[data-block="${CSS.escape(blockId)}"]`);
      (block ?? turn).scrollIntoView({ block: "start" });
      if (++settled === 1) turn.focus({ preventScroll: true });
    }
    if (settled < SETTLE_FRAMES && ++frame < MAX_FRAMES) request = requestAnimationFrame(step);
  }
  return () => cancelAnimationFrame(request);
}
