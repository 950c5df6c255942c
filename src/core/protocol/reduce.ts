import { defined } from "../base/records";
import type { BlockKind } from "./blocks";
import type { Block, ChatState, Turn, Usage } from "./chatState";
import { isDurable, type EventOf, type SessionEvent } from "./events";

/**
 * Takes one event into a chat's state. Pure; what an event does not touch keeps its identity, so that a view repaints that
 * part alone. Taking the same event twice changes nothing. Events of other chats and of no chat are ignored.
 */
export function reduce(state: ChatState, event: SessionEvent): ChatState {
  if (event.chatId !== state.chatId) return state;
  if (!isDurable(event)) return takeIn(state, event);
  if (event.seq <= state.seq) return state;
  const next = takeIn(state, event);
  return { ...next, seq: event.seq, updatedAt: Math.max(state.updatedAt, event.at) };
}

/** Whether events were missed before this one: durable events are numbered without gaps. */
export function hasGap(state: ChatState, event: SessionEvent): boolean {
  if (event.chatId !== state.chatId) return false;
  if (isDurable(event)) return event.seq > state.seq + 1;
  if (event.seq > state.seq) return true;
  if (event.type !== "block.delta") return false;
  const block = findBlock(state, event.turnId, event.blockId);
  return block === undefined || event.offset > block.text.length;
}

/** A wait is over as soon as anything else is heard of its turn. */
function takeIn(state: ChatState, event: SessionEvent): ChatState {
  const next = apply(state, event);
  if (event.type === "turn.waiting" || !("turnId" in event) || event.turnId === undefined) return next;
  return changeTurn(next, event.turnId, endWaiting);
}

function apply(state: ChatState, event: SessionEvent): ChatState {
  switch (event.type) {
    case "chat.created":
      return { ...state, title: state.title === "" ? event.title : state.title, createdAt: event.at };
    case "chat.renamed":
      return { ...state, title: event.title };
    case "chat.deleted":
      return { ...state, isDeleted: true };
    case "chat.restored":
      return { ...state, isDeleted: false };
    case "chat.settings":
      return chooseBranch(event.model === undefined ? state : chooseModel(state, event.model, event.effort), event.shownTurnId);
    case "turn.started":
      return startTurn(state, event);
    case "turn.waiting":
      return changeTurn(state, event.turnId, (turn) => (turn.status === "running" ? { ...turn, waiting: { untilAt: event.untilAt, attempt: event.attempt, message: event.message } } : turn));
    case "turn.ended":
      return changeTurn(state, event.turnId, (turn) => endTurn(turn, event));
    case "block.started":
      return changeTurn(state, event.turnId, (turn) => addBlock(turn, openBlock(event.blockId, event.role, event.block, event.at)));
    case "block.delta":
    case "block.part":
      return changeBlock(state, event.turnId, event.blockId, (block) => extend(block, event.offset, event.text));
    case "block.ended":
      return changeBlock(state, event.turnId, event.blockId, (block) => (block.isOpen ? { ...block, block: event.block ?? block.block, isOpen: false, endedAt: event.at } : block));
    case "tool.requested":
      return changeTurn(state, event.turnId, (turn) => addBlock(turn, openBlock(event.callId, "assistant", { kind: "tool", tool: event.tool, input: event.input, ...defined({ inputBlob: event.inputBlob }) }, event.at)));
    case "tool.progress":
      return changeBlock(state, event.turnId, event.callId, (block) => (block.isOpen ? { ...block, text: event.text } : block));
    case "tool.ended":
      return changeBlock(state, event.turnId, event.callId, (block) => endTool(block, event));
    case "notice":
      return addNotice(state, event);
    case "usage":
      return changeTurn(state, event.turnId, (turn) => ({ ...turn, usage: addUsage(turn.usage, event) }));
    default:
      // The rest of the vocabulary has no view in a chat yet; it is stored all the same.
      return state;
  }
}

function startTurn(state: ChatState, event: EventOf<"turn.started">): ChatState {
  if (state.turns.some((turn) => turn.turnId === event.turnId)) return state;
  const { turnId, model, effort } = event;
  // Only what came before can be a parent or be repeated: a circle in foreign data would be walked for ever.
  const known = (id: string | undefined): string | undefined => (state.turns.some((turn) => turn.turnId === id) ? id : undefined);
  const [parentTurnId, retryOf, editOf] = [known(event.parentTurnId), known(event.retryOf), known(event.editOf)];
  const turn: Turn = defined({ turnId, parentTurnId, retryOf, editOf, model, effort, startedAt: event.at, status: "running" as const, blocks: [] });
  const { shownTurnId: _before, ...rest } = state; // what is asked now is what is looked at
  return { ...rest, turns: [...state.turns, turn] };
}

