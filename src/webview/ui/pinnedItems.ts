import { signal } from "@preact/signals";

/** A selection over more items than this is not held together: all of them would have to be in the page. */
const MAX_SELECTED = 300;

/** Which items of a long list have to stay in the page wherever it is scrolled: for the focus, and for a selection of text. */
export interface PinnedItems {
  /** Read in a component, it repaints that when other items are pinned. */
  of(ids: readonly string[]): (index: number) => boolean;
  /** The items are the children of `content` that carry `data-item`. */
  attach(content: HTMLElement): () => void;
}

export function createPinnedItems(): PinnedItems {
  const focused = signal<string | undefined>(undefined);
  const selected = signal<readonly [string, string] | undefined>(undefined);

  return {
    of(ids) {
      const focusedIndex = focused.value === undefined ? -1 : ids.indexOf(focused.value);
      const ends = (selected.value ?? []).map((id) => ids.indexOf(id)).sort((left, right) => left - right);
      const [first = -1, last = -1] = ends;
      const isHeld = first >= 0 && last - first < MAX_SELECTED;
      return (index) => index === focusedIndex || (isHeld && index >= first && index <= last);
    },
    attach(content) {
      const onFocusIn = (event: FocusEvent): void => void (focused.value = itemOf(event.target, content));
      const onSelectionChange = (): void => {
        const selection = document.getSelection();
        const [from, to] = selection === null || selection.isCollapsed ? [] : [itemOf(selection.anchorNode, content), itemOf(selection.focusNode, content)];
        const before = selected.peek();
        if (from === before?.[0] && to === before?.[1]) return;
        selected.value = from === undefined || to === undefined ? undefined : [from, to];
      };
      content.addEventListener("focusin", onFocusIn);
      document.addEventListener("selectionchange", onSelectionChange);
      return () => {
        content.removeEventListener("focusin", onFocusIn);
        document.removeEventListener("selectionchange", onSelectionChange);
      };
    },
  };
}

/** The name of the item that a node is in. */
function itemOf(target: EventTarget | null, content: HTMLElement): string | undefined {
  const element = target instanceof Element ? target : target instanceof Node ? target.parentElement : null;
  const item = element?.closest("[data-item]") ?? null;
  return item !== null && content.contains(item) ? (item.getAttribute("data-item") ?? undefined) : undefined;
}
