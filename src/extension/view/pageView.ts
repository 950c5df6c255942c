import type { ChatState } from "../../core/protocol/chatState";
import type { SessionEvent } from "../../core/protocol/events";

/**
 * The page shows an attachment's name and lines, never its text: up to 200,000 characters a question that need not cross
 * over and lie in the page's memory.
 */
export function withoutAttachedText(chat: ChatState): ChatState {
  const turns = chat.turns.map((turn) => {
    if (!turn.blocks.some((block) => block.block.kind === "attachment")) return turn;
    return { ...turn, blocks: turn.blocks.map((block) => (block.block.kind === "attachment" ? { ...block, text: "" } : block)) };
  });
  return { ...chat, turns };
}

/** The same for events as they come: parts of attachments keep their number and lose their text. */
export function createPageFilter(): (event: SessionEvent) => SessionEvent {
  const attachments = new Set<string>();
  return (event) => {
    if (event.type === "block.started" && event.block.kind === "attachment") attachments.add(event.blockId);
    if (event.type === "block.ended") attachments.delete(event.blockId);
    return event.type === "block.part" && attachments.has(event.blockId) ? { ...event, offset: 0, text: "" } : event;
  };
}
