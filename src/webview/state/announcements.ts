import type { ChatState, Turn } from "../../core/protocol/chatState";
import { plainText, shorten } from "../markdown/plainText";
import { strings } from "../strings";

/** How much of an answer is spoken; the rest is there to be read. */
const SPOKEN_LENGTH = 200;

/**
 * What to say aloud of the step from one state of a chat to the next: each answer that ended in it, once. Of a chat just
 * opened that is nothing but the answer to the turn that was asked from here, `askedTurnId`.
 */
export function announcementsBetween(before: ChatState | undefined, after: ChatState, askedTurnId?: string): readonly string[] {
  const wasOpen = (turn: Turn): boolean => {
    if (before === undefined) return turn.turnId === askedTurnId;
    const known = before.turns.find((candidate) => candidate.turnId === turn.turnId);
    return known === undefined || known.status === "running"; // one that began and ended within a batch is unknown
  };
  return after.turns.filter((turn) => turn.status !== "running" && wasOpen(turn)).map(announcementOf);
}

function announcementOf(turn: Turn): string {
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

/** The Markdown of a turn's answer, its text blocks one after the other. */
export function answerText(turn: Turn): string {
  const texts = turn.blocks.filter((block) => block.role === "assistant" && block.block.kind === "text").map((block) => block.text);
  return texts.filter((text) => text.trim() !== "").join("\n\n");
}
