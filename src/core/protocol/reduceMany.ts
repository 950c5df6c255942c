import type { ChatState, Turn } from "./chatState";
import { isDurable, type EventOf, type SessionEvent } from "./events";
import { reduce } from "./reduce";

/** So many events between two chances to pause. */
const STEP = 64;

/**
 * What `reduce` makes of all the events, one after the other, in time that grows with their number alone: each is taken into
 * the one turn that it is about. Pauses now and then, so that whoever runs it can let others have their turn.
 */
export function* reduceMany(before: ChatState, events: Iterable<SessionEvent>): Generator<undefined, ChatState> {
  const turns = [...before.turns];
  const places = new Map(turns.map((turn, index) => [turn.turnId, index]));
  const at = (turnId: string | undefined): readonly Turn[] => {
    const turn = turnId === undefined ? undefined : turns[places.get(turnId) ?? -1];
    return turn === undefined ? [] : [turn];
  };
  let chat: ChatState = { ...before, turns: [] };
  let count = 0;
  for (const event of events) {
    if (++count % STEP === 0) yield;
    if (event.chatId !== before.chatId || (isDurable(event) && event.seq <= chat.seq)) continue;
    const about = event.type === "turn.started" ? startedFrom(event) : at(("turnId" in event ? event.turnId : undefined) ?? turns.at(-1)?.turnId);
    const after = reduce({ ...chat, turns: about }, event);
    chat = { ...after, turns: [] };
    const turn = after.turns.at(-1);
    if (turn === undefined || turn === about.at(-1)) continue;
    const place = places.get(turn.turnId);
    if (place !== undefined) turns[place] = turn;
    else places.set(turn.turnId, turns.push(turn) - 1);
  }
  return { ...chat, turns };

  /** What a new turn is checked against: itself, if it is known already, and those that it names. */
  function startedFrom({ turnId, parentTurnId, retryOf, editOf }: EventOf<"turn.started">): readonly Turn[] {
    return [...at(parentTurnId), ...at(retryOf), ...at(editOf), ...at(turnId)];
  }
}

/** Runs a generator to its end without a pause. */
export function runThrough<T>(work: Generator<undefined, T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}
