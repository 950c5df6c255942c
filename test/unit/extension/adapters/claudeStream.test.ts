import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { ModelFailure, type ModelEvent } from "../../../../src/core/ports";
import { check } from "../../../../src/core/base/check";
import { usage } from "../../../../src/core/protocol/chatState";
import type { FailureCode } from "../../../../src/core/protocol/failures";
import type { Step } from "../../../../src/extension/adapters/demo/wire";
import { collect, outcome, textOf } from "../../../support/contracts/model";
import { answer, hold, stall, startScriptedServer, type ScriptedServer } from "../../../support/scriptedServer";
import { blockStop, connectTo, frameText, messageDelta, messageStart, messageStop, requestOf, startFrameServer, textDelta, textStart, type Frame, type FrameServer } from "./claudeTested";

const IDLE_MS = 150;

describe("createClaude: what streams in", () => {
  let server: FrameServer;

  beforeEach(async () => {
    server = await startFrameServer();
  });
  afterEach(() => server.close());

  const ask = (): AsyncIterable<ModelEvent> => connectTo(server.baseUrl).stream(requestOf(), new AbortController().signal);
  const end: readonly Frame[] = [messageDelta("end_turn"), messageStop];
  const whole: readonly Frame[] = [messageStart, textStart, textDelta("Hello"), blockStop(), ...end];
  const told: readonly ModelEvent[] = [
    { type: "blockStarted", index: 0, kind: "text" },
    { type: "delta", index: 0, text: "Hello" },
    { type: "blockEnded", index: 0 },
    { type: "usage", usage: { model: "claude-opus-5-5", inputTokens: 10, outputTokens: 7, cacheReadTokens: 5, cacheWrite5mTokens: 0, cacheWrite1hTokens: 0 } },
    { type: "ended", stopReason: "end_turn" },
  ];

  it("is told as it is, frame by frame", async () => {
    server.enqueue(whole);
    assert.deepEqual(await collect(ask()), told);
  });

  it("is whole with its last frame, whatever becomes of the connection", async () => {
    server.enqueue(whole, "breaks");
    assert.deepEqual(await outcome(ask()), { events: told, error: undefined });
  });

  it("includes text that a block begins with", async () => {
    server.enqueue([messageStart, { ...textStart, content_block: { type: "text", text: "Hel" } }, textDelta("lo"), blockStop(), ...end]);
    assert.equal(textOf(await collect(ask()), 0), "Hello");
  });

  it("ends with the reason that the API gives", async () => {
    for (const reason of ["max_tokens", "refusal", "stop_sequence", "a_new_reason"]) {
      server.enqueue([messageStart, messageDelta(reason), messageStop]);
      assert.deepEqual((await collect(ask())).at(-1), { type: "ended", stopReason: reason });
    }
  });

  it("ends once, with the last reason, when the end comes in several frames", async () => {
    server.enqueue([messageStart, textStart, textDelta("a"), blockStop(), messageDelta(null), messageDelta("max_tokens"), messageStop]);
    assert.deepEqual((await collect(ask())).filter((event) => event.type === "ended"), [{ type: "ended", stopReason: "max_tokens" }]);
  });

  it("leaves out blocks of a kind that was not asked for, and frames that it does not know", async () => {
    const strange = { type: "content_block_start", index: 0, content_block: { type: "redacted_thinking", data: "x" } };
    const newDelta = { type: "content_block_delta", index: 1, delta: { type: "a_new_delta" } };
    server.enqueue([messageStart, strange, blockStop(0), { type: "a_new_frame", x: 1 }, { ...textStart, index: 1 }, textDelta("Hi", 1), newDelta, blockStop(1), ...end]);
    assert.deepEqual((await collect(ask())).slice(0, -2), [{ type: "blockStarted", index: 1, kind: "text" }, { type: "delta", index: 1, text: "Hi" }, { type: "blockEnded", index: 1 }]);
  });

  const opened = [messageStart, textStart] as const;
  const malformed: Readonly<Record<string, readonly Frame[] | string>> = {
    "is no JSON": 'event: message_start\ndata: {"type":\n\n',
    "is null": "event: message_start\ndata: null\n\n",
    "is a number": "event: message_start\ndata: 3\n\n",
    "starts no message": [{ type: "message_start" }],
    "has no text": [...opened, textDelta(undefined)],
    "has a number for a text": [...opened, textDelta(7)],
    "has a text for an index": [...opened, textDelta("a", "0")],
    "has no delta": [...opened, { type: "content_block_delta", index: 0 }],
    "starts no block": [messageStart, { type: "content_block_start", index: 0 }],
    "ends nothing": [...opened, { type: "message_delta" }],
    "has a number for a reason": [...opened, messageDelta(7)],
  };
  for (const [what, frames] of Object.entries(malformed)) {
    it(`is malformed when a frame ${what}`, async () => {
      const text = typeof frames === "string" ? frames : frames.map(frameText).join("");
      server.enqueue(text + end.map(frameText).join(""));
      const { error, events } = await outcome(ask());
      assert.ok(error instanceof ModelFailure, `no failure, but ${String(error)} after ${JSON.stringify(events)}`);
      assert.equal(error.failure.code, "malformedStream");
    });
  }

  it("gives only usage that can be stored, whatever the server counted", async () => {
    const counts = [{ input_tokens: "many", output_tokens: -3 }, { output_tokens: 1.5, cache_read_input_tokens: {} }, { output_tokens: 1e300, cache_creation: 7 }, { output_tokens: 2, cache_creation: {} }, {}];
    for (const count of counts) {
      server.enqueue([{ ...messageStart, message: { ...messageStart.message, usage: count } }, messageDelta("end_turn", count), messageStop]);
      const { events, error } = await outcome(ask());
      assert.ok(error === undefined || (error instanceof ModelFailure && error.failure.code === "malformedStream"), String(error));
      for (const event of events) if (event.type === "usage") assert.deepEqual(check(usage, event.usage), { ok: true, value: event.usage });
    }
  });

  it("is malformed when it ends before it began, and cut when it ends in its midst", async () => {
    const codeAfter = async (frames: readonly Frame[] | string): Promise<unknown> => {
      server.enqueue(frames);
      const { error } = await outcome(ask());
      return error instanceof ModelFailure ? error.failure.code : error;
    };
    assert.equal(await codeAfter("<html><body>Welcome</body></html>"), "malformedStream");
    assert.equal(await codeAfter(""), "malformedStream");
    assert.equal(await codeAfter([...opened, textDelta("Hal")]), "streamCut");
  });

  it("is either whole or cut: after its end no failure comes", async () => {
    server.enqueue([messageStart, textStart, textDelta("a"), blockStop(), messageDelta("end_turn")]);
    const { events, error } = await outcome(ask());
    assert.notEqual(events.at(-1)?.type === "ended", error !== undefined, `${events.at(-1)?.type} and ${String(error)}`);
  });
});

