import type { SeenRequest } from "../../src/extension/adapters/demo/answerRequest";
import { startMessagesServer } from "../../src/extension/adapters/demo/messagesServer";
import { fragmentsOf } from "../../src/extension/adapters/demo/playStream";
import {
  invalidRequest,
  type ApiFailure,
  type MessagesRequest,
  type ModelInfo,
  type Responder,
  type Step,
} from "../../src/extension/adapters/demo/wire";

/** A request that reached the scripted server. `at` is in milliseconds since the epoch. */
export interface RecordedRequest extends SeenRequest {
  readonly at: number;
}

/** What a reply is put together from: steps, lists of steps, and responders such as `hold()`, played in order. */
export type ReplyPart = Step | readonly Step[] | Responder;

export interface ScriptedServer {
  /** What to give to the SDK as `baseURL`. */
  readonly baseUrl: string;
  /** Every request, refused ones too, in the order of their arrival. */
  readonly requests: readonly RecordedRequest[];
  /** Those that no test asked for: a turn nobody enqueued, a malformed body, an unknown path, a foreign origin. */
  readonly unexpected: readonly string[];
  /** How many enqueued replies are still waiting for their request. */
  readonly waitingReplies: number;
  /** Adds one reply, made of the given parts, to the line; each `POST /v1/messages` takes the next one. */
  enqueue(...parts: readonly ReplyPart[]): void;
  /** What `GET /v1/models` lists and requests may name; a failure makes the list fail and keeps the models. */
  setModels(models: readonly ModelInfo[] | ApiFailure): void;
  /** Answers 401 to this key from now on. */
  rejectKey(key: string): void;
  /** Answers 401 to every other key from now on; undefined takes any key again, rejected ones apart. */
  acceptOnlyKey(key: string | undefined): void;
  /**
   * The earliest request that fits and that no call has returned before; waits for it if need be. Fits by default:
   * `POST /v1/messages`. Rejects after `timeoutMs` (default 5000) with what did arrive.
   */
  waitForRequest(fits?: (request: RecordedRequest) => boolean, timeoutMs?: number): Promise<RecordedRequest>;
  /** Throws when a request was unexpected or a reply is left over. */
  assertAllExpected(): void;
  close(): Promise<void>;
}

/**
 * Starts a Messages API server on loopback for a test: it answers what was enqueued, keeps to the API's rules where
 * clients tend to break them, and records all it is sent. A request without a key is answered 401.
 */
