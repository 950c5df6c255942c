import type { FailureCode } from "../../core/protocol/failures";
import type { TurnHead } from "./chatSignals";

export type TurnAction = "retry" | "setKey" | "showLog";

/** Asking the same again cannot help: the key, the question or the answer's subject has to change first. */
const NO_RETRY: ReadonlySet<FailureCode> = new Set<FailureCode>(["noKey", "keyRejected", "tooLarge", "contextExceeded", "refusal"]);
const NEEDS_KEY: ReadonlySet<FailureCode> = new Set<FailureCode>(["noKey", "keyRejected"]);
const NEEDS_LOG: ReadonlySet<FailureCode> = new Set<FailureCode>(["unknown", "storage", "malformedStream"]);

/** What may help after a turn that did not come to its end. Only the last turn can be asked again. */
export function turnActions(turn: Pick<TurnHead, "status" | "failure">, isLast: boolean): readonly TurnAction[] {
  if (turn.status !== "failed" && turn.status !== "interrupted") return [];
  const code = turn.failure?.code;
  const actions: TurnAction[] = [];
  if (isLast && (code === undefined || !NO_RETRY.has(code))) actions.push("retry");
  if (code !== undefined && NEEDS_KEY.has(code)) actions.push("setKey");
  if (code !== undefined && NEEDS_LOG.has(code)) actions.push("showLog");
  return actions;
}