describe("createClaude: the usage of an answer that is not whole", () => {
  let server: FrameServer;

  beforeEach(async () => {
    server = await startFrameServer();
  });
  afterEach(() => server.close());

  const begun = [messageStart, textStart, textDelta("Hal")] as const;
  const known = { type: "usage", usage: { model: "claude-opus-5-5", inputTokens: 10, outputTokens: 1, cacheReadTokens: 5, cacheWrite5mTokens: 0, cacheWrite1hTokens: 0 } } as const;
  const ask = (signal = new AbortController().signal): AsyncIterable<ModelEvent> => connectTo(server.baseUrl, { idleTimeoutMs: IDLE_MS }).stream(requestOf(), signal);

  const endings: readonly (readonly [what: string, frames: readonly Frame[], ending: "ends" | "breaks" | "holds", code: FailureCode])[] = [
    ["is cut", begun, "breaks", "streamCut"],
    ["ends in its midst", begun, "ends", "streamCut"],
    ["is malformed", [...begun, textDelta(7)], "holds", "malformedStream"],
    ["goes idle", begun, "holds", "idleTimeout"],
    ["fails", [...begun, { type: "error", error: { type: "overloaded_error", message: "Sorry." } }], "holds", "overloaded"],
  ];
  for (const [what, frames, ending, code] of endings) {
    it(`is said as far as it is known, last and once, when the answer ${what}`, async () => {
      server.enqueue(frames, ending);
      const { events, error } = await outcome(ask());
      assert.deepEqual(events.filter((event) => event.type === "usage" || event.type === "ended"), [known]);
      assert.deepEqual(events.at(-1), known);
      assert.ok(error instanceof ModelFailure && error.failure.code === code, String(error));
    });
  }

  it("is said when the answer is stopped, by when the request has ended", async () => {
    server.enqueue(begun, "holds");
    const controller = new AbortController();
    const events: ModelEvent[] = [];
    await assert.rejects(async () => {
      for await (const event of ask(controller.signal)) {
        events.push(event);
        if (event.type === "delta") controller.abort();
        if (event.type === "usage") await server.untilClosed();
      }
    }, (error) => error instanceof ModelFailure && error.isAbort);
    assert.deepEqual(events.at(-1), known);
  });

  it("is as the end of the answer said, when it breaks after that", async () => {
    server.enqueue([...begun, blockStop(), messageDelta("end_turn"), textDelta(7)], "holds");
    const { events } = await outcome(ask());
    assert.deepEqual(events.at(-1), { type: "usage", usage: { ...known.usage, outputTokens: 7 } });
  });

  it("is not said when the answer never began", async () => {
    server.enqueue([{ type: "ping" }], "ends");
    assert.deepEqual((await outcome(ask())).events, []);
  });
});

