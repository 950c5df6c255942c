import { BaseAnthropic } from "@anthropic-ai/sdk/client";
import {
  APIError,
  AnthropicError,
  AuthenticationError,
  NotFoundError,
  OverloadedError,
  RateLimitError,
} from "@anthropic-ai/sdk/error";
import { Messages } from "@anthropic-ai/sdk/resources/beta/messages";
import { Models, type BetaModelInfo } from "@anthropic-ai/sdk/resources/beta/models";
import assert from "node:assert/strict";
import { demoModels } from "../../../../../src/extension/adapters/demo/demoModel";
import { startMessagesServer, type MessagesServer } from "../../../../../src/extension/adapters/demo/messagesServer";
import type { ModelInfo, Responder, Step } from "../../../../../src/extension/adapters/demo/wire";

const params = { model: "demo", max_tokens: 100, messages: [{ role: "user" as const, content: "hello" }] };

describe("messagesServer, asked by the SDK", () => {
  let server: MessagesServer | undefined;
  let models: readonly ModelInfo[] = demoModels;

  afterEach(async () => {
    await server?.close();
    server = undefined;
    models = demoModels;
  });

  async function clientFor(responder: Responder | readonly Step[], apiKey = "right", maxRetries = 0) {
    const play: Responder = typeof responder === "function" ? responder : () => stepsOf(responder);
    server = await startMessagesServer({ responder: play, models: () => models, token: "right" });
    const client = new BaseAnthropic({ apiKey, authToken: null, baseURL: server.baseUrl, maxRetries, logLevel: "off" });
    return { messages: new Messages(client), models: new Models(client) };
  }

  it("streams text, delta by delta, with usage and a stop reason", async () => {
    const { messages } = await clientFor([text("Hel"), text("lo 🫖")]);
    const deltas: string[] = [];
    const stream = messages.stream(params).on("text", (delta) => deltas.push(delta));
    const message = await stream.finalMessage();
    assert.deepEqual(deltas, ["Hel", "lo 🫖"]);
    assert.deepEqual(message.content, [{ type: "text", text: "Hello 🫖", citations: null }]);
    assert.equal(message.stop_reason, "end_turn");
    assert.equal(message.model, "demo");
    assert.ok(message.usage.input_tokens > 0 && message.usage.output_tokens > 0);
    assert.match(stream.request_id ?? "", /^req_[0-9a-f]{24}$/);
  });

  it("sends the events of a text answer in the API's order", async () => {
    const { messages } = await clientFor([text("a"), text("b")]);
    const types: string[] = [];
    for await (const event of await messages.create({ ...params, stream: true })) types.push(event.type);
    assert.deepEqual(types, [
      "message_start",
      "content_block_start",
      "content_block_delta",
      "content_block_delta",
      "content_block_stop",
      "message_delta",
      "message_stop",
    ]);
  });

  it("streams thinking and a tool call whose input comes in fragments", async () => {
    const input = { path: "src/cart.ts", note: 'a "quoted" 🫖 word' };
    const steps: readonly Step[] = [
      { type: "thinking", text: "Hm, " },
      { type: "thinking", text: "so." },
      text("I'll look."),
      { type: "toolUse", name: "read", input, id: "toolu_1", fragmentChars: 5 },
    ];
    const { messages } = await clientFor(steps);
    const fragments: string[] = [];
    const stream = messages.stream(params).on("inputJson", (fragment) => fragments.push(fragment));
    const message = await stream.finalMessage();
    assert.equal(fragments.join(""), JSON.stringify(input));
    assert.ok(fragments.length > 5);
    assert.deepEqual(message.content, [
      { type: "thinking", thinking: "Hm, so.", signature: "loopback" },
      { type: "text", text: "I'll look.", citations: null },
      { type: "tool_use", id: "toolu_1", name: "read", input, caller: { type: "direct" } },
    ]);
    assert.equal(message.stop_reason, "tool_use");
  });

  it("answers whole when no stream is asked for", async () => {
    const steps: readonly Step[] = [
      { type: "thinking", text: "Hm." },
      text("He"),
      text("llo"),
      { type: "toolUse", name: "read", input: {}, id: "toolu_1" },
      { type: "end", stopReason: "max_tokens" },
      text("never said"),
    ];
    const { messages } = await clientFor(steps);
    const message = await messages.create(params);
    assert.deepEqual(message.content, [
      { type: "thinking", thinking: "Hm.", signature: "loopback" },
      { type: "text", text: "Hello", citations: null },
      { type: "tool_use", id: "toolu_1", name: "read", input: {}, caller: { type: "direct" } },
    ]);
    assert.equal(message.stop_reason, "max_tokens");
  });

  it("answers an error before the start with its status and headers, after which the SDK retries", async () => {
    let calls = 0;
    const { messages } = await clientFor(() => stepsOf((calls += 1) === 1 ? [overload] : [text("now")]), "right", 1);
    const message = await messages.stream(params).finalMessage();
    assert.deepEqual(message.content, [{ type: "text", text: "now", citations: null }]);
    assert.equal(calls, 2);
  });

  it("gives errors the SDK's classes, types and request ids", async () => {
    const { messages } = await clientFor([overload]);
    const error = await rejection(messages.create(params));
    assert.ok(error instanceof OverloadedError);
    assert.equal(error.type, "overloaded_error");
    assert.equal(error.apiMessage, "Overloaded");
    assert.match(error.requestID ?? "", /^req_/);
  });

  it("sends an error in mid-stream as an event; what was said stays", async () => {
    const { messages } = await clientFor([text("partial"), overload, text("never said")]);
    const stream = messages.stream(params);
    const error = await rejection(stream.finalMessage());
    assert.ok(error instanceof APIError);
    assert.equal(error.type, "overloaded_error");
    assert.equal(error.status, undefined);
    assert.deepEqual(stream.currentMessage?.content, [{ type: "text", text: "partial", citations: null }]);
  });

  it("cuts the connection in mid-stream", async () => {
    const { messages } = await clientFor([text("partial"), { type: "cut" }]);
    const stream = messages.stream(params);
    const error = await rejection(stream.finalMessage());
    assert.ok(error instanceof AnthropicError && !(error instanceof APIError));
    assert.deepEqual(stream.currentMessage?.content, [{ type: "text", text: "partial", citations: null }]);
  });

  it("writes malformed frames as they are", async () => {
    const { messages } = await clientFor([text("a"), { type: "raw", text: "event: message_delta\ndata: {nope\n\n" }]);
    const stream = messages.stream(params);
    assert.match(String(await rejection(stream.finalMessage())), /JSON/);
  });

  it("reports a responder that throws, before the start and after it", async () => {
    const { messages } = await clientFor(async function* (request) {
      if (request.stream) yield text("a");
      throw new Error("script is broken");
    });
    for (const asked of [messages.create(params), messages.stream(params).finalMessage()]) {
      const error = await rejection(asked);
      assert.ok(error instanceof APIError);
      assert.match(error.apiMessage ?? "", /script is broken/);
    }
  });

  it("aborts the responder's signal when the client leaves, even in the middle of a pause", async () => {
    let onLeft = (): void => undefined;
    const left = new Promise<void>((resolve) => (onLeft = resolve));
    const { messages } = await clientFor(async function* (_request, { signal }) {
      signal.addEventListener("abort", () => onLeft());
      yield text("a");
      yield { type: "pause", ms: Infinity };
      assert.fail("played on after the client had left");
    });
    const stream = messages.stream(params).on("text", () => stream.abort());
    await rejection(stream.finalMessage());
    await left;
  });

  it("aborts replies and closes their connections when the server closes, as often as asked", async () => {
    const { messages } = await clientFor([text("a"), { type: "pause", ms: Infinity }]);
    const stream = messages.stream(params).on("text", () => void server?.close());
    await rejection(stream.finalMessage());
    await server?.close();
    await server?.close();
  });

  it("lists models in pages, and finds one by its id", async () => {
    const [demo] = demoModels;
    assert.ok(demo);
    models = ["one", "two", "three"].map((id) => ({ ...demo, id }));
    const asked = (await clientFor([])).models;
    const listed: string[] = [];
    for await (const model of asked.list({ limit: 2 })) listed.push(model.id);
    assert.deepEqual(listed, ["one", "two", "three"]);
    const found: BetaModelInfo = await asked.retrieve("two");
    assert.deepEqual(found, { ...demo, id: "two" });
    assert.ok((await rejection(asked.retrieve("four"))) instanceof NotFoundError);
  });

  it("describes the demo model in the SDK's own type", () => {
    const typed: readonly BetaModelInfo[] = demoModels;
    assert.deepEqual(typed.map(({ id, display_name: name }) => [id, name]), [["demo", "Demo model"]]);
  });

  it("counts tokens roughly", async () => {
    const { messages } = await clientFor([]);
    const short = await messages.countTokens({ model: "demo", messages: params.messages });
    const long = await messages.countTokens({ model: "demo", messages: [{ role: "user", content: "x".repeat(4000) }] });
    assert.ok(short.input_tokens > 0 && short.input_tokens < 30);
    assert.ok(long.input_tokens >= 1000 && long.input_tokens < 1050);
  });

  it("answers 401 to a wrong key and 404 to an unknown model", async () => {
    const wrong = await clientFor([text("never said")], "wrong");
    assert.ok((await rejection(wrong.models.list())) instanceof AuthenticationError);
    assert.ok((await rejection(wrong.messages.create(params))) instanceof AuthenticationError);
    await server?.close();
    const { messages } = await clientFor([text("never said")]);
    const error = await rejection(messages.create({ ...params, model: "gpt-0" }));
    assert.ok(error instanceof NotFoundError);
    assert.equal(error.apiMessage, "model: gpt-0");
  });

  it("gives the SDK the time to wait after 429", async () => {
    const limited: Step = {
      type: "error",
      failure: { status: 429, type: "rate_limit_error", message: "Slow down", headers: { "retry-after": "7" } },
    };
    const { messages } = await clientFor([limited]);
    const error = await rejection(messages.create(params));
    assert.ok(error instanceof RateLimitError);
    assert.equal(error.headers.get("retry-after"), "7");
  });
});

const overload: Step = {
  type: "error",
  failure: { status: 529, type: "overloaded_error", message: "Overloaded", headers: { "retry-after-ms": "1" } },
};

function text(said: string): Step {
  return { type: "text", text: said };
}

async function* stepsOf(steps: readonly Step[]): AsyncGenerator<Step> {
  yield* steps;
}

async function rejection(promise: PromiseLike<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return assert.fail("was not refused");
}
