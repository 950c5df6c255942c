import { anything, check, describeCheckError, nat, nullable, obj, opt, str, variants, type Check, type Infer } from "../../core/base/check";
import type { Usage } from "../../core/protocol/chatState";

const content = obj({ type: str, text: opt(str), thinking: opt(str) });

const frames = {
  message_start: obj({ type: str, message: obj({ model: str, usage: anything }) }),
  content_block_start: obj({ type: str, index: nat, content_block: content }),
  content_block_delta: obj({ type: str, index: nat, delta: content }),
  content_block_stop: obj({ type: str, index: nat }),
  message_delta: obj({ type: str, delta: obj({ stop_reason: nullable(str) }), usage: anything }),
  message_stop: obj({ type: str }),
} as const;
type Frames = { readonly [T in keyof typeof frames]: Omit<Infer<(typeof frames)[T]>, "type"> & { readonly type: T } };
export type Frame = Frames[keyof Frames];
const frame = variants("type", frames) as Check<Frame>; // the union over the same table
const typed = obj({ type: str });

/** Reads a frame's data; undefined for one of a type that is not used here. Throws SyntaxError on what is no such frame. */
export function readFrame(data: string): Frame | undefined {
  const value: unknown = JSON.parse(data);
  const named = check(typed, value);
  if (named.ok && !Object.hasOwn(frames, named.value.type)) return undefined;
  const checked = check(frame, value);
  if (!checked.ok) throw new SyntaxError(`A malformed frame: ${describeCheckError(checked.error)}`);
  return checked.value;
}

/** Usage comes in two or more frames, each later one with running totals; what one leaves out keeps its earlier value. */
export function createUsage(model: string): { add(counts: unknown, model?: string): void; total(): Usage } {
  let usage: Usage = { model, inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWrite5mTokens: 0, cacheWrite1hTokens: 0 };
  return {
    add(counts, answeredBy) {
      const writtenFor1h = count(field(counts, "cache_creation"), "ephemeral_1h_input_tokens") ?? usage.cacheWrite1hTokens;
      const written = count(counts, "cache_creation_input_tokens");
      const rest = written === undefined ? undefined : Math.max(0, written - writtenFor1h);
      usage = {
        model: answeredBy ?? usage.model,
        inputTokens: count(counts, "input_tokens") ?? usage.inputTokens,
        outputTokens: count(counts, "output_tokens") ?? usage.outputTokens,
        cacheReadTokens: count(counts, "cache_read_input_tokens") ?? usage.cacheReadTokens,
        cacheWrite5mTokens: count(field(counts, "cache_creation"), "ephemeral_5m_input_tokens") ?? rest ?? usage.cacheWrite5mTokens,
        cacheWrite1hTokens: writtenFor1h,
      };
    },
    total: () => usage,
  };
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined; // any object has fields
}

/** A count, or undefined where there is none that could be stored: an answer is not lost for its bill. */
function count(value: unknown, name: string): number | undefined {
  const checked = check(nat, field(value, name));
  return checked.ok ? checked.value : undefined;
}
