import { BaseAnthropic } from "@anthropic-ai/sdk/client";
// From the file itself: through the folder's index, which shakes apart, esbuild leaves the class out of the bundle.
import { Messages, type MessageCreateParamsStreaming } from "@anthropic-ai/sdk/resources/beta/messages/messages";
import { Models, type ModelInfo } from "@anthropic-ai/sdk/resources/models";
import { makeFailure } from "../../core/chat/failureText";
import { defined } from "../../core/base/records";
import { fail, ok, type Result } from "../../core/base/result";
import { ModelFailure, type Endpoint, type Model, type ModelEvent, type ModelRequest } from "../../core/ports";
import type { ModelChoice } from "../../core/protocol/calls";
import type { Usage } from "../../core/protocol/chatState";
import type { Failure } from "../../core/protocol/failures";
import { explainError } from "./claudeErrors";

export interface ClaudeOptions {
  readonly endpoint: Endpoint;
  /** A stream that says nothing for this long is given up; the wait for its first byte counts too. */
  readonly idleTimeoutMs: number;
}

/** How long a list of models may take. */
const LIST_TIMEOUT_MS = 20_000;

/** Claude over the Messages API. Everything the SDK could take from the environment is passed to it explicitly. */
export function createClaude({ endpoint, idleTimeoutMs }: ClaudeOptions): Model {
  const client = new BaseAnthropic({
    apiKey: endpoint.apiKey,
    authToken: null,
    baseURL: endpoint.baseUrl,
    defaultHeaders: endpoint.headers,
    // Looked up at each call: the editor replaces the global fetch by one that knows its proxy and certificates.
    fetch: (input, init) => globalThis.fetch(input, init),
    // The turn decides about asking again, since it can show the wait and a server may name any.
    maxRetries: 0,
    logLevel: "off",
    openTelemetry: false,
  });
  const messages = new Messages(client);
  const models = new Models(client);
  const host = new URL(endpoint.baseUrl).host;

  return {
    stream: (request, signal) => streamAnswer({ messages, host, request, signal, idleTimeoutMs }),

    async listModels(signal): Promise<Result<readonly ModelChoice[], Failure>> {
      try {
        const choices: ModelChoice[] = [];
        const page = await models.list({ limit: 1000 }, { signal, timeout: LIST_TIMEOUT_MS });
        for await (const info of page) if (info.lifecycle !== "retired") choices.push(describeModel(info));
        return ok(choices);
      } catch (error) {
        return fail(explainError(error, { host }));
      }
    },
  };
}

function describeModel(info: ModelInfo): ModelChoice {
  return defined({
    id: info.id,
    name: info.display_name,
    maxInputTokens: info.max_input_tokens ?? undefined,
    maxTokens: info.max_tokens ?? undefined,
    hasAdaptiveThinking: info.capabilities?.thinking?.types?.adaptive?.supported ?? false,
  });
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
  const rearm = (): void => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => {
      isIdle = true;
      controller.abort();
    }, idleTimeoutMs);
  };
  const progress = { hasStarted: false, hasStopped: false };
  try {
    rearm();
    const stream = await messages.create(toParams(request), { signal: controller.signal, timeout: idleTimeoutMs });
    const usage = createUsage(request.model);
    for await (const event of stream) {
      rearm();
      switch (event.type) {
        case "message_start":
          progress.hasStarted = true;
          usage.add(event.message.usage, event.message.model);
          break;
        case "content_block_start": {
          const kind = event.content_block.type;
          if (kind !== "text" && kind !== "thinking") break; // nothing else was asked for
          yield { type: "blockStarted", index: event.index, kind };
          const text = event.content_block.type === "text" ? event.content_block.text : event.content_block.type === "thinking" ? event.content_block.thinking : "";
          if (text !== "") yield { type: "delta", index: event.index, text };
          break;
        }
        case "content_block_delta":
          if (event.delta.type === "text_delta") yield { type: "delta", index: event.index, text: event.delta.text };
          if (event.delta.type === "thinking_delta") yield { type: "delta", index: event.index, text: event.delta.thinking };
          break;
        case "content_block_stop":
          yield { type: "blockEnded", index: event.index };
          break;
        case "message_delta":
          usage.add(event.usage);
          yield { type: "usage", usage: usage.total() };
          yield { type: "ended", stopReason: event.delta.stop_reason ?? "end_turn" };
          break;
        case "message_stop":
          progress.hasStopped = true;
          break;
      }
    }
    if (controller.signal.aborted) throw new Error("aborted");
    if (!progress.hasStopped) throw new ModelFailure(makeFailure(progress.hasStarted ? "streamCut" : "malformedStream", { host }));
  } catch (error) {
    if (error instanceof ModelFailure) throw error;
    if (isIdle) throw new ModelFailure(makeFailure("idleTimeout", { seconds: Math.round(idleTimeoutMs / 1000) }), { cause: error });
    if (signal.aborted) throw new ModelFailure(makeFailure("unknown"), { isAbort: true, cause: error });
    throw new ModelFailure(explainError(error, { host, model: request.model, hasStarted: progress.hasStarted }), { cause: error });
  } finally {
    clearTimeout(watchdog);
    signal.removeEventListener("abort", onAbort);
    // Ends the request when the consumer broke off; after a whole answer it does nothing.
    controller.abort();
  }
}

function toParams(request: ModelRequest): MessageCreateParamsStreaming {
  return {
    model: request.model,
    max_tokens: request.maxTokens,
    stream: true,
    system: request.system.map((text) => ({ type: "text" as const, text })),
    messages: request.messages.map(({ role, content }) => ({ role, content: content.map((text) => ({ type: "text" as const, text })) })),
    cache_control: { type: "ephemeral" },
    ...(request.hasAdaptiveThinking ? { thinking: { type: "adaptive" as const, display: "summarized" as const } } : {}),
  };
}

interface UsageCounts {
  readonly input_tokens?: number | null;
  readonly output_tokens?: number | null;
  readonly cache_read_input_tokens?: number | null;
  readonly cache_creation_input_tokens?: number | null;
  readonly cache_creation?: { readonly ephemeral_5m_input_tokens: number; readonly ephemeral_1h_input_tokens: number } | null;
}

/** Usage comes in two messages, the later with running totals; what it leaves out keeps its earlier value. */
function createUsage(model: string): { add(counts: UsageCounts, model?: string): void; total(): Usage } {
  let usage: Usage = { model, inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWrite5mTokens: 0, cacheWrite1hTokens: 0 };
  return {
    add(counts, answeredBy) {
      usage = {
        model: answeredBy ?? usage.model,
        inputTokens: counts.input_tokens ?? usage.inputTokens,
        outputTokens: counts.output_tokens ?? usage.outputTokens,
        cacheReadTokens: counts.cache_read_input_tokens ?? usage.cacheReadTokens,
        cacheWrite5mTokens: counts.cache_creation?.ephemeral_5m_input_tokens ?? counts.cache_creation_input_tokens ?? usage.cacheWrite5mTokens,
        cacheWrite1hTokens: counts.cache_creation?.ephemeral_1h_input_tokens ?? usage.cacheWrite1hTokens,
      };
    },
    total: () => usage,
  };
}
