import type { Endpoint, Model, ModelRequest } from "../../../../src/core/ports";
import { createClaude } from "../../../../src/extension/adapters/claude";
import { startOddServer } from "./oddServer";

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

export interface Frame {
  readonly type: string;
  readonly [field: string]: unknown;
}

export type Ending = "ends" | "breaks" | "holds";

export interface FrameServer {
  readonly baseUrl: string;
  /** Answers the next request with these frames, or this text, as they are; then the response ends, its connection breaks, or nothing more comes. */
  enqueue(frames: readonly Frame[] | string, ending?: Ending): void;
  /** Resolves when the connection of the last request is closed. */
  untilClosed(): Promise<void>;
  close(): Promise<void>;
}

/** A server that sends a stream frame by frame as it was told, valid or not. */
export async function startFrameServer(): Promise<FrameServer> {
  const replies: { readonly text: string; readonly ending: Ending }[] = [];
  let closed: Promise<void> = Promise.resolve();
  const server = await startOddServer((_request, response) => {
    const reply = replies.shift();
    if (reply === undefined) throw new Error("A request came for which no frames were enqueued.");
    closed = new Promise((resolve) => response.once("close", resolve));
    response.setHeader("content-type", "text/event-stream").flushHeaders();
    // What was written has left this process before the connection breaks.
    response.write(reply.text, () => {
      if (reply.ending === "ends") response.end();
      else if (reply.ending === "breaks") setImmediate(() => response.destroy());
    });
  });
  return {
    baseUrl: server.baseUrl,
    enqueue: (frames, ending = "ends") => void replies.push({ text: typeof frames === "string" ? frames : frames.map(frameText).join(""), ending }),
    untilClosed: () => closed,
    close: () => server.close(),
  };
}

/** A frame as it is on the wire. */
export function frameText(frame: Frame): string {
  return `event: ${frame.type}\ndata: ${JSON.stringify(frame)}\n\n`;
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
