import type { ChatState, Turn } from "../../core/protocol/chatState";

/** The words of a turn's question; a retry has those of the turn it repeats. `passed` ends a circle of retries. */
export function questionText(state: ChatState, turn: Turn, passed: readonly Turn[] = []): string {
  const origin = state.turns.find((candidate) => candidate.turnId === turn.retryOf);
  if (origin !== undefined && origin !== turn && !passed.includes(origin)) return questionText(state, origin, [...passed, turn]);
  return ownWords(turn);
}

/** What was asked in a chat, newest first, each text once. */
export function askedTexts(state: ChatState | undefined): readonly string[] {
  const texts = (state?.turns ?? []).map(ownWords).filter((text) => text !== "");
  return [...new Set(texts.toReversed())];
}

function ownWords(turn: Turn): string {
  return turn.blocks.filter((block) => block.role === "user" && block.block.kind === "text").map((block) => block.text).join("\n\n");
}
