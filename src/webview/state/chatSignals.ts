import { batch, computed, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import type { BlockKind, Role } from "../../core/protocol/blocks";
import { branchesOf, type Branches } from "../../core/protocol/branches";
import type { Block, ChatState, Turn } from "../../core/protocol/chatState";

/** A block's place in its turn. Its text is in the block's own signal. */
export interface BlockPlace {
  readonly blockId: string;
  readonly role: Role;
  readonly block: BlockKind;
}

/** A turn without the text of its blocks: it changes when a block comes or the turn ends, not with each delta. */
export type TurnHead = Omit<Turn, "blocks"> & { readonly blocks: readonly BlockPlace[] };

/** Whether the model has begun to say something. */
export function hasAnswer(turn: TurnHead): boolean {
  return turn.blocks.some((place) => place.role === "assistant" && place.block.kind === "text");
}

/** A chat as signals: one a turn, one a block, so that a view repaints only what an event touched. */
export interface ChatSignals {
  readonly title: ReadonlySignal<string>;
  /** The turns of the shown branch. */
  readonly turnIds: ReadonlySignal<readonly string[]>;
  /** For each turn all that stand at its place, itself included, the oldest first. */
  readonly versions: ReadonlySignal<Branches["versions"]>;
  readonly lastTurnId: ReadonlySignal<string | undefined>;
  readonly isRunning: ReadonlySignal<boolean>;
  /** Undefined for a turn that is not, or no longer, in the chat; it may be of another branch than the one shown. */
  turn(turnId: string): ReadonlySignal<TurnHead> | undefined;
  block(turnId: string, blockId: string): ReadonlySignal<Block> | undefined;
}

export interface ChatSignalsWriter extends ChatSignals {
  /** Makes the signals say `next`; undefined for no chat. Only signals whose part changed its identity are touched. */
  write(next: ChatState | undefined): void;
}

/** Signals of the shown chat. Whoever creates them is their one writer. */
export function createChatSignals(): ChatSignalsWriter {
  const title = signal("");
  const turnIds = signal<readonly string[]>([]);
  const isRunning = signal(false);
  const turns = new Map<string, { readonly head: Signal<TurnHead>; source: Turn }>();
  const blocks = new Map<string, Signal<Block>>();
  const versions = signal<Branches["versions"]>(new Map());
  let written: readonly Turn[] = [];
  let shownTurnId: string | undefined;

  function write(next: ChatState | undefined): void {
    batch(() => {
      const all = next?.turns ?? [];
      title.value = next?.title ?? "";
      isRunning.value = all.some((turn) => turn.status === "running");
      // A step is taken with each painted frame, and in a long chat all turns but one are as they were.
      const isSameTree = next?.shownTurnId === shownTurnId && all.length === written.length && all.every((turn, index) => turn === written[index] || isSamePlace(turn, written[index]));
      if (isSameTree) {
        for (const [index, turn] of all.entries()) if (turn !== written[index]) writeTurn(turn);
        written = all;
        return;
      }
      written = all;
      shownTurnId = next?.shownTurnId;
      const kept = new Set(all.map((turn) => turn.turnId));
      for (const turnId of turns.keys()) if (!kept.has(turnId)) dropTurn(turnId);
      for (const turn of all) writeTurn(turn);
      const branches = branchesOf(all, shownTurnId);
      versions.value = branches.versions;
      if (!isSameList(turnIds.peek(), branches.shown)) turnIds.value = branches.shown;
    });
  }

  function writeTurn(turn: Turn): void {
    const known = turns.get(turn.turnId);
    if (known?.source === turn) return;
    for (const block of turn.blocks) {
      const key = blockKey(turn.turnId, block.blockId);
      const existing = blocks.get(key);
      if (existing === undefined) blocks.set(key, signal(block));
      else existing.value = block;
    }
    if (known === undefined) {
      turns.set(turn.turnId, { head: signal(headOf(turn)), source: turn });
      return;
    }
    if (hasNewHead(known.source, turn)) known.head.value = headOf(turn);
    known.source = turn;
  }

  function dropTurn(turnId: string): void {
    for (const { blockId } of turns.get(turnId)?.source.blocks ?? []) blocks.delete(blockKey(turnId, blockId));
    turns.delete(turnId);
  }

  return {
    title,
    turnIds,
    versions,
    isRunning,
    lastTurnId: computed(() => turnIds.value.at(-1)),
    turn: (turnId) => turns.get(turnId)?.head,
    block: (turnId, blockId) => blocks.get(blockKey(turnId, blockId)),
    write,
  };
}

function blockKey(turnId: string, blockId: string): string {
  return `${turnId}/${blockId}`;
}

function headOf(turn: Turn): TurnHead {
  return { ...turn, blocks: turn.blocks.map(({ blockId, role, block }) => ({ blockId, role, block })) };
}

/** Whether anything but the blocks' text changed. Fields are compared by identity, which `reduce` keeps. */
function hasNewHead(before: Turn, after: Turn): boolean {
  const { blocks: oldBlocks, ...oldHead } = before;
  const { blocks: newBlocks, ...newHead } = after;
  const fields = Object.keys({ ...oldHead, ...newHead }) as (keyof typeof oldHead)[]; // keys of these very objects
  if (fields.some((field) => oldHead[field] !== newHead[field])) return true;
  return !isSameList(oldBlocks.map((block) => block.block), newBlocks.map((block) => block.block));
}

/** Whether nothing changed that says where a turn stands among the others. */
function isSamePlace(turn: Turn, before: Turn | undefined): boolean {
  return turn.turnId === before?.turnId && turn.parentTurnId === before.parentTurnId && turn.retryOf === before.retryOf && turn.editOf === before.editOf && turn.status === before.status;
}

function isSameList(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((item, index) => item === right[index]);
}
