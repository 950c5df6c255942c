import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { emptyChat } from "../../../../src/core/protocol/chatState";
import { calls, type Method, type Reply } from "../../../../src/core/protocol/calls";
import { CallError, connect, serve, type CallErrorCode, type Handlers } from "../../../../src/core/protocol/rpc";
import { createManualClock } from "../../../support/fakes/clock";
import { eventSamples } from "./eventSamples";
import { createFramePair } from "./framePair";

const TIMEOUT_MS = 30_000;

/** A latch that a handler waits at. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

/** Both ends on one channel; a method without a handler of the test's own refuses. */
function wire(handlers: Partial<Handlers> = {}) {
  const { host, page } = createFramePair();
  const clock = createManualClock();
  const problems: string[] = [];
  const report = (problem: string): void => void problems.push(problem);
  const refuse = (): never => {
    throw new CallError("refused", "Not in this test.");
  };
  const all = { ...Object.fromEntries(Object.keys(calls).map((method) => [method, refuse])), ...handlers } as Handlers; // every method has a handler now
  const server = serve(host, all, report);
  const client = connect(page, { timers: clock, timeoutMs: TIMEOUT_MS, report });
  return { host, page, clock, problems, server, client };
}

async function rejects(call: Promise<unknown>, code: CallErrorCode, message?: RegExp): Promise<void> {
  await assert.rejects(call, (error) => {
    assert.ok(error instanceof CallError, String(error));
    assert.equal(error.code, code);
    if (message !== undefined) assert.match(error.message, message);
    return true;
  });
}

const LIST = { filter: {}, limit: 10 };
const LISTED = { chats: [], facets: { folders: [], models: [], agents: [], tags: [] }, hasMore: false };

describe("rpc: a call", () => {
  it("reaches its handler with its params and comes back with the reply", async () => {
    const seen: unknown[] = [];
    const { client, clock, problems } = wire({
      "chat.attach": (params) => {
        seen.push(params);
        return { chat: emptyChat(params.chatId), draft: "", isWhole: true, isElsewhere: false, unsaved: null };
      },
    });
    assert.deepEqual(await client.call("chat.attach", { chatId: "c1" }), { chat: emptyChat("c1"), draft: "", isWhole: true, isElsewhere: false, unsaved: null });
    assert.deepEqual([seen, problems, clock.waitingTimers], [[{ chatId: "c1" }], [], 0]);
  });

  it("is answered as its own, in whatever order the answers come", async () => {
    const gates = new Map([["a", gate()], ["b", gate()]]);
    const { client } = wire({
      "chat.attach": async ({ chatId }) => {
        await gates.get(chatId)?.opened;
        return { chat: emptyChat(chatId), draft: "", isWhole: true, isElsewhere: false, unsaved: null };
      },
    });
    const answers = ["a", "b"].map((chatId) => client.call("chat.attach", { chatId }));
    gates.get("b")?.open();
    assert.equal((await answers[1])?.chat.chatId, "b");
    gates.get("a")?.open();
    assert.equal((await answers[0])?.chat.chatId, "a");
  });

  it("with wrong params is refused before its handler", async () => {
    const { client } = wire({ "chat.attach": () => assert.fail("reached") });
    await rejects(client.call("chat.attach", { chatId: 3 } as never), "badParams", /^chat\.attach: \$\.chatId: expected an id, got number$/);
  });

  it("with a wrong reply fails, and names where", async () => {
    const { client } = wire({ "chat.list": () => ({ chats: [{ chatId: "c" }] }) as unknown as Reply<"chat.list"> });
    await rejects(client.call("chat.list", LIST), "badReply", /^chat\.list: \$\.chats\[0\]\.title: expected a string, got nothing$/);
  });

  it("of an unknown method gets an error", async () => {
    for (const method of ["chat.paint", "__proto__", "constructor", "toString"]) await rejects(wire().client.call(method as Method, {} as never), "badFrame");
  });

  it("hears the sentence of a refusal", async () => {
    const { client, problems } = wire();
    await rejects(client.call("log.show", {}), "refused", /^Not in this test\.$/);
    assert.deepEqual(problems, []);
  });

  it("hears nothing of what a bug said, which the log does", async () => {
    for (const fail of [() => { throw new Error("secret path"); }, async () => { throw new Error("secret path"); }]) {
      const { client, problems, host } = wire({ "log.show": fail });
      await rejects(client.call("log.show", {}), "failed", /Cairn: Show Log/);
      assert.ok(!JSON.stringify(host.posted).includes("secret"));
      assert.deepEqual(problems, ["log.show failed: secret path"]);
    }
  });
});

