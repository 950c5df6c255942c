import type { Connection } from "../../core/protocol/calls";
import type { FailureCode } from "../../core/protocol/failures";
import type { TurnHead } from "./chatSignals";

export type TurnAction = "retry" | "setKey" | "showLog" | "continueInNew";

/** Asking the same again cannot help: the question, or the answer's subject, has to change first. */
const NO_RETRY: ReadonlySet<FailureCode> = new Set<FailureCode>(["tooLarge", "contextExceeded", "refusal"]);
/** It can, once there is another key. */
const NEEDS_KEY: ReadonlySet<FailureCode> = new Set<FailureCode>(["noKey", "keyRejected"]);
const NEEDS_LOG: ReadonlySet<FailureCode> = new Set<FailureCode>(["unknown", "storage", "malformedStream"]);

/** Whether an answer stopped at its length limit, so that the model can be asked for the rest. */
export function canContinue({ status, stopReason }: Pick<TurnHead, "status" | "stopReason">, isLast: boolean): boolean {
  return isLast && status === "done" && stopReason === "max_tokens";
}

export interface TurnSituation {
  /** Only the last turn can be asked again. */
  readonly isLast: boolean;
  readonly status: Connection["status"] | undefined;
}

/** What may help after a turn that did not come to its end. */
export function turnActions(turn: Pick<TurnHead, "status" | "failure">, { isLast, status }: TurnSituation): readonly TurnAction[] {
  if (turn.status !== "failed" && turn.status !== "interrupted") return [];
  const code = turn.failure?.code;
  if (code === undefined) return isLast ? ["retry"] : [];
  const lacksKey = NEEDS_KEY.has(code) && status !== "ready" && status !== "demo";
  const actions: TurnAction[] = [];
  if (isLast && !lacksKey && !NO_RETRY.has(code)) actions.push("retry");
  if (lacksKey) actions.push("setKey");
  if (isLast && code === "contextExceeded") actions.push("continueInNew");
  if (NEEDS_LOG.has(code)) actions.push("showLog");
  return actions;
}