/** One that is not known is as none: the newest is shown. */
function chooseBranch(state: ChatState, shownTurnId: string | undefined): ChatState {
  return shownTurnId === undefined ? state : { ...state, shownTurnId };
}

/** A model is chosen with its effort: none is a choice too. */
function chooseModel({ effort: _before, ...state }: ChatState, model: string, effort: string | undefined): ChatState {
  return { ...state, ...defined({ model, effort }) };
}

function endWaiting(turn: Turn): Turn {
  if (turn.waiting === undefined) return turn;
  const { waiting: _over, ...rest } = turn;
  return rest;
}

/** The first end counts: two windows may both find a turn interrupted. */
function endTurn(turn: Turn, event: EventOf<"turn.ended">): Turn {
  if (turn.status !== "running") return turn;
  const blocks = turn.blocks.some((block) => block.isOpen) ? turn.blocks.map((block) => (block.isOpen ? { ...block, isOpen: false, endedAt: event.at } : block)) : turn.blocks;
  return { ...turn, ...defined({ status: event.status, endedAt: event.at, stopReason: event.stopReason, failure: event.failure }), blocks };
}

function openBlock(blockId: string, role: Block["role"], block: BlockKind, at: number): Block {
  return { blockId, role, block, text: "", isOpen: true, startedAt: at };
}

function addBlock(turn: Turn, block: Block): Turn {
  return turn.blocks.some((known) => known.blockId === block.blockId) ? turn : { ...turn, blocks: [...turn.blocks, block] };
}

function endTool(block: Block, { at, status, durationMs, output, outputBlob }: EventOf<"tool.ended">): Block {
  if (block.block.kind !== "tool" || !block.isOpen) return block;
  return { ...block, block: { ...block.block, ...defined({ status, durationMs, outputBlob }) }, text: output, isOpen: false, endedAt: at };
}

/** Stands with its turn, else with the last one: a chat without any turn shows nothing. */
function addNotice(state: ChatState, { id, turnId, level, text, at }: EventOf<"notice">): ChatState {
  const turn = turnId ?? state.turns.at(-1)?.turnId;
  if (turn === undefined) return state;
  return changeTurn(state, turn, (known) => addBlock(known, { ...openBlock(id, "assistant", { kind: "notice", level }, at), text, isOpen: false, endedAt: at }));
}

/** Text arrives in pieces that say where they begin, so a piece seen before adds nothing and one too far ahead is left out. */
function extend(block: Block, offset: number, text: string): Block {
  const known = block.text.length;
  if (offset > known || offset + text.length <= known) return block;
  return { ...block, text: block.text + text.slice(known - offset) };
}

/** A turn of many steps uses tokens in each. */
function addUsage(before: Usage | undefined, { model, ...now }: Usage): Usage {
  const sum = (field: keyof typeof now): number => (before?.[field] ?? 0) + now[field];
  return {
    model,
    inputTokens: sum("inputTokens"),
    outputTokens: sum("outputTokens"),
    cacheReadTokens: sum("cacheReadTokens"),
    cacheWrite5mTokens: sum("cacheWrite5mTokens"),
    cacheWrite1hTokens: sum("cacheWrite1hTokens"),
  };
}

function changeTurn(state: ChatState, turnId: string, change: (turn: Turn) => Turn): ChatState {
  const index = state.turns.findLastIndex((turn) => turn.turnId === turnId);
  const turn = state.turns[index];
  if (turn === undefined) return state;
  const changed = change(turn);
  return changed === turn ? state : { ...state, turns: state.turns.with(index, changed) };
}

function changeBlock(state: ChatState, turnId: string, blockId: string, change: (block: Block) => Block): ChatState {
  return changeTurn(state, turnId, (turn) => {
    const index = turn.blocks.findLastIndex((block) => block.blockId === blockId);
    const block = turn.blocks[index];
    if (block === undefined) return turn;
    const changed = change(block);
    return changed === block ? turn : { ...turn, blocks: turn.blocks.with(index, changed) };
  });
}

function findBlock(state: ChatState, turnId: string, blockId: string): Block | undefined {
  return state.turns.findLast((turn) => turn.turnId === turnId)?.blocks.findLast((block) => block.blockId === blockId);
}
