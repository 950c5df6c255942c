import { defined } from "../base/records";
import type { Journal } from "../ports";
import { shownTurns } from "../protocol/branches";
import { emptyChat, type ChatState, type Turn } from "../protocol/chatState";
import { readEvent, type SessionEvent } from "../protocol/events";
import { reduceMany, runThrough } from "../protocol/reduceMany";
import type { Tables } from "../store/tables";
import { streamOf } from "../store/streams";

/** A chat is opened with so many turns; the others follow. */
const SHOWN_TURNS = 40;
/** Of each file of a long chat so much is read before anything is shown. */
const END_BYTES = 128 * 1024;

/** A chat, or part of it. */
export interface OpenedChat {
  readonly chat: ChatState;
  /** False where earlier turns are left out. */
  readonly isWhole: boolean;
}

/** The last turns of a chat that is too long to be read before it is shown; undefined where it is not, or they do not tell. */
export async function readEnd(chatId: string, { journal, tables }: { readonly journal: Journal; readonly tables: Tables }): Promise<ChatState | undefined> {
  const files = await journal.files(streamOf(chatId));
  if (files.reduce((sum, file) => sum + file.sizeBytes, 0) <= 2 * END_BYTES) return undefined;
  const events: SessionEvent[] = [];
  for (const file of files) {
    for await (const line of journal.readEnd(file, END_BYTES)) {
      const event = line.ok ? readEvent(line.value) : undefined;
      if (event?.ok === true) events.push(event.value);
    }
  }
  events.sort((a, b) => a.seq - b.seq || a.at - b.at);
  const begun = new Set(events.flatMap((event) => (event.type === "turn.started" ? event.turnId : [])));
  const told = events.filter((event) => !("turnId" in event) || event.turnId === undefined || begun.has(event.turnId));
  const row = await tables.find(chatId).catch(() => undefined); // its title is all that is missed
  const end = runThrough(reduceMany({ ...emptyChat(chatId), title: row?.title ?? "" }, told));
  const turns = withLinks(end.turns.slice(-SHOWN_TURNS), told);
  if (turns.length === 0) return undefined;
  // An earlier branch was chosen to be seen: it is not in these last turns.
  if (end.shownTurnId !== undefined && !turns.some((turn) => turn.turnId === end.shownTurnId)) return undefined;
  return { ...end, turns, seq: Math.max(end.seq, events.at(-1)?.seq ?? 0) };
}

/** The turns with the links to those that are left out before them, which `reduce` could not know. */
function withLinks(turns: readonly Turn[], events: readonly SessionEvent[]): readonly Turn[] {
  const started = new Map(events.flatMap((event) => (event.type === "turn.started" ? [[event.turnId, event]] : [])));
  return turns.map((turn) => ({ ...turn, ...defined({ parentTurnId: started.get(turn.turnId)?.parentTurnId, retryOf: started.get(turn.turnId)?.retryOf, editOf: started.get(turn.turnId)?.editOf }) }));
}

/** The last turns, and as many more as it takes to have the end of the shown branch among them. */
export function lastTurns(chat: ChatState): OpenedChat {
  const leaf = shownTurns(chat).at(-1);
  const end = leaf === undefined ? -1 : chat.turns.indexOf(leaf);
  const start = Math.max(0, Math.min(chat.turns.length, end + 1) - SHOWN_TURNS);
  return start === 0 ? { chat, isWhole: true } : { chat: { ...chat, turns: chat.turns.slice(start) }, isWhole: false };
}

/** Up to `limit` turns before the named one, and what the whole chat says of itself. */
export function turnsBefore(chat: ChatState, turnId: string, limit: number): OpenedChat {
  const end = chat.turns.findIndex((turn) => turn.turnId === turnId);
  const start = Math.max(0, end - limit);
  return { chat: { ...chat, turns: chat.turns.slice(start, Math.max(0, end)) }, isWhole: start === 0 };
}
