import type { Ids } from "../../ports";
import type { Pause } from "./storedEvents";

/** What an event calls itself and the things of its chat. Names of patterns, guards and other chats are not the chat's own. */
const OWN_IDS = new Set([
  "id", "chatId", "turnId", "parentTurnId", "retryOf", "blockId", "callId", "approvalId", "questionId", "planId", "editId", "checkpointId", "runId", "processId",
]);

export interface CopyNames {
  readonly chatId: string;
  readonly copyId: string;
  /** What the chat that keeps the old ids says here. */
  readonly existing: readonly object[];
  readonly ids: Ids;
}

/** The events under ids of their own, alike where they were alike. Costs that stand here already are left out: they were paid once. */
export function withNewIds(values: readonly object[], { chatId, copyId, existing, ids }: CopyNames): readonly object[] {
  const names = new Map([[chatId, copyId]]);
  const counted = new Set(existing.flatMap((value) => (field(value, "type") === "usage" ? [field(value, "id")] : [])));
  const renamed = (name: string): string => {
    const known = names.get(name) ?? ids.next();
    names.set(name, known);
    return known;
  };
  return values
    .filter((value) => field(value, "type") !== "usage" || !counted.has(field(value, "id")))
    .map((value) => Object.fromEntries(Object.entries(value).map(([key, item]: [string, unknown]) => [key, OWN_IDS.has(key) && typeof item === "string" ? renamed(item) : item])));
}

/** Whether two chats say the same: each event as often here as there, in whatever order the files hold them. */
export async function isSame(existing: readonly object[], values: readonly object[], pause: Pause): Promise<boolean> {
  if (existing.length !== values.length) return false;
  const left = new Map<string, number>();
  for (const value of existing) {
    const text = canonical(value);
    left.set(text, (left.get(text) ?? 0) + 1);
    await pause();
  }
  for (const value of values) {
    const text = canonical(value);
    const count = left.get(text) ?? 0;
    if (count === 0) return false;
    left.set(text, count - 1);
    await pause();
  }
  return true;
}

/** JSON with the fields in one order: another program may have written the file anew. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === "object" && item !== null && !Array.isArray(item) ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))) : item,
  );
}

function field(value: object, name: string): unknown {
  return (value as Readonly<Record<string, unknown>>)[name]; // any object may be asked for any field
}
