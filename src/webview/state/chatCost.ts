import type { Turn } from "../../core/protocol/chatState";
import { costOf, PRICES_AS_OF } from "../../core/protocol/prices";
import { strings } from "../strings";
import { dollars as inDollars } from "./usageText";

/** What a chat's answers cost together. */
export interface ChatCost {
  readonly dollars: number;
  /** Answers of models whose price is not known; they are not in the sum. */
  readonly unknownCount: number;
}

/** Undefined while no answer has told its use of tokens. */
export function chatCost(turns: readonly Turn[]): ChatCost | undefined {
  const costs = turns.flatMap(({ usage }) => (usage === undefined ? [] : [costOf(usage)]));
  if (costs.length === 0) return undefined;
  const known = costs.filter((cost) => cost !== undefined);
  return { dollars: known.reduce((sum, cost) => sum + cost, 0), unknownCount: costs.length - known.length };
}

/** The sum in a few characters, and in a sentence; undefined where there is nothing to say, as with answers that cost nothing. */
export function costWords({ dollars, unknownCount }: ChatCost): { readonly short: string; readonly long: string } | undefined {
  const { cost } = strings;
  if (dollars === 0) return unknownCount === 0 ? undefined : { short: cost.unknown, long: cost.unknown };
  const sum = inDollars(dollars);
  const long = cost.sum(sum, PRICES_AS_OF);
  return unknownCount === 0 ? { short: sum, long } : { short: `${sum} + ?`, long: `${long}; ${cost.someUnknown(unknownCount)}` };
}

/** Whether the use of tokens changed between two states of one chat, by identity. */
export function hasOtherUsage(before: readonly Turn[], after: readonly Turn[]): boolean {
  return before.length !== after.length || after.some((turn, index) => turn.usage !== before[index]?.usage);
}
