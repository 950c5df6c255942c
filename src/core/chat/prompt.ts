import type { ModelMessage } from "../ports";
import { shownTurns } from "../protocol/branches";
import type { Block, ChatState, Turn } from "../protocol/chatState";
import { inlineText, type TextOf } from "./attachedFiles";
import { renderAttachment } from "./attachments";

const SYSTEM = [
  "You are Cairn, a coding assistant inside the person's editor.",
  "The person's messages may carry <attachment> blocks: the file or selection they have in front of them, as the editor has it, unsaved changes included.",
  "Answer in Markdown. Put code in fenced blocks with a language. Be exact and brief; when something is unknown or was not shown to you, say so.",
].join("\n");

export interface Instruction {
  readonly path: string;
  readonly text: string;
}

/** The system prompt: who Cairn is, then the workspace's own instruction files. */
export function buildSystem(instructions: readonly Instruction[]): readonly string[] {
  const files = instructions.map(({ path, text }) => `The workspace's ${path} says:\n<instructions path="${path}">\n${text}\n</instructions>`);
  return [SYSTEM, ...files];
}

/**
 * The conversation up to and with `turnId`, as the model is to see it: along the branch that leads there, so that an
 * answer that was retried is not in it. Turns without any answer text are joined with the next question. Texts that are kept
 * apart come by `textOf`.
 */
export function buildMessages(chat: ChatState, turnId: string, textOf: TextOf = inlineText): readonly ModelMessage[] {
  const messages: { role: ModelMessage["role"]; content: string[] }[] = [];
  const add = (role: ModelMessage["role"], content: readonly string[]): void => {
    if (content.length === 0) return;
    const last = messages.at(-1);
    if (last?.role === role) last.content.push(...content);
    else messages.push({ role, content: [...content] });
  };
  for (const turn of branchTo(chat, turnId)) {
    add("user", questionOf(chat, turn).filter(({ block }) => block.kind !== "blob").map((block) => renderBlock(block, textOf(block))));
    add("assistant", turn.blocks.filter((block) => block.role === "assistant" && block.block.kind === "text").map((block) => block.text.trimEnd()).filter((text) => text !== ""));
  }
  return messages;
}

/** What the person said and attached along the branch that leads to `turnId`. */
export function questionsTo(chat: ChatState, turnId: string): readonly Block[] {
  return branchTo(chat, turnId).flatMap((turn) => questionOf(chat, turn));
}

/** Where the next question hangs: the last turn of the shown branch, unless it failed without a word, which the conversation then goes on without. */
export function headOf(state: ChatState): Turn | undefined {
  let head = shownTurns(state).at(-1);
  while (head !== undefined && head.status === "failed" && !head.blocks.some((block) => block.role === "assistant" && block.block.kind !== "notice" && block.text !== "")) {
    const parent: string | undefined = head.parentTurnId;
    head = parent === undefined ? undefined : state.turns.find((turn) => turn.turnId === parent);
  }
  return head;
}

/** The person's blocks of a turn; those of the turn it repeats, where it is a retry. */
export function questionOf(chat: ChatState, turn: Turn): readonly Block[] {
  const origin = turn.retryOf === undefined ? turn : (chat.turns.find((other) => other.turnId === turn.retryOf) ?? turn);
  return origin === turn ? turn.blocks.filter((block) => block.role === "user") : questionOf(chat, origin);
}

/** The turns that lead to `turnId`, itself included, the first one first. */
export function branchTo(chat: ChatState, turnId: string): readonly Turn[] {
  const byId = new Map(chat.turns.map((turn) => [turn.turnId, turn]));
  const branch: Turn[] = [];
  const seen = new Set<string>();
  for (let turn = byId.get(turnId); turn !== undefined && !seen.has(turn.turnId); turn = turn.parentTurnId === undefined ? undefined : byId.get(turn.parentTurnId)) {
    seen.add(turn.turnId);
    branch.unshift(turn);
  }
  return branch;
}

function renderBlock({ block }: Block, text: string): string {
  return block.kind === "attachment" ? renderAttachment({ block, text }) : text;
}
