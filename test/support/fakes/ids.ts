import type { Ids } from "../../../src/core/ports";

/** Ids `id0001`, `id0002`, … : unique, and sorted by the time of their making up to 9999 of them. */
export function createCountingIds(prefix = "id"): Ids {
  let count = 0;
  return { next: () => `${prefix}${String(++count).padStart(4, "0")}` };
}