describe("createClaude: an idle stream", () => {
  let server: ScriptedServer;

  beforeEach(async () => {
    server = await startScriptedServer();
  });
  afterEach(() => server.close());

  function ask(idleTimeoutMs = IDLE_MS, signal = new AbortController().signal): AsyncIterable<ModelEvent> {
    return connectTo(server.baseUrl, { idleTimeoutMs }).stream(requestOf(), signal);
  }

  it("is given up, what had come stands, and the request ends", async () => {
    const gate = hold();
    server.enqueue(answer("Half"), gate);
    const { events, error } = await outcome(ask());
    assert.equal(textOf(events, 0), "Half");
    assert.ok(error instanceof ModelFailure && error.failure.code === "idleTimeout" && !error.isAbort);
    await gate.abandoned;
  });

  it("names its seconds, as the setting does", async () => {
    server.enqueue(answer("Half"), stall());
    const { error } = await outcome(connectTo(server.baseUrl, { idleTimeoutMs: 600 }).stream(requestOf(), new AbortController().signal));
    assert.match(String(error), /No more of the answer came for 1 s/);
  });

  it("is given up before its first byte too", async () => {
    server.enqueue(stall());
    const { events, error } = await outcome(ask());
    assert.deepEqual(events, []);
    assert.ok(error instanceof ModelFailure && error.failure.code === "idleTimeout", String(error));
    assert.match(error.message, /^127\.0\.0\.1:\d+ did not answer within 0 s\. Retry/);
  });

  it("is none as long as something comes, however long it takes in all", async () => {
    server.enqueue(answer("slow but steady", { chunk: 2, delayMs: IDLE_MS / 4 }));
    assert.equal(textOf(await collect(ask()), 0), "slow but steady");
  });

  it("is none while the server says that it lives", async () => {
    const pings = Array.from({ length: 8 }, (): readonly Step[] => [{ type: "pause", ms: IDLE_MS / 4 }, { type: "ping" }]).flat();
    server.enqueue(answer("I think"), pings, answer(", therefore"));
    assert.equal(textOf(await collect(ask()), 0), "I think, therefore");
  });

  it("is none while the one who reads takes long", async () => {
    server.enqueue(answer("all of it is there already", { chunk: 5 }));
    const events: ModelEvent[] = [];
    for await (const event of ask()) {
      if (events.push(event) === 2) await setTimeout(IDLE_MS * 1.5);
    }
    assert.equal(textOf(events, 0), "all of it is there already");
  });

  it("may be allowed any time, beyond what a timer of the runtime can wait", async () => {
    server.enqueue(answer("patience", { chunk: 2, delayMs: 5 }));
    assert.equal(textOf(await collect(ask(2 ** 31)), 0), "patience");
  });

  it("keeps the pieces of an answer in order, characters whole", async () => {
    const text = "Zwölf 🫖🫖 — \u2028 漢字 ".repeat(40);
    server.enqueue(answer(text, { chunk: 3 }));
    assert.equal(textOf(await collect(ask(5_000)), 0), text);
  });

  it("leaves no timer and no listener behind", async () => {
    const { signal } = new AbortController();
    let listeners = 0;
    const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
    Object.assign(signal, {
      addEventListener: (...args: Parameters<typeof add>) => (listeners++, add(...args)),
      removeEventListener: (...args: Parameters<typeof remove>) => (listeners--, remove(...args)),
    });
    server.enqueue(answer("Hi"));
    await collect(ask(5_000, signal));
    assert.equal(listeners, 0);
  });
});
