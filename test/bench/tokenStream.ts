import type { Responder } from "../../src/extension/adapters/demo/wire";
import { fragmentsOf } from "../../src/extension/adapters/demo/playStream";
import { createRandom } from "../support/random";
import { markdown } from "./sampleText";

/** A token is about four characters of English. */
const TOKEN_LENGTH = 4;
/** How often tokens are written; those that are due go out one after the other, each an event of its own. */
const WRITE_EVERY_MS = 4;

/** An answer that streams until it is told to end. */
export interface TokenStream {
  readonly responder: Responder;
  /** Lets the answer end with the next tokens; resolves when its last bytes are about to be written. */
  end(): Promise<void>;
  /** Tokens written so far. */
  readonly count: number;
  /** ms since 1970: when the last bytes were about to be written; NaN before. */
  readonly lastByteAt: number;
}

/** Streams Markdown at a steady rate, each token an event of its own; what the clock was late for is made up for. */
export function streamTokens({ tokensPerSecond, maxTokens, seed }: { readonly tokensPerSecond: number; readonly maxTokens: number; readonly seed: number }): TokenStream {
  const tokens = fragmentsOf(markdown(createRandom(seed), maxTokens * TOKEN_LENGTH), TOKEN_LENGTH);
  let count = 0;
  let isEnding = false;
  let lastByteAt = NaN;
  let ended = (): void => undefined;
  const end = new Promise<void>((resolve) => (ended = resolve));

  const responder: Responder = async function* (_request, { signal }) {
    yield { type: "start" };
    const startedAt = performance.now();
    while (!isEnding && !signal.aborted && count < tokens.length) {
      const due = Math.min(tokens.length, Math.floor(((performance.now() - startedAt) / 1000) * tokensPerSecond));
      while (count < due) yield { type: "text", text: tokens[count++] ?? "" };
      yield { type: "pause", ms: WRITE_EVERY_MS };
    }
    lastByteAt = Date.now();
    ended();
  };

  return {
    responder,
    end() {
      isEnding = true;
      return end;
    },
    get count() {
      return count;
    },
    get lastByteAt() {
      return lastByteAt;
    },
  };
}