export async function startScriptedServer(options: { readonly port?: number } = {}): Promise<ScriptedServer> {
  const requests: RecordedRequest[] = [];
  const unexpected: string[] = [];
  const replies: (readonly ReplyPart[])[] = [];
  const returned = new Set<RecordedRequest>();
  const arrivals = new Set<() => void>();
  const rejectedKeys = new Set<string>();
  let onlyKey: string | undefined;
  let models = scriptedModels;
  let modelsFailure: ApiFailure | undefined;

  const surprise = (what: string): ApiFailure => {
    unexpected.push(what);
    const message = `The scripted server did not expect this: ${what}. Enqueue a reply for it in the test.`;
    return { status: 500, type: "api_error", message, headers: { "x-should-retry": "false" } };
  };

  const server = await startMessagesServer({
    ...options,
    models: () => models,
    modelsFailure: () => modelsFailure,
    token: (key) => key !== undefined && !rejectedKeys.has(key) && (onlyKey === undefined || key === onlyKey),
    check: (request, headers) => brokenRule(request, headers, models),
    unknownRoute: (method, path) => surprise(`${method} ${path}`),
    onRequest(seen) {
      requests.push({ ...seen, at: Date.now() });
      const refusal = seen.refusal;
      const isModel = refusal?.failure.status === 404;
      if (refusal?.check === "foreign" || (refusal?.check === "request" && !isModel)) {
        unexpected.push(`${seen.method} ${seen.path}: ${refusal.failure.message}`);
      }
      for (const arrival of arrivals) arrival();
    },
    responder(request, context) {
      const parts = replies.shift();
      if (parts) return playParts(parts, request, context);
      return playParts([{ type: "error", failure: surprise("a turn without a reply in line") }], request, context);
    },
  });

  return {
    baseUrl: server.baseUrl,
    requests,
    unexpected,
    get waitingReplies() {
      return replies.length;
    },
    enqueue: (...parts) => void replies.push(parts),
    setModels(next) {
      modelsFailure = "status" in next ? next : undefined;
      if (!("status" in next)) models = next;
    },
    rejectKey: (key) => void rejectedKeys.add(key),
    acceptOnlyKey: (key) => void (onlyKey = key),
    waitForRequest(fits = isTurn, timeoutMs = 5000) {
      return new Promise((resolve, reject) => {
        const look = (): void => {
          const found = requests.find((request) => !returned.has(request) && fits(request));
          if (!found) return;
          finish();
          returned.add(found);
          resolve(found);
        };
        const finish = (): void => {
          clearTimeout(timer);
          arrivals.delete(look);
        };
        const timer = setTimeout(() => {
          finish();
          const seen = requests.map((request) => `${request.method} ${request.path}`).join(", ") || "none";
          reject(new Error(`No such request within ${timeoutMs} ms. Requests so far: ${seen}.`));
        }, timeoutMs);
        arrivals.add(look);
        look();
      });
    },
    assertAllExpected() {
      const leftOver = replies.length === 0 ? [] : [`${replies.length} enqueued replies that nobody asked for`];
      const wrong = [...unexpected, ...leftOver];
      if (wrong.length > 0) throw new Error(`Scripted server: ${wrong.join("; ")}`);
    },
    close: () => server.close(),
  };
}

async function* playParts(parts: readonly ReplyPart[], ...call: Parameters<Responder>): AsyncGenerator<Step> {
  for (const part of parts) {
    if (typeof part === "function") yield* part(...call);
    else if ("type" in part) yield part;
    else yield* part;
  }
}

/** Whether a request is a turn of a conversation: `POST /v1/messages`, without or with a query. */
export function isTurn({ method, path }: SeenRequest): boolean {
  return method === "POST" && /^\/v1\/messages(\?|$)/.test(path);
}

/** An answer in pieces of `chunk` characters (default 20) with `delayMs` between them (default 0). */
export function answer(
  text: string,
  { chunk = 20, delayMs = 0 }: { readonly chunk?: number; readonly delayMs?: number } = {},
): readonly Step[] {
  const pieces = fragmentsOf(text, chunk).flatMap((piece, index): readonly Step[] => {
    const said: Step = { type: "text", text: piece };
    return index === 0 || delayMs === 0 ? [said] : [{ type: "pause", ms: delayMs }, said];
  });
  return [{ type: "start" }, ...pieces];
}

/** A reply part at which the stream stays open, silent, until `release()`; the client leaving ends it too. */
export interface Hold extends Responder {
  release(): void;
  /** Resolves when the reply has come this far: everything before it has been sent. */
  readonly reached: Promise<void>;
  /** Resolves when the client left while held. */
  readonly abandoned: Promise<void>;
}

/** Makes a part that holds a reply: `enqueue(answer("half"), gate, answer(" whole"))`, later `gate.release()`. */
export function hold(): Hold {
  const [reached, release, abandoned] = [latch(), latch(), latch()];
  const responder: Responder = async function* (_request, { signal }) {
    yield { type: "start" };
    const left = latch();
    signal.addEventListener("abort", left.open, { once: true });
    if (signal.aborted) left.open();
    reached.open();
    const isReleased = await Promise.race([release.opened.then(() => true), left.opened.then(() => false)]);
    if (!isReleased) abandoned.open();
  };
  return Object.assign(responder, { release: release.open, reached: reached.opened, abandoned: abandoned.opened });
}

