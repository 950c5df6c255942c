import type { ChatState, Turn } from "./chatState";

/** What of a turn says where it stands among the others. */
export type TurnPlace = Pick<Turn, "turnId" | "parentTurnId" | "retryOf" | "editOf" | "status">;

/** A chat's turns as a tree of which one path is shown. */
export interface Branches {
  /** The turns of the shown branch, the first one first. */
  readonly shown: readonly string[];
  /** For each turn all that stand at its place, itself included, the oldest first: the branches part there where they are several. */
  readonly versions: ReadonlyMap<string, readonly string[]>;
}

/** What stands before the first turn. */
const NOTHING = "";

/**
 * How the turns hang together for who reads them. `turns` are in the order of their beginning; where only the end of a chat is
 * there, so is only the end of the branch. `shownTurnId` is a turn of the branch that was chosen; without one the newest is shown.
 *
 * A retry and an edit stand where the turn stands that they are made from. Any other turn stands after its parent, or after a
 * failed one that the conversation goes on without: it has the same parent, and is to be seen all the same.
 */
export function branchesOf(turns: readonly TurnPlace[], shownTurnId: string | undefined): Branches {
  const before = new Map<string, string>();
  const atPlace = new Map<string, string[]>();
  const versions = new Map<string, readonly string[]>();
  const lastFailed = new Map<string, string>();
  const chosen = new Set<string>();
  let leaf: string | undefined;
  let previous = NOTHING;
  for (const turn of turns) {
    const { turnId, parentTurnId = NOTHING } = turn;
    const place = placeOf(turn, parentTurnId);
    before.set(turnId, place);
    const here = atPlace.get(place) ?? [];
    here.push(turnId);
    atPlace.set(place, here);
    versions.set(turnId, here);
    if (turn.status === "failed") lastFailed.set(parentTurnId, turnId);
    if (turnId === shownTurnId || chosen.has(place)) {
      chosen.add(turnId);
      leaf = turnId;
    }
    previous = turnId;
  }
  const shown = new Set<string>();
  for (let at = leaf ?? turns.at(-1)?.turnId; at !== undefined && versions.has(at) && !shown.has(at); at = before.get(at)) shown.add(at);
  return { shown: [...shown].reverse(), versions };

  function placeOf({ retryOf, editOf }: TurnPlace, parentTurnId: string): string {
    const origin = retryOf ?? editOf;
    if (origin !== undefined) return before.get(origin) ?? parentTurnId;
    // Without a parent it is the first, or follows one that failed as the first, or is from a time that knew no branches.
    return lastFailed.get(parentTurnId) ?? (parentTurnId === NOTHING ? previous : parentTurnId);
  }
}

/** The turns of the branch that is shown, the first one first. */
export function shownTurns({ turns, shownTurnId }: Pick<ChatState, "turns" | "shownTurnId">): readonly Turn[] {
  const shown = new Set(branchesOf(turns, shownTurnId).shown);
  return turns.filter((turn) => shown.has(turn.turnId));
}
