/**
 * The part of the Messages API that the loopback server speaks: what a request holds, what a reply is
 * made of, what a failure looks like. Field names on the wire are the API's; inside, they are ours.
 */

/** Why an answer stopped, in the API's words. */
export type StopReason =
  | "end_turn"
  | "max_tokens"
  | "stop_sequence"
  | "tool_use"
  | "pause_turn"
  | "refusal"
  | "model_context_window_exceeded";

/** The `error.type` values of the API. */
export type ErrorType =
  | "invalid_request_error"
  | "authentication_error"
  | "billing_error"
  | "permission_error"
  | "not_found_error"
  | "request_too_large"
  | "rate_limit_error"
  | "timeout_error"
  | "api_error"
  | "overloaded_error";

/** An error answer: HTTP status, the API's error object, and headers to send beside it (such as `retry-after`). */
export interface ApiFailure {
  readonly status: number;
  readonly type: ErrorType;
  /** Says more than the type does, as `error.details.error_code`. */
  readonly errorCode?: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * One step of a reply, played in order.
 * - `start` sends the headers and `message_start` now; otherwise the first content step does, so that a
 *   `pause` in front delays the headers, and an `error` in front is answered with its HTTP status.
 * - `text` and `thinking` add to the open block of their kind, or open one.
 * - `toolUse` is a whole block; its input is sent as JSON fragments of `fragmentChars` characters (default 16).
 * - `pause` may be `Infinity`: nothing more is sent until the client leaves.
 * - `error` after the start is an SSE `error` event, after which the stream ends.
 * - `raw` writes its text to the stream as it is (or is the whole body when the client did not ask for a stream).
 * - `cut` destroys the socket without a word.
 * - `end` finishes the message. A reply whose steps run out ends by itself: `tool_use` after a tool, else `end_turn`.
 */
export type Step =
  | { readonly type: "start" }
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "thinking"; readonly text: string }
  | {
      readonly type: "toolUse";
      readonly name: string;
      readonly input: unknown;
      readonly id?: string;
      readonly fragmentChars?: number;
    }
  | { readonly type: "ping" }
  | { readonly type: "pause"; readonly ms: number }
  | { readonly type: "error"; readonly failure: ApiFailure }
  | { readonly type: "raw"; readonly text: string }
  | { readonly type: "cut" }
  | { readonly type: "end"; readonly stopReason: StopReason };

/** Decides what is answered to a request. `signal` aborts when the client disconnects or the server closes. */
export type Responder = (
  request: MessagesRequest,
  context: { readonly signal: AbortSignal },
) => AsyncIterable<Step>;

/** A content block as it came; only `type` is known to be there. */
export interface ContentBlock {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** One message of the conversation, its content always as blocks. */
export interface RequestMessage {
  readonly role: "user" | "assistant" | "system";
  readonly content: readonly ContentBlock[];
}

/** A tool the client offers. */
export interface OfferedTool {
  readonly name: string;
  readonly inputSchema: Readonly<Record<string, unknown>>;
}

/** A checked `POST /v1/messages` body; `body` is all of it, for what is not named here. */
export interface MessagesRequest {
  readonly model: string;
  readonly maxTokens: number;
  readonly stream: boolean;
  /** The text of `system`, its blocks joined by blank lines; empty when there is none. */
  readonly system: string;
  readonly messages: readonly RequestMessage[];
  readonly tools: readonly OfferedTool[];
  /** `thinking.type`, or undefined when the client did not say. */
  readonly thinking: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

interface Capability {
  readonly supported: boolean;
}

/** A model as `GET /v1/models` lists it, with the API's own field names. */
export interface ModelInfo {
  readonly type: "model";
  readonly id: string;
  readonly display_name: string;
  readonly created_at: string;
  readonly line: "haiku" | "sonnet" | "opus" | "fable" | "mythos" | null;
  readonly lifecycle: "active" | "deprecated" | "retired";
  readonly deprecated_at: string | null;
  readonly retires_at: string | null;
  readonly max_input_tokens: number | null;
  readonly max_tokens: number | null;
  readonly allowed_fallback_models: string[] | null;
  readonly capabilities: ModelCapabilities | null;
}

/** What a model can do, with the API's own field names. */
export interface ModelCapabilities {
  readonly batch: Capability;
  readonly citations: Capability;
  readonly code_execution: Capability;
  readonly compaction: null;
  readonly context_management: Capability & {
    readonly clear_thinking_20251015: Capability | null;
    readonly clear_tool_uses_20250919: Capability | null;
    readonly compact_20260112: Capability | null;
  };
  readonly effort: Capability & Readonly<Record<"low" | "medium" | "high" | "xhigh" | "max", Capability>>;
  readonly image_input: Capability;
  readonly pdf_input: Capability;
  readonly server_tools: Capability & Readonly<Record<"code_execution" | "web_search", Capability>>;
  readonly structured_outputs: Capability;
  readonly thinking: Capability & {
    readonly types: Readonly<Record<"adaptive" | "between_tools" | "disabled" | "enabled", Capability>>;
  };
}

/** The failure for a request that the API would call invalid. */
export function invalidRequest(message: string): ApiFailure {
  return { status: 400, type: "invalid_request_error", message };
}
