import { BaseAnthropic } from "@anthropic-ai/sdk/client";
import { AuthenticationError, BadRequestError, InternalServerError, NotFoundError } from "@anthropic-ai/sdk/error";
import { Messages, type MessageCreateParamsNonStreaming } from "@anthropic-ai/sdk/resources/beta/messages";
import { Models } from "@anthropic-ai/sdk/resources/beta/models";
import assert from "node:assert/strict";
import * as scripted from "../../../../support/scriptedServer";

const { answer, hold } = scripted;
const params = { model: "claude-opus-5-5", max_tokens: 100, messages: [{ role: "user" as const, content: "hello" }] };

describe("scriptedServer", () => {
  let server: scripted.ScriptedServer;

  beforeEach(async () => {
    server = await scripted.startScriptedServer();
  });
  afterEach(() => server.close());

  function connect(apiKey = "key", maxRetries = 2) {
    const client = new BaseAnthropic({ apiKey, authToken: null, baseURL: server.baseUrl, maxRetries, logLevel: "off" });
    return { messages: new Messages(client), models: new Models(client) };
  }
  const ask = (fields: Partial<MessageCreateParamsNonStreaming> = {}) => connect().messages.create({ ...params, ...fields });

  it("answers what was enqueued, in order, and records what it was sent", async () => {
    server.enqueue(answer("first"));
    server.enqueue(answer("sec"), answer("ond"));
    const before = Date.now();
    assert.deepEqual((await ask()).content, [{ type: "text", text: "first", citations: null }]);
    assert.deepEqual((await ask()).content, [{ type: "text", text: "second", citations: null }]);
    const [request] = server.requests;
    assert.deepEqual([request?.method, request?.path], ["POST", "/v1/messages"]);
    assert.equal(request?.headers["authorization"], "Bearer key");
    assert.deepEqual(request?.body, params);
    assert.ok(request && request.at >= before && request.at <= Date.now());
    server.assertAllExpected();
  });

  it("cuts an answer into pieces, never inside a character", async () => {
    server.enqueue(answer("ab🫖d", { chunk: 3, delayMs: 1 }));
    const deltas: string[] = [];
    await connect().messages.stream(params).on("text", (delta) => deltas.push(delta)).finalMessage();
    assert.deepEqual(deltas, ["ab🫖", "d"]);
  });

  it("answers a turn that nobody enqueued with 500, once, and remembers it", async () => {
    await assert.rejects(ask(), InternalServerError);
    assert.equal(server.requests.length, 1);
    assert.throws(() => server.assertAllExpected(), /a turn without a reply in line/);
  });

  it("remembers unknown paths, foreign requests and malformed bodies", async () => {
    const headers = { "x-api-key": "key" };
    assert.equal((await fetch(`${server.baseUrl}/v1/files`, { headers })).status, 500);
    assert.equal((await fetch(`${server.baseUrl}/v1/models`, { headers: { ...headers, origin: "https://a.example" } })).status, 403);
    assert.equal((await fetch(`${server.baseUrl}/v1/messages`, { method: "POST", headers, body: "{" })).status, 400);
    assert.equal(server.unexpected.length, 3);
  });

  it("does not mind what a test does on purpose: a wrong key, an unknown model", async () => {
    server.rejectKey("key");
    await assert.rejects(ask(), AuthenticationError);
    server.acceptOnlyKey("good");
    await assert.rejects(async () => connect("other").models.list(), AuthenticationError);
    await assert.rejects(async () => connect("good").messages.create({ ...params, model: "nope" }), NotFoundError);
    server.assertAllExpected();
  });

  it("lists the models it was given, or fails to", async () => {
    server.setModels([scripted.scriptedModel("a", "A", null)]);
    assert.deepEqual((await connect().models.list()).data.map((model) => model.id), ["a"]);
    server.setModels({ status: 503, type: "api_error", message: "down" });
    await assert.rejects(async () => connect("key", 0).models.list(), InternalServerError);
  });

  it("reports replies that nobody asked for", () => {
    server.enqueue(answer("left over"));
    assert.equal(server.waitingReplies, 1);
    assert.throws(() => server.assertAllExpected(), /1 enqueued replies/);
  });

  it("waits for the next turn, each one once", async () => {
    const waiting = server.waitForRequest();
    server.enqueue(answer("a"));
    server.enqueue(answer("b"));
    await connect().models.list();
    await ask({ max_tokens: 1 });
    await ask({ max_tokens: 2 });
    const bodies = [await waiting, await server.waitForRequest()].map((request) => request.body as { max_tokens: number });
    assert.deepEqual(bodies.map((body) => body.max_tokens), [1, 2]);
    await assert.rejects(server.waitForRequest(undefined, 1), /Requests so far: GET \/v1\/models/);
  });

  it("holds a stream open until released", async () => {
    const gate = hold();
    server.enqueue(answer("half"), gate, answer(" whole"));
    const stream = connect().messages.stream(params);
    await gate.reached;
    assert.equal(stream.receivedMessages.length, 0);
    gate.release();
    assert.equal(await stream.finalText(), "half whole");
  });

  it("tells that the client left while held", async () => {
    const gate = hold();
    server.enqueue(answer("half"), gate);
    const stream = connect().messages.stream(params);
    const ended = assert.rejects(stream.finalMessage());
    await gate.reached;
    stream.abort();
    await Promise.all([gate.abandoned, ended]);
  });

  it("plays failures that the SDK retries, and those in mid-stream that it can't", async () => {
    server.enqueue(scripted.rateLimit());
    server.enqueue(answer("at last"));
    assert.deepEqual((await ask()).content, [{ type: "text", text: "at last", citations: null }]);
    const failures = [
      [scripted.overloaded(), /Overloaded/],
      [scripted.malformedFrame(), /JSON/],
      [scripted.cut(), /terminated/],
    ] as const;
    for (const [part, message] of failures) {
      server.enqueue(answer("partial"), part);
      await assert.rejects(connect().messages.stream(params).finalMessage(), message);
    }
    server.assertAllExpected();
  });

  it("stalls in front of the headers", async () => {
    server.enqueue(scripted.stall());
    const early = connect("key", 0).messages.create({ ...params, stream: true }, { timeout: 20 });
    await assert.rejects(async () => early, /timed out/);
  });

  it("stalls in mid-stream", async () => {
    server.enqueue(answer("half"), scripted.stall());
    const stream = connect().messages.stream(params);
    await assert.rejects(stream.on("text", () => stream.abort()).finalMessage(), /aborted/);
  });

  it("keeps to the rules of the API", async () => {
    const call = { type: "tool_use" as const, id: "toolu_1", name: "read", input: {} };
    const broken: readonly (readonly [Partial<MessageCreateParamsNonStreaming>, RegExp])[] = [
      [{ max_tokens: -1 }, /max_tokens/],
      [{ temperature: 1 } as object, /temperature/],
      [{ messages: [{ role: "assistant", content: "hi" }] }, /the first must be/],
      [{ messages: [...params.messages, { role: "assistant", content: "Sure" }] }, /the last must not/],
      [{ messages: [{ role: "user", content: "" }] }, /text must not be empty/],
      [{ messages: [{ role: "user", content: [{ type: "text", text: "" }] }] }, /text must not be empty/],
      [{ messages: [...params.messages, { role: "assistant", content: [call] }, ...params.messages] }, /toolu_1/],
    ];
    for (const [fields, message] of broken) {
      await assert.rejects(async () => ask(fields), (error) => error instanceof BadRequestError && message.test(error.message));
    }
    assert.equal(server.unexpected.length, broken.length);
  });
});
