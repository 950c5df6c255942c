import type { Usage } from "./chatState";

/** The day this table was checked against the published prices. */
export const PRICES_AS_OF = "2026-11-20";

/** US dollars per million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  readonly cacheRead: number;
}

/** Cache writes cost 1.25 × (5 minutes) and 2 × (1 hour) the input, reads 0.1 ×. */
function price(input: number, output: number): Price {
  return { input, output, cacheWrite5m: input * 1.25, cacheWrite1h: input * 2, cacheRead: input * 0.1 };
}

/** By the beginning of the model's id, so that dated ids find their line; longer beginnings first. */
const PRICES: readonly (readonly [prefix: string, price: Price])[] = [
  ["claude-opus-5-5", price(4, 20)],
  ["claude-sonnet-5-5", price(2, 10)],
  ["claude-fable-5-1", price(10, 50)],
];
const HAIKU = "claude-haiku-5-5";
/** Above so many tokens in a prompt some models cost more: Haiku 5.5 five times as much. */
export const LONG_PROMPT_TOKENS = 100_000;

/** What a model's tokens cost; undefined for one that the table does not know. The demo model's cost nothing. */
export function priceOf(model: string, isLongPrompt: boolean): Price | undefined {
  if (model === "demo") return price(0, 0);
  if (model.startsWith(HAIKU)) return isLongPrompt ? price(0.5, 2.5) : price(0.1, 0.5);
  return PRICES.find(([prefix]) => model.startsWith(prefix))?.[1];
}

/** What an answer cost, US dollars; undefined for a model that the table does not know. */
export function costOf(usage: Usage): number | undefined {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens } = usage;
  const promptTokens = inputTokens + cacheReadTokens + cacheWrite5mTokens + cacheWrite1hTokens;
  const found = priceOf(usage.model, promptTokens > LONG_PROMPT_TOKENS);
  if (found === undefined) return undefined;
  const sum = inputTokens * found.input + outputTokens * found.output + cacheReadTokens * found.cacheRead + cacheWrite5mTokens * found.cacheWrite5m + cacheWrite1hTokens * found.cacheWrite1h;
  return sum / 1_000_000;
}