function latch(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

/** Any failure of the API: as an HTTP error in front of a reply, as an `error` event after its start. */
export function failure(status: number, type: ApiFailure["type"], message: string, headers = {}): Step {
  return { type: "error", failure: { status, type, message, headers } };
}

/** 429, to be tried again after the given time; not 0, which the SDK takes for no word on it and waits by itself. */
export function rateLimit(retryAfterMs = 1): Step {
  return failure(429, "rate_limit_error", "This request would exceed your rate limit.", {
    "retry-after-ms": String(retryAfterMs),
  });
}

/** 529, with no word on when to try again. */
export function overloaded(): Step {
  return failure(529, "overloaded_error", "Overloaded");
}

/** 400 for a conversation that is longer than the model can read. */
export function promptTooLong(): Step {
  return { type: "error", failure: { ...invalidRequest("prompt is too long: 1000001 tokens > 1000000 maximum"), errorCode: "prompt_too_long" } };
}

/** A frame whose data is no JSON. */
export function malformedFrame(): Step {
  return { type: "raw", text: 'event: content_block_delta\ndata: {"type":"content_block_delta","index":\n\n' };
}

/** Breaks the connection. */
export function cut(): Step {
  return { type: "cut" };
}

/** Sends nothing more and leaves the connection open; in front of a reply, not even its headers are sent. */
export function stall(): Step {
  return { type: "pause", ms: Infinity };
}

/** Rules of the API that a client breaks easily; the demo model is not so strict. */
function brokenRule(
  { messages, maxTokens, model, body }: MessagesRequest,
  headers: SeenRequest["headers"],
  models: readonly ModelInfo[],
): ApiFailure | undefined {
  const version = headers["anthropic-version"];
  if (version === undefined) return invalidRequest("anthropic-version: header is missing");
  const sampling = ["temperature", "top_p", "top_k"].find((name) => name in body);
  if (sampling !== undefined && version >= "2026-10-21") return invalidRequest(`${sampling}: not accepted since 2026-10-21`);
  const limit = models.find((known) => known.id === model)?.max_tokens ?? Infinity;
  if (!Number.isInteger(maxTokens) || maxTokens < 0 || maxTokens > limit) return invalidRequest(`max_tokens: ${maxTokens}`);
  if (messages[0]?.role !== "user") return invalidRequest("messages: the first must be the user's");
  if (messages.at(-1)?.role === "assistant") return invalidRequest("messages: the last must not be the assistant's");
  for (const [index, { content }] of messages.entries()) {
    const isEmpty = content.length === 0 || content.some((block) => block.type === "text" && block["text"] === "");
    if (isEmpty) return invalidRequest(`messages.${index}: text must not be empty`);
    const results = messages[index + 1]?.content.filter((block) => block.type === "tool_result") ?? [];
    const answered = results.map((block) => block["tool_use_id"]);
    const missing = content.find((block) => block.type === "tool_use" && !answered.includes(block["id"]));
    if (missing) return invalidRequest(`messages.${index}: no tool_result in the next message for ${String(missing["id"])}`);
  }
  return undefined;
}

/** Two models as the API lists them, with what they can do unknown. */
export const scriptedModels: readonly ModelInfo[] = [
  scriptedModel("claude-opus-5-5", "Claude Opus 5.5", "opus"),
  scriptedModel("claude-haiku-5-5", "Claude Haiku 5.5", "haiku"),
];

/** A model for `setModels`. */
export function scriptedModel(id: string, displayName: string, line: ModelInfo["line"]): ModelInfo {
  return {
    type: "model",
    id,
    display_name: displayName,
    created_at: "2026-10-21T00:00:00Z",
    line,
    lifecycle: "active",
    deprecated_at: null,
    retires_at: null,
    max_input_tokens: 1_000_000,
    max_tokens: 128_000,
    allowed_fallback_models: null,
    capabilities: null,
  };
}
