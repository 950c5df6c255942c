import { BaseAnthropic } from "@anthropic-ai/sdk/client";
import { APIError } from "@anthropic-ai/sdk/core/error";
import { Stream } from "@anthropic-ai/sdk/core/streaming";
// From the file itself: through the folder's index, which shakes apart, esbuild leaves the class out of the bundle.
import { Messages, type MessageCreateParamsStreaming } from "@anthropic-ai/sdk/resources/beta/messages/messages";
import { Models } from "@anthropic-ai/sdk/resources/models";
import { useTranslation, type Translation } from "../../core/base/l10n";
import { makeFailure } from "../../core/chat/failureText";
import { fail, ok, type Result } from "../../core/base/result";
import { ModelFailure, type Endpoint, type Model, type ModelEvent, type ModelRequest } from "../../core/ports";
import type { ModelChoice } from "../../core/protocol/calls";
import type { Failure } from "../../core/protocol/failures";
import { explainError } from "./claudeErrors";
import { createUsage, readFrame, type Frame } from "./claudeFrames";
import { listAllModels } from "./claudeModels";
import { MAX_TIMER_MS } from "./clock";

export interface ClaudeOptions {
  readonly endpoint: Endpoint;
  /** A stream that says nothing for this long is given up; the wait for its first byte counts too, a ping ends the silence. */
  readonly idleTimeoutMs: number;
  /** In which failures are said; English where none is given. */
  readonly translation?: Translation;
}

/** How long a list of models may take. */
const LIST_TIMEOUT_MS = 20_000;

/** Claude over the Messages API. Everything the SDK could take from the environment is passed to it explicitly. */
export function createClaude({ endpoint, idleTimeoutMs, translation }: ClaudeOptions): Model {
  if (translation !== undefined) useTranslation(translation);
  const client = withoutAmbientHeaders(
    () =>
      new BaseAnthropic({
        apiKey: endpoint.apiKey,
        authToken: null,
        baseURL: endpoint.baseUrl,
        defaultHeaders: endpoint.headers,
        // Looked up at each call: the editor replaces the global fetch by one that knows its proxy and certificates.
        fetch: (input, init) => globalThis.fetch(input, init),
        // Headers that hold secrets would go along to wherever a redirect points.
        fetchOptions: { redirect: "error" },
        // The turn decides about asking again, since it can show the wait and a server may name any.
        maxRetries: 0,
        logLevel: "off",
        openTelemetry: false,
      }),
  );
  const messages = new Messages(client);
  const models = new Models(client);
  const host = new URL(endpoint.baseUrl).host;

  return {
    stream: (request, signal) => streamAnswer({ messages, host, request, signal, idleTimeoutMs: Math.min(idleTimeoutMs, MAX_TIMER_MS) }),

    async listModels(signal): Promise<Result<readonly ModelChoice[], Failure>> {
      const timeout = AbortSignal.timeout(LIST_TIMEOUT_MS);
      try {
        return ok(await listAllModels(models, AbortSignal.any([signal, timeout])));
      } catch (error) {
        if (signal.aborted) return fail(makeFailure("unknown", { said: "cancelled" }));
        return fail(timeout.aborted ? makeFailure("offline", { host }) : explainError(error, { host }));
      }
    },
  };
}

/** The SDK adds the headers of this variable to every request, in place of the key's own if so named, and has no option against it. */
function withoutAmbientHeaders<T>(create: () => T): T {
  const name = "ANTHROPIC_CUSTOM_HEADERS";
  const ambient = process.env[name];
  delete process.env[name];
  try {
    return create();
  } finally {
    if (ambient !== undefined) process.env[name] = ambient;
  }
}

interface StreamOptions {
  readonly messages: Messages;
  readonly host: string;
  readonly request: ModelRequest;
  readonly signal: AbortSignal;
  readonly idleTimeoutMs: number;
}

