import { createTables } from "../../src/core/store/tables";
import type { ChatState } from "../../src/core/protocol/chatState";
import { readEvent, type SessionEvent } from "../../src/core/protocol/events";
import { streamOf } from "../../src/core/store/streams";
import { systemClock } from "../../src/extension/adapters/clock";
import { createJournalReader } from "../../src/extension/adapters/journalReader";
import { openLocalDb } from "../../src/extension/adapters/localDb";
import { createRecordingLog } from "../support/fakes/log";
import { openWindow, type Ack } from "./window";

/** What was acknowledged and what of it is there. */
export interface Account {
  acknowledged: number;
  missing: number;
  doubled: number;
  /** Payloads kept apart that were acknowledged and looked for, chat by chat. */
  blobs: number;
  /** Everything else that must not be, a sentence each. */
  readonly problems: string[];
}

export function emptyAccount(): Account {
  return { acknowledged: 0, missing: 0, doubled: 0, blobs: 0, problems: [] };
}

export interface Line {
  readonly writer: string;
  readonly event: SessionEvent;
}

/** All readable lines of a chat as they stand in its files. */
export async function linesOf(root: string, chatId: string): Promise<readonly Line[]> {
  const reader = createJournalReader(root);
  const found: Line[] = [];
  for (const file of await reader.files(streamOf(chatId))) {
    for await (const line of reader.read(file, 0)) {
      const event = line.ok ? readEvent(line.value) : undefined;
      if (event?.ok === true) found.push({ writer: file.writer, event: event.value });
    }
  }
  return found;
}

/** Opens chats in a window of its own, as after a restart, and looks for each acknowledged event on disk and in the chat. */
export async function checkChats(root: string, writer: string, acks: ReadonlyMap<string, readonly Ack[]>, account: Account): Promise<void> {
  const log = createRecordingLog();
  const window = openWindow({ root, writer, log });
  try {
    for (const [chatId, acknowledged] of acks) {
      if (!(await window.ownership.take(chatId))) account.problems.push(`${chatId} is still held by a window that is gone`);
      const state = await window.sessions.state(chatId);
      checkChat(chatId, state, await linesOf(root, chatId), acknowledged, account);
      for (const sha256 of new Set(acknowledged.flatMap(({ blob }) => blob ?? []))) {
        const found = await window.blobs.get(sha256);
        account.blobs++;
        if (!found.ok) account.problems.push(`the blob ${sha256.slice(0, 12)} that ${chatId} names is ${found.error.code}`);
      }
    }
  } finally {
    await window.journal.close();
  }
  account.problems.push(...log.lines.filter((line) => line.startsWith("error")));
}

function checkChat(chatId: string, state: ChatState, lines: readonly Line[], acknowledged: readonly Ack[], account: Account): void {
  const times = countBy(lines.map(({ event }) => event.id));
  const shown = countBy(state.turns.flatMap((turn) => turn.blocks).flatMap((block) => block.text.match(/\[[^\]]*\]/g) ?? []));
  for (const { id, mark } of acknowledged) {
    const counts = [times.get(id) ?? 0, ...(mark === undefined ? [] : [shown.get(mark) ?? 0])];
    if (counts.includes(0)) account.missing++;
    if (counts.some((count) => count > 1)) account.doubled++;
  }
  const numbers = lines.map(({ event }) => event.seq).sort((a, b) => a - b);
  const odd = numbers.findIndex((seq, index) => seq !== index + 1);
  if (odd >= 0) account.problems.push(`${chatId}: where number ${odd + 1} should stand, ${numbers[odd]} does`);
  if (state.seq !== numbers.length) account.problems.push(`${chatId} is shown up to ${state.seq} of ${numbers.length} events`);
  if (state.turns.some((turn) => turn.status === "running")) account.problems.push(`${chatId} has a turn that never ends`);
}

/** What a chat says of who wrote when: a turn is one window's, from its beginning to its end. */
export function checkTurns(chatId: string, lines: readonly Line[], account: Account): void {
  let turn: { readonly id: string; readonly writer: string } | undefined;
  for (const { event, writer } of [...lines].sort((a, b) => a.event.seq - b.event.seq)) {
    if (event.type === "turn.started") {
      if (turn !== undefined) account.problems.push(`${chatId}: ${writer} began a turn within one of ${turn.writer}`);
      turn = { id: event.turnId, writer };
    } else if (event.type !== "chat.created" && writer !== turn?.writer) account.problems.push(`${chatId}: ${event.type} number ${event.seq} of ${writer} stands in a turn of ${turn?.writer ?? "nobody"}`);
    if (event.type === "turn.ended") turn = undefined;
  }
}

/** The tables over an image as a killed process left it must say what the journals say. */
export async function checkImage(root: string, image: { readonly wasmPath: string; readonly imagePath: string }, chatIds: Iterable<string>, account: Account): Promise<void> {
  const tables = createTables({ openDb: () => openLocalDb(image), journal: createJournalReader(root), timers: systemClock, log: createRecordingLog() });
  await tables.listChats({}, 1);
  for (const chatId of chatIds) {
    const turns = (await linesOf(root, chatId)).filter(({ event }) => event.type === "turn.started").length;
    const listed = (await tables.find(chatId))?.turnCount ?? 0;
    if (listed !== turns) account.problems.push(`the tables count ${listed} turns of ${chatId}, its journals ${turns}`);
  }
  await tables.close();
}

function countBy(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
