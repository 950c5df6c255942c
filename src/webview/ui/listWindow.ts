import { signal } from "@preact/signals";
import { createPinnedItems } from "./pinnedItems";
import { rangeAt, rangeAtEnd, slotsOf, type ItemRange, type Slot } from "./windowLayout";

/** How far beyond the viewport items are kept in the page, in viewports. */
const OVERSCAN = 1.5;
/** What a viewport is taken for until there is one. */
const ASSUMED_VIEWPORT = 800;

export interface ListWindowOptions {
  /** Whether the list is shown from its end, wherever that comes to be. */
  readonly isAtEnd: () => boolean;
  /** Pixels an item will need, roughly; asked once for each that has not been in the page. */
  readonly estimate: (id: string) => number;
}

/** The part of a long list that is in the page. Whoever creates it owns what it observes, and ends that by what `attach` gives. */
export interface ListWindow {
  /** What stands in the list now. Read in a component, it repaints that when the part changes. */
  slots(ids: readonly string[]): readonly Slot[];
  /** How far an item is from the list's top, pixels: exact only where all above it has been in the page. */
  offsetOf(id: string): number;
  /** Takes in what the last paint put into the page: to be called after each. */
  observe(): void;
  /** `scroller` scrolls; the items are the children of `content` that carry `data-item`. */
  attach(scroller: HTMLElement, content: HTMLElement): () => void;
}

/**
 * Keeps the items near the viewport in the page, and besides them the last one, which may be growing, the one that holds
 * the focus, and those with selected text. Items above that turn out higher or lower than they were taken for do not move what is read: the page's own
 * scroll anchoring sees to that, without breaking off a scroll that is under way.
 */
export function createListWindow({ isAtEnd, estimate }: ListWindowOptions): ListWindow {
  /** Counts the changes of `range` from outside of a paint. */
  const changes = signal(0);
  const pinned = createPinnedItems();
  const heights = new Map<string, number>();
  const observed = new Map<Element, string>();
  let ids: readonly string[] = [];
  let range: ItemRange = { start: 0, end: 0 };
  let page: { readonly scroller: HTMLElement; readonly content: HTMLElement; readonly sizes: ResizeObserver } | undefined;
  let viewport = ASSUMED_VIEWPORT;
  let frame: number | undefined;
  /** Where to scroll after a paint that put items in front of those that are read. */
  let scrollTo: number | undefined;
  /** Where the focus was before a paint. */
  let focus: Element | null = null;

  const heightOf = (index: number): number => {
    const id = ids[index] ?? "";
    const known = heights.get(id);
    if (known !== undefined) return known;
    const height = estimate(id);
    heights.set(id, height);
    return height;
  };

  function currentRange(): ItemRange {
    const sizes = { count: ids.length, heightOf };
    const overscan = viewport * OVERSCAN;
    if (page === undefined || isAtEnd()) return rangeAtEnd(sizes, viewport + overscan);
    const top = scrollTo ?? page.scroller.scrollTop;
    return rangeAt(sizes, top - overscan, top + viewport + overscan);
  }

  function isAsItShouldBe(): boolean {
    const { start, end } = currentRange();
    return start === range.start && end === range.end;
  }

  function update(): void {
    if (!isAsItShouldBe()) changes.value++;
  }

  function measure(entries: readonly ResizeObserverEntry[]): void {
    for (const { target, borderBoxSize } of entries) {
      const id = observed.get(target);
      const height = borderBoxSize[0]?.blockSize ?? 0;
      if (id !== undefined && height > 0) heights.set(id, height); // nothing has a height while the whole panel is hidden
    }
    later();
  }

  /** Not within the observer's own call: what comes into the page then would be reported a frame late, as an error. No frame for nothing. */
  function later(): void {
    if (page === undefined || page.scroller.clientHeight === 0) return;
    viewport = page.scroller.clientHeight;
    if (isAsItShouldBe()) return;
    frame ??= requestAnimationFrame(() => {
      frame = undefined;
      update();
    });
  }

  return {
    slots(next) {
      void changes.value; // read, so that each repaints
      const addedInFront = ids.length === 0 ? 0 : next.indexOf(ids[0] ?? "");
      ids = next;
      if (addedInFront > 0 && page !== undefined && !isAtEnd()) {
        scrollTo = page.scroller.scrollTop;
        for (let index = 0; index < addedInFront; index++) scrollTo += heightOf(index);
      }
      if (ids.length === 0) heights.clear();
      range = currentRange();
      focus = document.activeElement;
      const isPinned = pinned.of(ids);
      return slotsOf(ids, heightOf, range, (index) => index === ids.length - 1 || isPinned(index));
    },
    offsetOf(id) {
      let offset = 0;
      for (let index = 0; index < ids.length && ids[index] !== id; index++) offset += heightOf(index);
      return offset;
    },
    observe() {
      if (page === undefined) return;
      const { content, sizes } = page;
      // Said outright: the page's own anchoring does nothing at the very top.
      if (scrollTo !== undefined) page.scroller.scrollTop = scrollTo;
      scrollTo = undefined;
      const present = new Set<Element>();
      for (const child of content.children) {
        const id = child.getAttribute("data-item");
        if (id === null) continue;
        present.add(child);
        if (observed.has(child)) continue;
        observed.set(child, id);
        sizes.observe(child);
      }
      for (const element of observed.keys()) {
        if (present.has(element)) continue;
        observed.delete(element);
        sizes.unobserve(element);
      }
      // An element that the paint moved within the page has lost the focus.
      if (focus !== null && focus !== document.activeElement && content.contains(focus) && focus instanceof HTMLElement) focus.focus({ preventScroll: true });
    },
    attach(scroller, content) {
      const sizes = new ResizeObserver(measure);
      page = { scroller, content, sizes };
      sizes.observe(scroller);
      const onScroll = (): void => void (scroller.clientHeight > 0 && update());
      scroller.addEventListener("scroll", onScroll, { passive: true });
      const unpin = pinned.attach(content);
      return () => {
        sizes.disconnect();
        observed.clear();
        scroller.removeEventListener("scroll", onScroll);
        unpin();
        if (frame !== undefined) cancelAnimationFrame(frame);
        frame = undefined;
        page = undefined;
      };
    },
  };
}
