import type { PanelMemory, PanelState } from "../../../src/core/ports";

/** A panel's state that lasts as long as the object. */
export function createMemoryPanel(initial: PanelState = { drafts: {} }): PanelMemory {
  let state = initial;
  return {
    read: async () => state,
    change: async (edit) => void (state = edit(state)),
  };
}
