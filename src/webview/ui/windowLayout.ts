/** What stands in a long list: an item, or empty room for items that are not in the page. */
export type Slot = { readonly type: "item"; readonly id: string; readonly index: number } | { readonly type: "gap"; readonly key: string; readonly height: number };

/** Indexes of the items near the viewport; `end` is not one of them. */
export interface ItemRange {
  readonly start: number;
  readonly end: number;
}

export interface Sizes {
  readonly count: number;
  /** Pixels; measured where the item has been in the page, else estimated. */
  readonly heightOf: (index: number) => number;
}

/** The items that touch the stretch from `from` to `to`, pixels from the first one's top. At least one, if there are any. */
export function rangeAt({ count, heightOf }: Sizes, from: number, to: number): ItemRange {
  let start: number | undefined;
  let bottom = 0;
  for (let index = 0; index < count; index++) {
    bottom += heightOf(index);
    if (start === undefined && (bottom > from || index === count - 1)) start = index;
    if (start !== undefined && bottom >= to) return { start, end: index + 1 };
  }
  return { start: start ?? 0, end: count };
}

/** The last items, as many as fill `length` pixels. At least one, if there are any. */
export function rangeAtEnd({ count, heightOf }: Sizes, length: number): ItemRange {
  let start = count;
  let filled = 0;
  while (start > 0 && (filled < length || start === count)) filled += heightOf(--start);
  return { start, end: count };
}

/**
 * The list from top to bottom: the range, the pinned items wherever they are, and gaps as high as what they stand for. A gap
 * is named after the item below it, so that none is ever taken for another and items never change their order in the page.
 */
export function slotsOf(ids: readonly string[], heightOf: (index: number) => number, { start, end }: ItemRange, isPinned: (index: number) => boolean): readonly Slot[] {
  const slots: Slot[] = [];
  let room = 0;
  for (const [index, id] of ids.entries()) {
    if ((index < start || index >= end) && !isPinned(index)) {
      room += heightOf(index);
      continue;
    }
    if (room > 0) slots.push({ type: "gap", key: `above ${id}`, height: room });
    room = 0;
    slots.push({ type: "item", id, index });
  }
  if (room > 0) slots.push({ type: "gap", key: "end", height: room });
  return slots;
}