async function* streamAnswer({ messages, host, request, signal, idleTimeoutMs }: StreamOptions): AsyncGenerator<ModelEvent> {
  const controller = new AbortController();
  const onAbort = (): void => controller.abort();
  if (signal.aborted) controller.abort();
  signal.addEventListener("abort", onAbort);
  let isIdle = false;
  let watchdog: NodeJS.Timeout | undefined;
  const watch = (): void => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => {
      isIdle = true;
      controller.abort();
    }, idleTimeoutMs);
  };
  const answer = createAnswer(request.model);
  const toModelFailure = (error: unknown): ModelFailure => {
    if (error instanceof ModelFailure) return error;
    const seconds = Math.round(idleTimeoutMs / 1000);
    if (isIdle) return new ModelFailure(makeFailure("idleTimeout", answer.hasStarted() ? { seconds } : { seconds, host }), { cause: error });
    if (signal.aborted) return new ModelFailure(makeFailure("unknown"), { isAbort: true, cause: error });
    return new ModelFailure(explainError(error, { host, model: request.model, hasStarted: answer.hasStarted() }), { cause: error });
  };
  try {
    watch();
    const response = await messages.create(toParams(request), { signal: controller.signal, timeout: idleTimeoutMs }).asResponse();
    // The SDK's own stream keeps pings to itself, which say that the server lives.
    for await (const { event, data } of Stream.rawEvents(response, controller)) {
      // The time that the reader takes is not the server's.
      clearTimeout(watchdog);
      if (event === "error") throw toApiError(data, response.headers);
      const frame = event === null || event === "ping" || data === "" ? undefined : readFrame(data);
      if (frame !== undefined) yield* answer.tell(frame);
      if (answer.isWhole()) break;
      watch();
    }
    if (!answer.isWhole() && controller.signal.aborted) throw new Error("aborted");
    if (!answer.hasStopReason()) throw new ModelFailure(makeFailure(answer.hasStarted() ? "streamCut" : "malformedStream", { host }));
    yield* answer.end();
  } catch (error) {
    const failure = toModelFailure(error);
    // The request ends now, not when the reader has taken the usage in.
    clearTimeout(watchdog);
    controller.abort();
    yield* answer.cutOff();
    throw failure;
  } finally {
    clearTimeout(watchdog);
    signal.removeEventListener("abort", onAbort);
    // Ends the request when the consumer broke off; after a whole answer it does nothing.
    controller.abort();
  }
}

/** Makes events of an answer's frames, and knows how far it is. */
function createAnswer(model: string) {
  const usage = createUsage(model);
  const open = new Set<number>();
  let hasStarted = false;
  let isWhole = false;
  let stopReason: string | undefined;

  function* tell(frame: Frame): Generator<ModelEvent> {
    switch (frame.type) {
      case "message_start":
        hasStarted = true;
        usage.add(frame.message.usage, frame.message.model);
        return;
      case "content_block_start": {
        const { index, content_block: block } = frame;
        if (block.type !== "text" && block.type !== "thinking") return; // nothing else was asked for
        open.add(index);
        yield { type: "blockStarted", index, kind: block.type };
        const text = block[block.type] ?? "";
        if (text !== "") yield { type: "delta", index, text };
        return;
      }
      case "content_block_delta": {
        const { type } = frame.delta;
        if (type !== "text_delta" && type !== "thinking_delta") return;
        const text = type === "text_delta" ? frame.delta.text : frame.delta.thinking;
        if (text === undefined) throw new SyntaxError(`A ${type} without its text`);
        if (open.has(frame.index)) yield { type: "delta", index: frame.index, text };
        return;
      }
      case "content_block_stop":
        if (open.delete(frame.index)) yield { type: "blockEnded", index: frame.index };
        return;
      case "message_delta":
        usage.add(frame.usage);
        stopReason = frame.delta.stop_reason ?? stopReason ?? "end_turn";
        return;
      case "message_stop":
        isWhole = true;
        return;
    }
  }

  return {
    tell,
    hasStarted: () => hasStarted,
    hasStopReason: () => stopReason !== undefined,
    isWhole: () => isWhole,
    *end(): Generator<ModelEvent> {
      yield { type: "usage", usage: usage.total() };
      yield { type: "ended", stopReason: stopReason ?? "end_turn" };
    },
    /** What is known of the usage: an answer that was stopped or broke is paid for all the same. */
    *cutOff(): Generator<ModelEvent> {
      if (hasStarted) yield { type: "usage", usage: usage.total() };
    },
  };
}

function toApiError(data: string, headers: Headers): APIError {
  let body: unknown = data;
  try {
    body = JSON.parse(data);
  } catch {
    // an error in a form of its own is reported all the same
  }
  return new APIError(undefined, Object(body) as object, undefined, headers);
}

type Effort = NonNullable<NonNullable<MessageCreateParamsStreaming["output_config"]>["effort"]>;

function toParams(request: ModelRequest): MessageCreateParamsStreaming {
  return {
    model: request.model,
    max_tokens: request.maxTokens,
    stream: true,
    system: request.system.map((text) => ({ type: "text" as const, text })),
    messages: request.messages.map(({ role, content }) => ({ role, content: content.map((text) => ({ type: "text" as const, text })) })),
    cache_control: { type: "ephemeral" },
    ...(request.hasAdaptiveThinking ? { thinking: { type: "adaptive" as const, display: "summarized" as const } } : {}),
    ...(request.effort === undefined ? {} : { output_config: { effort: request.effort as Effort } }), // one that the API itself listed
  };
}