describe("rpc: a call's end", () => {
  it("comes at the time limit at the latest, and the handler hears of it", async () => {
    let aborted = false;
    const { client, clock } = wire({
      "models.list": (_params, signal) => new Promise(() => signal.addEventListener("abort", () => (aborted = true))),
    });
    const call = client.call("models.list", {});
    const rejected = rejects(call, "timeout");
    await clock.advance(TIMEOUT_MS - 1);
    assert.equal(aborted, false);
    await clock.advance(1);
    await rejected;
    assert.equal(aborted, true);
  });

  it("comes when the caller cancels, and the handler hears of it", async () => {
    let aborted = false;
    const { client, clock } = wire({
      "models.list": (_params, signal) => new Promise(() => signal.addEventListener("abort", () => (aborted = true))),
    });
    const controller = new AbortController();
    const rejected = rejects(client.call("models.list", {}, controller.signal), "cancelled");
    await setImmediate();
    controller.abort();
    await rejected;
    await setImmediate();
    assert.deepEqual([aborted, clock.waitingTimers], [true, 0]);
  });

  it("comes at once when the caller had cancelled before", async () => {
    const { client, clock } = wire({ "models.list": () => new Promise(() => undefined) });
    const call = client.call("models.list", {}, AbortSignal.abort());
    const rejected = rejects(call, "cancelled");
    await clock.advance(1);
    assert.equal(clock.waitingTimers, 0, "the call still waits");
    await rejected;
  });

  it("is not undone by an answer that comes late", async () => {
    const late = gate();
    const { client, clock, problems } = wire({
      "chat.list": async () => {
        await late.opened;
        return LISTED;
      },
    });
    const rejected = rejects(client.call("chat.list", LIST), "timeout");
    await clock.advance(TIMEOUT_MS);
    await rejected;
    late.open();
    await setImmediate();
    assert.deepEqual(problems, []);
  });

  it("comes when the calling end is disposed, for waiting calls and later ones", async () => {
    const { client, clock, page } = wire({ "chat.list": () => new Promise(() => undefined) });
    const rejected = [rejects(client.call("chat.list", LIST), "closed"), rejects(client.call("chat.list", LIST), "closed")];
    client.dispose();
    client.dispose();
    await Promise.all(rejected);
    await rejects(client.call("chat.list", LIST), "closed");
    assert.deepEqual([clock.waitingTimers, page.listenerCount], [0, 0]);
  });

  it("leaves no listener on the caller's signal", async () => {
    const { client } = wire({ "chat.list": () => (LISTED) });
    let listeners = 0;
    const { signal } = new AbortController();
    const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
    Object.assign(signal, {
      addEventListener: (...args: Parameters<typeof add>) => (listeners++, add(...args)),
      removeEventListener: (...args: Parameters<typeof remove>) => (listeners--, remove(...args)),
    });
    await client.call("chat.list", LIST, signal);
    assert.equal(listeners, 0);
  });
});

