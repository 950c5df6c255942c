import type { Endpoint, Model, ModelRequest } from "../../../../src/core/ports";
import { createClaude } from "../../../../src/extension/adapters/claude";
import type { Step } from "../../../../src/extension/adapters/demo/wire";

/** A key that no failure, and nothing but the request's header, may ever show. */
export const KEY = "sk-test-canary-key";
export const MODEL_ID = "claude-opus-5-5";

/** A model on the given server; idle for at most 5 s unless told. */
export function connectTo(baseUrl: string, { headers = {}, idleTimeoutMs = 5_000, apiKey = KEY }: Partial<Endpoint> & { readonly idleTimeoutMs?: number } = {}): Model {
  return createClaude({ endpoint: { baseUrl, apiKey, headers }, idleTimeoutMs });
}

export function requestOf(more: Partial<ModelRequest> = {}): ModelRequest {
  return { model: MODEL_ID, system: ["Be brief."], messages: [{ role: "user", content: ["Hello"] }], maxTokens: 1_000, hasAdaptiveThinking: false, ...more };
}

/** Frames as they are, one for each value. */
export function frames(...events: readonly { readonly type: string; readonly [field: string]: unknown }[]): Step {
  return { type: "raw", text: events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join("") };
}

export const messageStart = {
  type: "message_start",
  message: { id: "msg_1", type: "message", role: "assistant", model: MODEL_ID, content: [], stop_reason: null, stop_sequence: null, usage: { input_tokens: 10, output_tokens: 1, cache_read_input_tokens: 5, cache_creation_input_tokens: null, cache_creation: null } },
} as const;
export const textStart = { type: "content_block_start", index: 0, content_block: { type: "text", text: "", citations: null } } as const;
export const textDelta = (text: unknown, index: unknown = 0) => ({ type: "content_block_delta", index, delta: { type: "text_delta", text } });
export const blockStop = (index = 0) => ({ type: "content_block_stop", index });
export const messageDelta = (stopReason: unknown, usage: object = { output_tokens: 7 }) => ({ type: "message_delta", delta: { stop_reason: stopReason, stop_sequence: null }, usage });
export const messageStop = { type: "message_stop" } as const;
