import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody, refuseForeign, refuseKey, type AcceptKey } from "./guard";
import { listModels } from "./modelList";
import { isRecord, parseMessagesRequest } from "./parseRequest";
import { playMessage } from "./playMessage";
import { playStream } from "./playStream";
import { estimateTokens, inputOf, sendFailure, sendJson } from "./reply";
import type { ApiFailure, MessagesRequest, ModelInfo, Responder } from "./wire";

/** A request as it arrived, whatever became of it. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly path: string;
  /** Lower-cased names; a repeated header's values are joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed JSON, or the text when it is not JSON; undefined when there is none or it was not read. */
  readonly body: unknown;
  /** Why the server itself refused it; undefined when it went on to be answered. */
  readonly refusal: Refusal | undefined;
}

/** A failure and the check it came from. */
export interface Refusal {
  readonly check: "foreign" | "key" | "size" | "route" | "request";
  readonly failure: ApiFailure;
}

/** What the server serves, apart from where it listens. */
export interface Service {
  /** Decides what is answered to `POST /v1/messages`. */
  readonly responder: Responder;
  /** What `GET /v1/models` lists and `POST /v1/messages` may name. */
  readonly models: () => readonly ModelInfo[];
  /** Makes `GET /v1/models` fail while it returns a failure. */
  readonly modelsFailure?: () => ApiFailure | undefined;
  /** Is told of every request once, before it is answered. */
  readonly onRequest?: (seen: SeenRequest) => void;
  /** Refuses requests that have the right shape and break a rule of the API all the same. */
  readonly check?: (request: MessagesRequest, headers: SeenRequest["headers"]) => ApiFailure | undefined;
  /** What is answered to a path that the server does not have; default 404. */
  readonly unknownRoute?: (method: string, path: string) => ApiFailure;
}

/** One request with the response to it; `port` is the one it arrived at. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly port: number;
  readonly requestId: string;
}

/** Checks one request, reports it and answers it. Rejects when the client leaves in mid-upload or a responder throws. */
export async function answerRequest(
  exchange: Exchange,
  service: Service,
  accept: AcceptKey,
  signal: AbortSignal,
): Promise<void> {
  const { request, response, requestId } = exchange;
  const { method = "", url: path = "/" } = request;
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const refuse = (check: Refusal["check"], failure: ApiFailure, body?: unknown): void => {
    service.onRequest?.({ method, path, headers, body, refusal: { check, failure } });
    sendFailure(response, failure, requestId);
  };

  const foreign = refuseForeign(request.headers, exchange.port);
  if (foreign) return refuse("foreign", foreign);
  const keyless = refuseKey(request.headers, accept);
  if (keyless) return refuse("key", keyless);
  const bytes = await readBody(request);
  if (!Buffer.isBuffer(bytes)) return refuse("size", bytes);
  const body = parseJson(bytes.toString());
  const report = (): void => service.onRequest?.({ method, path, headers, body, refusal: undefined });

  const { pathname, searchParams } = new URL(path, "http://loopback");
  if (method === "GET" && /^\/v1\/models(\/|$)/.test(pathname)) {
    report();
    const failure = service.modelsFailure?.();
    if (failure) return sendFailure(response, failure, requestId);
    const listed = listModels(service.models(), pathname, searchParams);
    return listed.ok ? sendJson(response, listed.value, requestId) : sendFailure(response, listed.error, requestId);
  }

  const isCount = pathname === "/v1/messages/count_tokens";
  if (method !== "POST" || !(isCount || pathname === "/v1/messages")) {
    return refuse("route", service.unknownRoute?.(method, path) ?? notFound(method, pathname), body);
  }
  const counted = isCount && isRecord(body) ? { ...body, max_tokens: 0 } : body;
  const parsed = parseMessagesRequest(counted, service.models());
  if (!parsed.ok) return refuse("request", parsed.error, body);
  const broken = service.check?.(parsed.value, headers);
  if (broken) return refuse("request", broken, body);
  report();
  if (isCount) return sendJson(response, { input_tokens: estimateTokens(inputOf(parsed.value.body)) }, requestId);

  const steps = service.responder(parsed.value, { signal });
  const play = parsed.value.stream ? playStream : playMessage;
  const toolId = (): string => newId("toolu");
  await play(steps, { request: parsed.value, response, requestId, messageId: newId("msg"), toolId, signal });
}

function notFound(method: string, path: string): ApiFailure {
  return { status: 404, type: "not_found_error", message: `Not found: ${method} ${path}` };
}

/** The value of a JSON text, the text itself when it is none, undefined when it is empty. */
function parseJson(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}

/** An id as the API writes them. They are kept in chats that outlive the server: a counter would repeat them. */
export function newId(prefix: "req" | "msg" | "toolu"): string {
  return `${prefix}_${randomBytes(12).toString("hex")}`;
}
