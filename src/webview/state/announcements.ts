import type { ChatState, Turn } from "../../core/protocol/chatState";
import { plainText, shorten } from "../markdown/plainText";
import { strings } from "../strings";

/** How much of an answer is spoken; the rest is there to be read. */
const SPOKEN_LENGTH = 200;
/** A shorter wait, in seconds, would be over before it was spoken of. */
const SPOKEN_WAIT = 2;

/**
 * The turns that ended in the step from one state of a chat to the next. Of a chat just opened that is at most the turn
 * that was asked from here, `askedTurnId`.
 */
export function endedTurns(before: ChatState | undefined, after: ChatState, askedTurnId?: string): readonly Turn[] {
  if (before === undefined) return after.turns.filter((turn) => turn.turnId === askedTurnId && turn.status !== "running");
  const wasOpen = (turn: Turn, index: number): boolean => {
    const known = findTurn(before, turn.turnId, index);
    return known === undefined || known.status === "running"; // one that began and ended within a batch is unknown
  };
  // A step is taken with each painted frame: what kept its identity is not looked into, however long the chat.
  return after.turns.filter((turn, index) => before.turns[index] !== turn && turn.status !== "running" && wasOpen(turn, index));
}

/** The turns that began to wait in the step, for the first time or again; of a chat just opened as above. */
export function begunWaits(before: ChatState | undefined, after: ChatState, askedTurnId?: string): readonly Turn[] {
  if (before === undefined) return after.turns.filter((turn) => turn.turnId === askedTurnId && turn.waiting !== undefined);
  const isNew = (turn: Turn, index: number): boolean => findTurn(before, turn.turnId, index)?.waiting?.attempt !== turn.waiting?.attempt;
  return after.turns.filter((turn, index) => before.turns[index] !== turn && turn.waiting !== undefined && isNew(turn, index));
}

/** Turns keep their places but for rare exceptions, so the place is tried first. */
function findTurn({ turns }: ChatState, turnId: string, index: number): Turn | undefined {
  const placed = turns[index];
  return placed?.turnId === turnId ? placed : turns.find((turn) => turn.turnId === turnId);
}

/** What to say aloud of a turn that ended. */
export function announcementOf(turn: Turn): string {
  switch (turn.status) {
    case "cancelled":
      return strings.announce.stopped;
    case "interrupted":
      return strings.announce.interrupted;
    case "failed":
      return turn.failure?.message ?? strings.conversation.failed;
    default: {
      const answer = plainText(answerText(turn));
      return answer === "" ? strings.announce.answeredNothing : strings.announce.answered(shorten(answer, SPOKEN_LENGTH));
    }
  }
}

/** What to say aloud of a wait that begins at `now`, ms since 1970: the reason and the time, once. Undefined for a short one. */
export function announcementOfWait({ waiting }: Turn, now: number): string | undefined {
  if (waiting === undefined) return undefined;
  const seconds = Math.ceil((waiting.untilAt - now) / 1000);
  return seconds < SPOKEN_WAIT ? undefined : strings.announce.waiting(waiting.message, seconds);
}

/** The Markdown of a turn's answer, its text blocks one after the other. */
export function answerText(turn: Turn): string {
  const texts = turn.blocks.filter((block) => block.role === "assistant" && block.block.kind === "text").map((block) => block.text);
  return texts.filter((text) => text.trim() !== "").join("\n\n");
}
