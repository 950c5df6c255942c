import { t } from "../base/l10n";
import { defined } from "../base/records";
import type { Ids } from "../ports";
import { shownTurns } from "../protocol/branches";
import type { Block, ChatState, Turn } from "../protocol/chatState";
import type { ChatEvent, EventBody } from "../protocol/events";
import { MAX_PIECE_LENGTH } from "./answer";
import { pieces } from "./attachments";
import { branchTo, headOf, questionOf } from "./prompt";

export interface Copy {
  readonly chatId: string;
  readonly events: readonly EventBody<ChatEvent>[];
  /** What the person had asked last without getting a word of answer: it belongs into the box, not into the copy. */
  readonly draft: string;
}

export interface CopyOptions {
  readonly ids: Ids;
  readonly folder: { readonly name: string; readonly uri: string } | undefined;
}

/** About this many UTF-16 units make a token; only good for leaving room. */
const UNITS_PER_TOKEN = 4;
/** How much of what the model can read may be taken up by what is carried over. */
const CARRIED_SHARE = 1 / 4;
const DEFAULT_INPUT_TOKENS = 200_000;

/** A chat of its own with the same turns. What they cost is not copied: it was paid once. */
export function duplicateChat(chat: ChatState, options: CopyOptions): Copy {
  return write(chat, chat.turns, t("{0} (copy)", chat.title), options);
}

/** A chat of its own with the shown branch up to one turn, that one included; undefined where it is not on that branch. */
export function forkChat(chat: ChatState, turnId: string, options: CopyOptions): Copy | undefined {
  const branch = shownTurns(chat);
  const end = branch.findIndex((turn) => turn.turnId === turnId);
  if (end < 0) return undefined;
  const turns = branch.slice(0, end + 1).map((turn) => ({ ...unlinked(turn), blocks: [...questionOf(chat, turn), ...turn.blocks.filter((block) => block.role === "assistant")] }));
  return write(withoutChoice(chat), turns, t("{0} (fork)", chat.title), options);
}

/**
 * A chat that begins with the last turns of this one, as many as fit into a quarter of what the model can read; the very
 * last is cut rather than left out. Its thinking stays behind.
 */
export function continueChat(chat: ChatState, maxInputTokens: number | undefined, options: CopyOptions): Copy {
  const maxLength = Math.floor((maxInputTokens ?? DEFAULT_INPUT_TOKENS) * CARRIED_SHARE) * UNITS_PER_TOKEN;
  const head = headOf(chat);
  const branch = head === undefined ? [] : branchTo(chat, head.turnId);
  const turns: Turn[] = [];
  let room = maxLength;
  for (const turn of branch.map((item) => standAlone(chat, item)).reverse()) {
    const length = turn.blocks.reduce((sum, block) => sum + lengthOf(block), 0);
    if (length > room) {
      if (turns.length === 0) turns.push(shorten(turn, room));
      break;
    }
    room -= length;
    turns.unshift(turn);
  }
  const last = shownTurns(chat).at(-1);
  const isUnanswered = last !== undefined && last.turnId !== head?.turnId;
  const draft = isUnanswered ? questionOf(chat, last).filter((block) => block.block.kind === "text").map((block) => block.text).join("\n\n") : "";
  return { ...write(withoutChoice(chat), turns, t("{0} (continued)", chat.title), options), draft };
}

/** UTF-16 units, or somewhat more where the text is kept apart. */
function lengthOf({ block, text }: Block): number {
  return block.kind === "attachment" && block.blob !== undefined ? block.blob.sizeBytes : text.length;
}

/** Where one branch is copied there is none to choose. */
function withoutChoice({ shownTurnId: _chosen, ...chat }: ChatState): ChatState {
  return chat;
}

/** The turn as one that is no version of another. */
function unlinked({ retryOf: _repeated, editOf: _edited, ...turn }: Turn): Turn {
  return turn;
}

/** The turn with its question, also where it repeats another's, and without what the model would not be sent. */
function standAlone(chat: ChatState, turn: Turn): Turn {
  const answer = turn.blocks.filter((block) => block.role === "assistant" && block.block.kind === "text" && block.text !== "");
  return { ...unlinked(turn), blocks: [...questionOf(chat, turn), ...answer] };
}

/** The end of a turn that is too long: its files are left out, and of each text the end is kept. */
function shorten(turn: Turn, room: number): Turn {
  const texts = turn.blocks.filter((block) => block.block.kind === "text");
  const share = Math.floor(room / Math.max(1, texts.length));
  return { ...turn, blocks: texts.map((block) => (block.text.length <= share ? block : { ...block, text: `…${endOf(block.text, share - 1)}` })) };
}

/** The last `length` units, one less where the first of them would be half a character. */
function endOf(text: string, length: number): string {
  const start = text.length - length;
  const code = text.charCodeAt(start);
  return text.slice(code >= 0xdc00 && code < 0xe000 ? start + 1 : start);
}

function write(chat: ChatState, turns: readonly Turn[], title: string, { ids, folder }: CopyOptions): Copy {
  const chatId = ids.next();
  const newIds = new Map(turns.map((turn) => [turn.turnId, ids.next()]));
  const inCopy = (id: string | undefined): string | undefined => (id === undefined ? undefined : newIds.get(id));
  const events: EventBody<ChatEvent>[] = [defined({ type: "chat.created" as const, chatId, title, folder: folder?.name, folderUri: folder?.uri })];
  const fromTurnId = turns.at(-1)?.turnId;
  if (fromTurnId !== undefined) events.push({ type: "chat.forked", chatId, fromChatId: chat.chatId, fromTurnId });
  if (chat.model !== undefined) events.push(defined({ type: "chat.settings" as const, chatId, model: chat.model, effort: chat.effort }));
  for (const turn of turns) {
    const turnId = newIds.get(turn.turnId) ?? ids.next();
    events.push(defined({ type: "turn.started" as const, chatId, turnId, parentTurnId: inCopy(turn.parentTurnId), retryOf: inCopy(turn.retryOf), editOf: inCopy(turn.editOf), model: turn.model, effort: turn.effort }));
    for (const block of turn.blocks) events.push(...copyBlock(chatId, turnId, ids.next(), block));
    // What still runs goes on in its own chat only.
    const status = turn.status === "running" ? "interrupted" : turn.status;
    events.push(defined({ type: "turn.ended" as const, chatId, turnId, status, stopReason: turn.stopReason, failure: turn.failure }));
  }
  const shownTurnId = inCopy(chat.shownTurnId);
  if (shownTurnId !== undefined) events.push({ type: "chat.settings", chatId, shownTurnId });
  return { chatId, events, draft: "" };
}

function copyBlock(chatId: string, turnId: string, blockId: string, { role, block, text }: Block): readonly EventBody<ChatEvent>[] {
  return [
    { type: "block.started", chatId, turnId, blockId, role, block },
    ...[...pieces(text, MAX_PIECE_LENGTH)].map((piece): EventBody<ChatEvent> => ({ type: "block.part", chatId, turnId, blockId, ...piece })),
    { type: "block.ended", chatId, turnId, blockId },
  ];
}