describe("rpc: the answering end", () => {
  const malformed: readonly unknown[] = [null, undefined, 1, "frame", [], {}, { id: "1", method: "chat.list", params: {} }, { id: 1, method: 2 }, { id: NaN, method: "chat.list" }, { method: "chat.list", params: {} }, { cancel: "1" }];

  it("drops malformed frames, reports each, and goes on", async () => {
    const { client, host, problems } = wire({ "chat.list": () => (LISTED) });
    for (const frame of malformed) host.receive(frame);
    await setImmediate();
    assert.equal(problems.length, malformed.length);
    for (const problem of problems) assert.match(problem, /^Dropped a malformed frame: \$/);
    assert.deepEqual(host.posted, []);
    assert.deepEqual(await client.call("chat.list", LIST), LISTED);
  });

  it("takes a cancel of a call that it does not know for nothing", async () => {
    const { host, problems } = wire();
    host.receive({ cancel: 99 });
    await setImmediate();
    assert.deepEqual([host.posted, problems], [[], []]);
  });

  it("aborts what runs when it is disposed, and posts nothing after", async () => {
    const late = gate();
    let aborted = false;
    const { client, server, host } = wire({
      "chat.list": async (_params, signal) => {
        signal.addEventListener("abort", () => (aborted = true));
        await late.opened;
        return LISTED;
      },
    });
    void client.call("chat.list", LIST).catch(() => undefined);
    await setImmediate();
    server.dispose();
    server.dispose();
    assert.deepEqual([aborted, host.listenerCount], [true, 0]);
    late.open();
    server.send("chats.changed", {});
    await setImmediate();
    assert.deepEqual(host.posted, []);
  });

  it("reports that an answer could not be posted, and lives on", async () => {
    const { client, host, problems } = wire({ "chat.list": () => (LISTED) });
    const post = host.post.bind(host);
    host.post = () => {
      throw new Error("webview is disposed");
    };
    void client.call("chat.list", LIST).catch(() => undefined);
    const floating: unknown[] = [];
    const onFloating = (reason: unknown): void => void floating.push(reason);
    process.on("unhandledRejection", onFloating);
    try {
      await setImmediate();
      await setImmediate();
    } finally {
      process.off("unhandledRejection", onFloating);
    }
    assert.deepEqual(floating, []);
    assert.match(problems.join(), /webview is disposed/);
    host.post = post;
    assert.deepEqual(await client.call("chat.list", LIST), LISTED);
  });

  it("does not give a page that began anew the answers meant for the one before", async () => {
    const [old, current] = [gate(), gate()];
    const { client, page, clock } = wire({
      "models.list": async () => {
        await old.opened;
        return { models: [], model: "claude-test" };
      },
      "chat.list": async () => {
        await current.opened;
        return LISTED;
      },
    });
    // The old page is torn down without a word, as an editor does with a hidden panel; the new one counts from 1 again.
    void client.call("models.list", {}).catch(() => undefined);
    await setImmediate();
    const next = connect(page, { timers: clock, timeoutMs: TIMEOUT_MS, report: () => undefined });
    const call = next.call("chat.list", LIST);
    await setImmediate();
    old.open();
    await setImmediate();
    current.open();
    assert.deepEqual(await call, LISTED);
  });
});

describe("rpc: the calling end", () => {
  it("drops malformed frames, reports each, and goes on", async () => {
    const { client, page, problems } = wire({ "chat.list": () => (LISTED) });
    const malformed: readonly unknown[] = [null, 1, "frame", [], {}, { id: "1", ok: {} }, { id: 1 }, { id: 1, error: "no" }, { id: 1, error: { code: "odd", message: "x" } }, { event: 1, data: {} }];
    for (const frame of malformed) page.receive(frame);
    assert.equal(problems.length, malformed.length);
    for (const problem of problems) assert.match(problem, /^Dropped a malformed frame: \$/);
    assert.deepEqual(await client.call("chat.list", LIST), LISTED);
  });

  it("drops events that are unknown or malformed", () => {
    const { client, page, problems } = wire();
    client.on("chats.changed", () => assert.fail("delivered"));
    client.on("panel.view", () => assert.fail("delivered"));
    for (const frame of [{ event: "chat.painted", data: {} }, { event: "__proto__", data: {} }, { event: "panel.view", data: { view: "other" } }, { event: "panel.view" }]) page.receive(frame);
    assert.deepEqual(problems, [
      "Dropped an unknown event chat.painted",
      "Dropped an unknown event __proto__",
      'Dropped a malformed panel.view: $.view: expected one of "chat", "history", got string',
      "Dropped a malformed panel.view: $: expected an object, got nothing",
    ]);
  });

  it("delivers what the host sends, checked, until the listener leaves", async () => {
    const { client, server } = wire();
    const seen: unknown[] = [];
    const subscription = client.on("chat.events", (data) => seen.push(data));
    const [event] = eventSamples["block.delta"];
    assert.ok(event);
    server.send("chat.events", { events: [event] });
    await setImmediate();
    subscription.dispose();
    server.send("chat.events", { events: [event] });
    await setImmediate();
    assert.deepEqual(seen, [{ events: [event] }]);
  });

  it("delivers to the other listeners when one throws, and reports it", async () => {
    const { client, page, problems } = wire();
    let count = 0;
    client.on("chats.changed", () => {
      throw new Error("broken view");
    });
    client.on("chats.changed", () => void count++);
    assert.doesNotThrow(() => page.receive({ event: "chats.changed", data: {} }));
    assert.equal(count, 1);
    assert.match(problems.join(), /broken view/);
  });

  it("hands a call whose frame cannot be posted back as an error of its own kind", async () => {
    const { client, page, clock } = wire();
    page.post = () => {
      throw new Error("could not be cloned");
    };
    await assert.rejects(client.call("chat.list", LIST), CallError);
    assert.equal(clock.waitingTimers, 0);
  });
});
