import { defined } from "../../core/base/records";
import type { PanelMemory, PanelState } from "../../core/ports";

/** The same memory, telling after each change. */
export function observed(panel: PanelMemory, onChange: () => void): PanelMemory {
  return {
    read: () => panel.read(),
    async change(edit) {
      await panel.change(edit);
      onChange();
    },
  };
}

/** A tab's memory: which chat it shows is its own, and gone with it; the drafts are the window's, each of its chat. */
export function createTabMemory(window: PanelMemory, firstChatId: string | undefined): PanelMemory {
  let chatId = firstChatId;
  const ofTab = ({ drafts }: PanelState): PanelState => defined({ chatId, drafts });
  return {
    read: async () => ofTab(await window.read()),
    change: (edit) =>
      window.change((before) => {
        const after = edit(ofTab(before));
        chatId = after.chatId;
        return { ...before, drafts: after.drafts };
      }),
  };
}
