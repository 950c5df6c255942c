import assert from "node:assert/strict";
import { describeModelContract, collect, type AnswerPart } from "../../../support/contracts/model";
import { answer, hold, overloaded, scriptedModel, startScriptedServer, type ReplyPart, type ScriptedServer } from "../../../support/scriptedServer";
import { blockStop, connectTo, KEY, messageDelta, messageStart, messageStop, MODEL_ID, requestOf, startFrameServer, textDelta, textStart, type FrameServer } from "./claudeTested";
import { startOddServer, type OddServer } from "./oddServer";

describeModelContract("Claude", async () => {
  const server = await startScriptedServer();
  const holds: ReturnType<typeof hold>[] = [];
  const partOf = (part: AnswerPart): ReplyPart => {
    if (part.type === "overloaded") return overloaded();
    if (part.type !== "hold") return part.text.match(/.{1,7}/gsu)?.map((text) => ({ type: part.type, text })) ?? [];
    const held = hold();
    holds.push(held);
    return held;
  };
  return {
    model: connectTo(server.baseUrl),
    modelId: MODEL_ID,
    enqueue: (...parts) => server.enqueue(...parts.map(partOf)),
    untilBrokenOff: async () => holds.at(-1)?.abandoned,
    requestCount: () => server.requests.length,
    dispose: () => server.close(),
  };
});

describe("createClaude: the request", () => {
  let server: ScriptedServer;
  const { signal } = new AbortController();

  beforeEach(async () => {
    server = await startScriptedServer();
  });
  afterEach(() => server.close());

  it("is what was asked, and nothing else", async () => {
    server.enqueue(answer("Hi"));
    const messages = [{ role: "user", content: ["File:\nlet a;", "What is it?"] }, { role: "assistant", content: ["A variable."] }, { role: "user", content: ["Sure? 🫖\u2028"] }] as const;
    await collect(connectTo(server.baseUrl).stream(requestOf({ system: ["Be brief.", "Follow AGENTS.md."], messages, maxTokens: 777 }), signal));
    const [request] = server.requests;
    assert.ok(request && server.requests.length === 1);
    assert.deepEqual([request.method, request.path.split("?")[0]], ["POST", "/v1/messages"]);
    const text = (value: string): object => ({ type: "text", text: value });
    assert.deepEqual(request.body, {
      model: MODEL_ID,
      max_tokens: 777,
      stream: true,
      system: [text("Be brief."), text("Follow AGENTS.md.")],
      messages: messages.map(({ role, content }) => ({ role, content: content.map(text) })),
      cache_control: { type: "ephemeral" },
    });
  });

  it("carries the key as a bearer, the API's version and the headers of the endpoint", async () => {
    server.enqueue(answer("Hi"));
    await collect(connectTo(server.baseUrl, { headers: { "x-gateway": "blue", "X-Team": "shop" } }).stream(requestOf(), signal));
    const headers = server.requests[0]?.headers ?? {};
    assert.equal(headers["authorization"], `Bearer ${KEY}`);
    assert.match(String(headers["anthropic-version"]), /^\d{4}-\d\d-\d\d$/);
    assert.deepEqual([headers["x-gateway"], headers["x-team"], headers["x-api-key"], headers["cookie"]], ["blue", "shop", undefined, undefined]);
    const usual = /^(accept|accept-.*|anthropic-version|anthropic-beta|authorization|connection|content-.*|host|sec-fetch-mode|user-agent|x-stainless-.*|x-gateway|x-team)$/;
    assert.deepEqual(Object.keys(headers).filter((name) => !usual.test(name)), []);
    assert.deepEqual(Object.entries(headers).filter(([name, value]) => name !== "authorization" && String(value).includes(KEY)), []);
  });

  it("asks for thinking where the model adapts it, and to see a summary of it", async () => {
    server.enqueue(answer("Hi"));
    await collect(connectTo(server.baseUrl).stream(requestOf({ hasAdaptiveThinking: true }), signal));
    assert.deepEqual((server.requests[0]?.body as { thinking?: unknown }).thinking, { type: "adaptive", display: "summarized" });
  });

  it("asks for an effort where one was chosen, and else for none", async () => {
    server.enqueue(answer("Hi"));
    server.enqueue(answer("Hi"));
    for (const more of [{ effort: "high" }, {}]) await collect(connectTo(server.baseUrl).stream(requestOf(more), signal));
    assert.deepEqual(server.requests.map((request) => (request.body as { output_config?: unknown }).output_config), [{ effort: "high" }, undefined]);
  });

  it("may leave the system out", async () => {
    server.enqueue(answer("Hi"));
    await collect(connectTo(server.baseUrl).stream(requestOf({ system: [] }), signal));
    server.assertAllExpected();
  });

  it("is not swayed by the environment", async () => {
    const ambient: Readonly<Record<string, string>> = {
      ANTHROPIC_BASE_URL: "http://127.0.0.1:1", ANTHROPIC_API_KEY: "ambient-key", ANTHROPIC_AUTH_TOKEN: "ambient-token", ANTHROPIC_PROFILE: "ambient-profile",
      ANTHROPIC_CUSTOM_HEADERS: "x-ambient: ambient-header\nAuthorization: Bearer ambient-bearer", ANTHROPIC_LOG: "debug", ANTHROPIC_ORGANIZATION_ID: "ambient-organization", ANTHROPIC_WORKSPACE_ID: "ambient-workspace",
    };
    const before = { ...process.env };
    Object.assign(process.env, ambient);
    try {
      const model = connectTo(server.baseUrl);
      server.enqueue(answer("Hi"));
      await collect(model.stream(requestOf(), signal));
      assert.ok((await model.listModels(signal)).ok);
      await connectTo(server.baseUrl, { apiKey: "" }).listModels(signal);
    } finally {
      for (const name of Object.keys(ambient)) {
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
      }
    }
    assert.equal(server.requests.length, 3);
    assert.equal(server.requests[0]?.headers["authorization"], `Bearer ${KEY}`);
    assert.ok(!JSON.stringify(server.requests).includes("ambient"), JSON.stringify(server.requests.map((request) => request.headers)));
  });

  it("goes through the fetch that stands at the time, which the editor may replace", async () => {
    const model = connectTo(server.baseUrl);
    const original = globalThis.fetch;
    let count = 0;
    globalThis.fetch = (input, init) => (count++, original(input, init));
    try {
      server.enqueue(answer("Hi"));
      await collect(model.stream(requestOf(), signal));
    } finally {
      globalThis.fetch = original;
    }
    assert.equal(count, 1);
  });
});

