import { signal, type ReadonlySignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useLayoutEffect, useMemo } from "preact/hooks";

/** Near enough to the end to be taken there again, in pixels. */
const NEAR_END = 24;

export interface StickToEnd {
  /** Whether the reader has scrolled away from the end. */
  readonly isAway: ReadonlySignal<boolean>;
  /** Whether anything lies above what is seen. */
  readonly isScrolled: ReadonlySignal<boolean>;
  /** Goes to the end and stays there. */
  toEnd(): void;
  /** Stays where it is, whatever changes. */
  letGo(): void;
  /** Follows the end again if that is where it is. */
  look(): void;
}

/**
 * Keeps a scroller at its end while its content grows, as long as the reader is there. Only a move upwards lets go: by the time
 * a scroll event arrives, new content may already stand below, so the distance to the end says nothing by itself.
 */
export function useStickToEnd(scroller: RefObject<HTMLElement | null>, content: RefObject<HTMLElement | null>): StickToEnd {
  const stick = useMemo(createStick, []);
  useLayoutEffect(() => {
    if (scroller.current === null || content.current === null) return undefined;
    return stick.attach(scroller.current, content.current);
  }, [stick, scroller, content]);
  return stick;
}

function createStick(): StickToEnd & { attach(scroller: HTMLElement, content: HTMLElement): () => void } {
  const isAway = signal(false);
  const isScrolled = signal(false);
  let element: HTMLElement | undefined;
  let lastTop = 0;

  function settle(): void {
    if (element === undefined || isAway.peek()) return;
    element.scrollTop = element.scrollHeight;
    lastTop = element.scrollTop;
    isScrolled.value = lastTop > 0;
  }

  function onScroll(): void {
    if (element === undefined) return;
    const top = element.scrollTop;
    const distance = element.scrollHeight - element.clientHeight - top;
    if (distance <= 2 || (top > lastTop && distance < NEAR_END)) isAway.value = false;
    else if (top < lastTop) isAway.value = true;
    lastTop = top;
    isScrolled.value = top > 0;
  }

  return {
    isAway,
    isScrolled,
    toEnd() {
      isAway.value = false;
      settle();
    },
    letGo: () => void (isAway.value = true),
    look() {
      if (element === undefined || element.scrollHeight - element.clientHeight - element.scrollTop > 2) return;
      lastTop = element.scrollTop;
      isAway.value = false;
    },
    attach(scroller, content) {
      element = scroller;
      const observer = new ResizeObserver(settle);
      observer.observe(content);
      observer.observe(scroller);
      // At once, where the content was changed: scrolled within the frame, the page would need a second one to tell of it.
      const changes = new MutationObserver(settle);
      changes.observe(content, { subtree: true, childList: true, characterData: true });
      scroller.addEventListener("scroll", onScroll, { passive: true });
      settle();
      return () => {
        observer.disconnect();
        changes.disconnect();
        scroller.removeEventListener("scroll", onScroll);
        element = undefined;
      };
    },
  };
}
