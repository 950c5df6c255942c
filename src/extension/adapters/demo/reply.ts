import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { ApiFailure, MessagesRequest } from "./wire";

/** What playing a reply needs: the request, where it goes, its ids, and the signal that the client has left. */
export interface Reply {
  readonly request: MessagesRequest;
  readonly response: ServerResponse;
  readonly requestId: string;
  readonly messageId: string;
  /** Makes an id for a tool call that has none of its own. */
  readonly toolId: () => string;
  readonly signal: AbortSignal;
}

/** Answers with a JSON body; text is sent as it is, everything else is serialised. */
export function sendJson(
  response: ServerResponse,
  body: unknown,
  requestId: string,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", "request-id": requestId, ...headers });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}

/** Answers with the API's error object. */
export function sendFailure(response: ServerResponse, failure: ApiFailure, requestId: string): void {
  sendJson(response, errorBody(failure, requestId), requestId, failure.status, failure.headers);
}

/** The API's error object, the same in an error answer and in an SSE `error` event. */
export function errorBody(failure: ApiFailure, requestId: string): object {
  const details = failure.errorCode === undefined ? {} : { details: { error_code: failure.errorCode } };
  return { type: "error", error: { type: failure.type, message: failure.message, ...details }, request_id: requestId };
}

/** Writes to a response and waits while its buffer is full; does nothing once the client has left. */
export async function write(response: ServerResponse, text: string, signal: AbortSignal): Promise<void> {
  if (signal.aborted || response.destroyed || response.write(text)) return;
  // The only way for this wait to fail is that the client leaves, which the signal tells as well.
  await once(response, "drain", { signal }).catch(() => undefined);
}

/** Ends the connection without a word, as a failing network does, once what was written has left. */
export function cut(response: ServerResponse): void {
  response.socket?.destroySoon();
}

/** The empty message that a reply starts from. */
export function emptyMessage(reply: Reply): object {
  return {
    id: reply.messageId,
    type: "message",
    role: "assistant",
    model: reply.request.model,
    content: [],
    container: null,
    context_management: null,
    diagnostics: null,
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    usage: usage(reply.request, 1),
  };
}

/** The usage object, with counts estimated from lengths. */
export function usage(request: MessagesRequest, outputTokens: number): object {
  return {
    input_tokens: estimateTokens(inputOf(request.body)),
    output_tokens: outputTokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    cache_creation: null,
    output_tokens_details: null,
    server_tool_use: null,
    service_tier: "standard",
    inference_geo: null,
    speed: null,
    iterations: null,
    fallback_credit: null,
  };
}

/** The parts of a request body that count as input, as one text. */
export function inputOf(body: Readonly<Record<string, unknown>>): string {
  return JSON.stringify([body["system"], body["messages"], body["tools"]]);
}

/** A rough token count: four characters each, and at least one. */
export function estimateTokens(text: string): number {
  return Math.max(1, Math.ceil(text.length / 4));
}