describe("createClaude: usage", () => {
  let server: FrameServer;

  beforeEach(async () => {
    server = await startFrameServer();
  });
  afterEach(() => server.close());

  async function usageOf(start: object, ...deltas: readonly object[]) {
    server.enqueue([{ ...messageStart, message: { ...messageStart.message, usage: start } }, textStart, textDelta("a"), blockStop(), ...deltas.map((usage) => messageDelta("end_turn", usage)), messageStop]);
    const events = await collect(connectTo(server.baseUrl).stream(requestOf(), new AbortController().signal));
    return events.filter((event) => event.type === "usage").map(({ usage }) => usage);
  }
  const none = { model: MODEL_ID, inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWrite5mTokens: 0, cacheWrite1hTokens: 0 };

  it("counts what the beginning said and the end brought up to date", async () => {
    assert.deepEqual(await usageOf({ input_tokens: 10, output_tokens: 1, cache_read_input_tokens: 5, cache_creation_input_tokens: null, cache_creation: null }, { output_tokens: 7, input_tokens: null }), [{ ...none, inputTokens: 10, outputTokens: 7, cacheReadTokens: 5 }]);
  });

  it("takes what was written to the cache for the five minutes asked for, unless it is said apart", async () => {
    assert.deepEqual(await usageOf({ input_tokens: 1, output_tokens: 1, cache_creation_input_tokens: 30 }, { output_tokens: 2 }), [{ ...none, inputTokens: 1, outputTokens: 2, cacheWrite5mTokens: 30 }]);
    const apart = { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 };
    assert.deepEqual(await usageOf({ input_tokens: 1, output_tokens: 1, cache_creation_input_tokens: 30, cache_creation: apart }, { output_tokens: 2, cache_creation_input_tokens: 30 }), [{ ...none, inputTokens: 1, outputTokens: 2, cacheWrite5mTokens: 10, cacheWrite1hTokens: 20 }]);
  });

  it("is said once, with the last totals, however often the end is updated", async () => {
    assert.deepEqual(await usageOf({ input_tokens: 10, output_tokens: 1 }, { output_tokens: 3 }, { output_tokens: 9 }), [{ ...none, inputTokens: 10, outputTokens: 9 }]);
  });
});

