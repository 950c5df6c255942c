import type { ChatSignals, TurnHead } from "./chatSignals";

const LINE_LENGTH = 55;
const LINE_HEIGHT = 20;
const FRAME_HEIGHT = 120;
const TOOL_HEIGHT = 34;
/** A text this long is told from its first characters: counting is done for thousands of turns at once. */
const COUNTED_LENGTH = 4000;

/** About how high a turn will be in the panel, pixels: it holds the turn's place until it is there to be measured. */
export function estimateHeight(turn: TurnHead | undefined, block: ChatSignals["block"]): number {
  if (turn === undefined) return FRAME_HEIGHT;
  const texts = turn.blocks.filter((place) => place.block.kind === "text").map((place) => block(turn.turnId, place.blockId)?.peek().text ?? "");
  const toolCount = turn.blocks.filter((place) => place.block.kind === "tool").length;
  return FRAME_HEIGHT + TOOL_HEIGHT * toolCount + LINE_HEIGHT * texts.reduce((lines, text) => lines + lineCount(text), 0);
}

function lineCount(text: string): number {
  const counted = text.slice(0, COUNTED_LENGTH);
  const lines = counted.split("\n").reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / LINE_LENGTH)), 0);
  return Math.ceil((lines * text.length) / Math.max(1, counted.length));
}
