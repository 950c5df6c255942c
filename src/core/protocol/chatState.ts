import { arr, bool, literal, nat, num, obj, opt, str, type Infer } from "../base/check";
import { blockKind, role } from "./blocks";
import { failure } from "./failures";

const block = obj({ blockId: str, role, block: blockKind, text: str, isOpen: bool, startedAt: opt(num), endedAt: opt(num) });
export type Block = Infer<typeof block>;

export const usage = obj({
  model: str,
  inputTokens: nat,
  outputTokens: nat,
  cacheReadTokens: nat,
  cacheWrite5mTokens: nat,
  cacheWrite1hTokens: nat,
});
export type Usage = Infer<typeof usage>;

const turn = obj({
  turnId: str,
  parentTurnId: opt(str),
  /** The turn whose question this one asks again; it has no question blocks of its own. */
  retryOf: opt(str),
  /** The turn whose question this one asks in other words, in its place. */
  editOf: opt(str),
  model: str,
  effort: opt(str),
  startedAt: num,
  endedAt: opt(num),
  /** The server asked to wait; the next try begins at `untilAt` (ms since 1970). */
  waiting: opt(obj({ untilAt: num, attempt: nat, message: str })),
  status: literal("running", "done", "cancelled", "failed", "interrupted"),
  stopReason: opt(str),
  failure: opt(failure),
  blocks: arr(block),
  usage: opt(usage),
});
export type Turn = Infer<typeof turn>;

/** A chat as host and webview both see it: what `reduce` makes of its events. `seq` is the last durable event taken in. */
export const chatState = obj({
  chatId: str,
  seq: nat,
  title: str,
  createdAt: num,
  updatedAt: num,
  isDeleted: bool,
  model: opt(str),
  effort: opt(str),
  /** A turn of the branch that was chosen to be seen; without it that is the newest. */
  shownTurnId: opt(str),
  turns: arr(turn),
});
export type ChatState = Infer<typeof chatState>;

export function emptyChat(chatId: string): ChatState {
  return { chatId, seq: 0, title: "", createdAt: 0, updatedAt: 0, isDeleted: false, turns: [] };
}
