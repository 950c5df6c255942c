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

/** Of an answer that was cut off nobody has said how much was written: what is known is the least that it can be. */
export function usageText(usage: Usage, isWhole: boolean): UsageText {
  const { usage: say } = strings;
  const cost = costOf(usage);
  const price = cost === undefined ? "" : dollars(isWhole || cost >= 0.0001 ? cost : 0);
  const [atLeast, atLeastWords] = isWhole ? [(text: string) => text, (text: string) => text] : [say.atLeast, say.atLeastWords];
  const input = grouped(usage.inputTokens);
  const cacheRead = grouped(usage.cacheReadTokens);
  const cacheWrite = grouped(usage.cacheWrite5mTokens + usage.cacheWrite1hTokens);
  const output = grouped(usage.outputTokens);
  return {
    short: [say.input(input), say.cacheRead(cacheRead), say.cacheWrite(cacheWrite), atLeast(say.output(output)), cost === undefined ? say.priceUnknown : atLeast(price)],
    words: [
      say.inputWords(input),
      say.cacheReadWords(cacheRead),
      say.cacheWriteWords(cacheWrite),
      atLeastWords(say.outputWords(output)),
      cost === undefined ? say.unknownWords(usage.model) : say.costWords(atLeastWords(price), PRICES_AS_OF),
    ].join(", "),
  };
}

/** An amount of US dollars: small ones to a hundredth of a cent, and none that is there reads as nothing. */
export function dollars(amount: number): string {
  if (amount === 0) return "$0";
  if (amount < 0.0001) return "<$0.0001";
  return `$${amount.toFixed(amount < 0.1 ? 4 : 2)}`;
}
