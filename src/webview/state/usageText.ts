import { grouped } from "../../core/base/l10n";
import type { Usage } from "../../core/protocol/chatState";
import { costOf, PRICES_AS_OF } from "../../core/protocol/prices";
import { strings } from "../strings";

/** What an answer used and cost: in short, and in whole words. */
export interface UsageText {
  /** Its parts, in order; none is broken across lines. */
  readonly short: readonly string[];
  readonly words: string;
}

export function usageText(usage: Usage): UsageText {
  const { usage: say } = strings;
  const cost = costOf(usage);
  const input = grouped(usage.inputTokens);
  const cacheRead = grouped(usage.cacheReadTokens);
  const cacheWrite = grouped(usage.cacheWrite5mTokens + usage.cacheWrite1hTokens);
  const output = grouped(usage.outputTokens);
  return {
    short: [say.input(input), say.cacheRead(cacheRead), say.cacheWrite(cacheWrite), say.output(output), cost === undefined ? say.priceUnknown : dollars(cost)],
    words: [
      say.inputWords(input),
      say.cacheReadWords(cacheRead),
      say.cacheWriteWords(cacheWrite),
      say.outputWords(output),
      cost === undefined ? say.unknownWords(usage.model) : say.costWords(dollars(cost), PRICES_AS_OF),
    ].join(", "),
  };
}

/** An amount of US dollars: small ones to a hundredth of a cent, and none that is there reads as nothing. */
export function dollars(amount: number): string {
  if (amount === 0) return "$0";
  if (amount < 0.0001) return "<$0.0001";
  return `$${amount.toFixed(amount < 0.1 ? 4 : 2)}`;
}