describe("createClaude: the list of models", () => {
  let server: ScriptedServer;
  let odd: OddServer | undefined;
  const { signal } = new AbortController();

  beforeEach(async () => {
    server = await startScriptedServer();
  });
  afterEach(async () => {
    await server.close();
    await odd?.close();
    odd = undefined;
  });

  async function listFrom(body: unknown, type = "application/json") {
    odd = await startOddServer((_request, response) => response.setHeader("content-type", type).end(typeof body === "string" ? body : JSON.stringify(body)));
    return connectTo(odd.baseUrl).listModels(signal);
  }

  it("says what each can do, and leaves out the retired", async () => {
    const [base, old] = [scriptedModel("a", "Model A", "opus"), scriptedModel("b", "Model B", null)];
    const supported = { supported: true };
    const effort = { supported: true, max: supported, low: supported, medium: { supported: false }, high: supported, xhigh: null };
    const capabilities = { effort, thinking: { supported: true, types: { adaptive: supported, between_tools: supported, disabled: supported, enabled: supported } } } as never; // the part that is read
    server.setModels([base, { ...base, id: "c", capabilities }, { ...old, lifecycle: "retired" }, { ...base, id: "d", lifecycle: "deprecated", retires_at: "2027-01-31", max_tokens: null, max_input_tokens: null }]);
    const listed = await connectTo(server.baseUrl).listModels(signal);
    const modelA = { id: "a", name: "Model A", maxInputTokens: 1_000_000, maxTokens: 128_000, hasAdaptiveThinking: false, efforts: [] };
    assert.deepEqual(listed, { ok: true, value: [modelA, { ...modelA, id: "c", hasAdaptiveThinking: true, efforts: ["low", "high", "max"] }, { id: "d", name: "Model A", hasAdaptiveThinking: false, efforts: [], retiresAt: "2027-01-31" }] });
  });

  it("is asked for once, with the key", async () => {
    await connectTo(server.baseUrl).listModels(signal);
    assert.deepEqual(server.requests.map((request) => [request.method, request.path.split("?")[0], request.headers["authorization"]]), [["GET", "/v1/models", `Bearer ${KEY}`]]);
  });

  it("is a failure when the key is rejected, and when the server is in trouble", async () => {
    server.rejectKey(KEY);
    const rejected = await connectTo(server.baseUrl).listModels(signal);
    assert.ok(!rejected.ok && rejected.error.code === "keyRejected");
    server.setModels({ status: 503, type: "api_error", message: "down" });
    const down = await connectTo(server.baseUrl, { apiKey: "other" }).listModels(signal);
    assert.ok(!down.ok && down.error.code === "serverError");
    assert.ok(!JSON.stringify([rejected, down]).includes(KEY));
    assert.equal(server.requests.length, 2);
  });

  it("takes the short form that gateways give, with the id for a name", async () => {
    assert.deepEqual(await listFrom({ object: "list", data: [{ id: "claude-x", object: "model", owned_by: "someone" }] }), { ok: true, value: [{ id: "claude-x", name: "claude-x", hasAdaptiveThinking: false, efforts: [] }] });
  });

  it("leaves out entries that name no model, and numbers that are none", async () => {
    const data = [null, {}, { id: 3 }, { id: "a", display_name: 7, max_tokens: "many", max_input_tokens: -1 }];
    assert.deepEqual(await listFrom({ data, has_more: false }), { ok: true, value: [{ id: "a", name: "a", hasAdaptiveThinking: false, efforts: [] }] });
  });

  it("is a failure when what came is no list", async () => {
    for (const [body, type] of [["<html>hello</html>", "text/html"], [{}, "application/json"], ["null", "application/json"], ["{", "application/json"]] as const) {
      const listed = await listFrom(body, type);
      assert.ok(!listed.ok && listed.error.code === "malformedStream", `${JSON.stringify(body)}: ${JSON.stringify(listed)}`);
      await odd?.close();
    }
    odd = undefined;
  });

  it("comes to an end when a server names ever more of it", async () => {
    odd = await startOddServer((_request, response) => {
      const isEnough = (odd?.requests.length ?? 0) > 60;
      response.setHeader("content-type", "application/json").end(JSON.stringify({ data: [{ id: "a", display_name: "A" }], has_more: !isEnough, first_id: "a", last_id: "a" }));
    });
    await connectTo(odd.baseUrl).listModels(signal);
    assert.ok(odd.requests.length <= 50, `${odd.requests.length} requests`);
  });

  it("is broken off with its signal", async () => {
    odd = await startOddServer(() => undefined);
    const controller = new AbortController();
    const listing = connectTo(odd.baseUrl).listModels(controller.signal);
    const server = odd;
    while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    const listed = await listing;
    assert.ok(!listed.ok && listed.error.code === "unknown", JSON.stringify(listed));
  });

  it("never leaves for where a redirect points", async () => {
    const elsewhere = await startOddServer((_request, response) => response.end("{}"));
    odd = await startOddServer((_request, response) => response.writeHead(307, { location: `${elsewhere.baseUrl}/v1/models` }).end());
    const listed = await connectTo(odd.baseUrl, { headers: { "x-gateway-secret": "hush" } }).listModels(signal);
    const reached = elsewhere.requests.length;
    await elsewhere.close();
    assert.deepEqual([listed.ok, reached], [false, 0]);
  });
});
