import assert from "node:assert/strict";
import { fail, ok } from "../../../../src/core/base/result";
import { makeFailure } from "../../../../src/core/chat/failureText";
import { createMovePayloads } from "../../../../src/core/chat/payloads";
import { Sessions } from "../../../../src/core/chat/sessions";
import { streamOf } from "../../../../src/core/store/streams";
import { MAX_MESSAGE_LENGTH, Turns, type TurnsOptions } from "../../../../src/core/chat/turns";
import type { Model, ModelEvent, ModelRequest } from "../../../../src/core/ports";
import { ModelFailure } from "../../../../src/core/ports";
import type { ChatState, Turn } from "../../../../src/core/protocol/chatState";
import type { SessionEvent } from "../../../../src/core/protocol/events";
import type { Failure } from "../../../../src/core/protocol/failures";
import type { Tables } from "../../../../src/core/store/tables";
import { createMemoryBlobs } from "../../../support/fakes/blobs";
import { createManualClock } from "../../../support/fakes/clock";
import { createFakeEditor } from "../../../support/fakes/editor";
import { createCountingIds } from "../../../support/fakes/ids";
import { createMemoryJournal } from "../../../support/fakes/journal";
import { createRecordingLog } from "../../../support/fakes/log";
import { modelChoice } from "../../../support/fakes/model";

type Script = (signal: AbortSignal) => AsyncIterable<ModelEvent>;

const noTables: Tables = { take: async () => undefined, listChats: async () => ({ chats: [], facets: { folders: [], models: [], agents: [], tags: [] } }), chatIds: async () => [], blobRefs: async () => [], leftovers: async () => [], find: async () => undefined, poll: async () => undefined, close: async () => undefined };

function setUp(journal = createMemoryJournal({ writer: "w1" }), overrides: Partial<TurnsOptions> = {}) {
  const clock = createManualClock();
  const ids = createCountingIds();
  const log = createRecordingLog();
  const blobs = createMemoryBlobs();
  const sessions = new Sessions({ journal, tables: noTables, clock, ids, log, mayWrite: async () => true, movePayloads: createMovePayloads(blobs) });
  const scripts: Script[] = [];
  const requests: string[] = [];
  const outcomes: (Failure | undefined)[] = [];
  const model = {
    stream(request: { readonly messages: unknown }, signal: AbortSignal) {
      requests.push(JSON.stringify(request.messages));
      const script = scripts.shift();
      if (script === undefined) throw new Error("unexpected request");
      return script(signal);
    },
    listModels: async () => ok([]),
  };
  const events: SessionEvent[] = [];
  sessions.events.on((event) => events.push(event));
  const turns = new Turns({
    sessions, blobs, clock, ids, log,
    editor: createFakeEditor({ folderName: "shop" }),
    connect: async () => ok({ model, choices: [] }),
    onOutcome: (failure) => outcomes.push(failure),
    ...overrides,
  });
  const ask = async (text: string, chatId?: string) => {
    const submitted = await turns.submit({ chatId, text, model: "m", effort: undefined, attachment: undefined });
    assert.ok(submitted.ok, submitted.ok ? "" : submitted.error.message);
    return submitted.value;
  };
  /** Waits until a chat's running turn has ended. */
  const settled = async (chatId: string): Promise<ChatState> => {
    for (let round = 0; round < 200; round++) {
      const state = await sessions.state(chatId);
      if (state.turns.every((turn) => turn.status !== "running")) return state;
      await clock.advance(0);
    }
    throw new Error("the turn did not end");
  };
  return { journal, blobs, clock, sessions, scripts, requests, outcomes, events, turns, ask, settled, log };
}

function answer(...texts: readonly string[]): Script {
  return async function* () {
    yield { type: "blockStarted", index: 0, kind: "text" };
    for (const text of texts) yield { type: "delta", index: 0, text };
    yield { type: "blockEnded", index: 0 };
    yield { type: "ended", stopReason: "end_turn" };
  };
}

/** Streams, then waits for the abort. */
function hang(...texts: readonly string[]): Script {
  return async function* (signal) {
    yield { type: "blockStarted", index: 0, kind: "text" };
    for (const text of texts) yield { type: "delta", index: 0, text };
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    throw new ModelFailure(makeFailure("unknown"), { isAbort: true });
  };
}

function breakWith(failure: Failure, ...texts: readonly string[]): Script {
  return async function* () {
    if (texts.length > 0) yield { type: "blockStarted", index: 0, kind: "text" };
    for (const text of texts) yield { type: "delta", index: 0, text };
    throw new ModelFailure(failure);
  };
}

function textOf(turn: Turn | undefined, role: "user" | "assistant"): string {
  return (turn?.blocks ?? []).filter((block) => block.role === role).map((block) => block.text).join("|");
}

describe("Turns.submit", () => {
  it("stores the question before the answer, and every word of both", async () => {
    const { scripts, ask, settled, journal, events, outcomes } = setUp();
    scripts.push(answer("Hello", ", world"));
    const { chatId } = await ask("Hi there");
    const state = await settled(chatId);
    assert.equal(state.title, "Hi there");
    assert.equal(textOf(state.turns[0], "user"), "Hi there");
    assert.equal(textOf(state.turns[0], "assistant"), "Hello, world");
    assert.equal(state.turns[0]?.status, "done");
    assert.deepEqual(outcomes, [undefined]);
    const stored = journal.lines(streamOf(chatId)) as SessionEvent[];
    assert.deepEqual(stored.map((event) => event.seq), stored.map((_, index) => index + 1), "numbered without gaps");
    assert.ok(stored.every((event) => event.type !== "block.delta"), "deltas are never stored");
    assert.ok(events.some((event) => event.type === "block.delta"), "but shown");
  });

  it("gives the same chat to a later process", async () => {
    const first = setUp();
    first.scripts.push(answer("one"));
    const { chatId } = await first.ask("question");
    const before = await first.settled(chatId);
    const second = setUp(first.journal);
    assert.deepEqual(await second.sessions.state(chatId), before);
  });

  it("refuses what cannot be sent, with nothing stored and nothing sent", async () => {
    const { turns, events, requests } = setUp();
    const base = { chatId: undefined, model: "m", effort: undefined, attachment: undefined };
    assert.deepEqual(await turns.submit({ ...base, text: " \n\t" }), fail({ code: "badRequest", message: "Write a message first." }));
    const long = await turns.submit({ ...base, text: "x".repeat(MAX_MESSAGE_LENGTH + 1) });
    assert.match(long.ok ? "" : long.error.message, /400,001 characters; the limit is 400,000/);
    assert.deepEqual([events.length, requests.length], [0, 0]);
  });

  it("refuses without a key and stores nothing", async () => {
    const { turns, events } = setUp(undefined, { connect: async () => fail(makeFailure("noKey")) });
    const refused = await turns.submit({ chatId: undefined, text: "hi", model: "m", effort: undefined, attachment: undefined });
    assert.equal(refused.ok ? "" : refused.error.code, "noKey");
    assert.equal(events.length, 0);
  });

  it("asks on when the disk takes nothing: the question is kept in memory and written when it can be", async () => {
    const { turns, journal, requests, scripts, sessions, clock, settled } = setUp();
    scripts.push(answer("Yes."));
    journal.failNext({ code: "full", message: "the disk is full" });
    const asked = await turns.submit({ chatId: undefined, text: "hi", model: "m", effort: undefined, attachment: undefined });
    assert.ok(asked.ok);
    const { chatId } = asked.value;
    await settled(chatId);
    await clock.advance(5_000);
    assert.equal(requests.length, 1);
    assert.equal(sessions.problem(chatId), undefined);
    assert.deepEqual((journal.lines(streamOf(chatId)) as readonly SessionEvent[]).map((event) => event.seq), (journal.lines(streamOf(chatId))).map((_, index) => index + 1));
  });

  it("takes one question at a time in a chat, and several chats at once", async () => {
    const { scripts, ask, turns, settled } = setUp();
    scripts.push(hang("a"), answer("b"));
    const first = await ask("first");
    const again = await turns.submit({ chatId: first.chatId, text: "more", model: "m", effort: undefined, attachment: undefined });
    assert.match(again.ok ? "" : again.error.message, /still being written/);
    const other = await ask("other chat");
    assert.equal(textOf((await settled(other.chatId)).turns[0], "assistant"), "b");
    await turns.stop(first.chatId);
  });

  it("splits long messages over lines and puts them together again", async () => {
    const { scripts, ask, settled, sessions } = setUp();
    scripts.push(answer("ok"));
    const text = "\u0001😀x".repeat(30_000);
    const { chatId } = await ask(text);
    await settled(chatId);
    assert.equal(textOf((await sessions.state(chatId)).turns[0], "user"), text);
  });
});

describe("Turns: text while streaming", () => {
  it("is durable at the latest 200 ms after it came, or as soon as 1,300 units wait", async () => {
    const { scripts, ask, turns, clock, journal } = setUp();
    scripts.push(hang("slow"));
    const { chatId } = await ask("q");
    const parts = () => (journal.lines(streamOf(chatId)) as SessionEvent[]).filter((event) => event.type === "block.part" && event.text === "slow");
    await clock.advance(199);
    assert.equal(parts().length, 0);
    await clock.advance(1);
    assert.equal(parts().length, 1);
    await turns.stop(chatId);

    scripts.push(hang("y".repeat(1_300)));
    const second = await ask("q2");
    await clock.advance(0);
    const stored = journal.lines(streamOf(second.chatId)) as SessionEvent[];
    assert.ok(stored.some((event) => event.type === "block.part" && event.text.length === 1_300));
    await turns.stop(second.chatId);
  });

  it("stop keeps the text and ends as cancelled", async () => {
    const { scripts, ask, turns, clock, sessions, outcomes } = setUp();
    scripts.push(hang("half an answer"));
    const { chatId } = await ask("q");
    await clock.advance(0);
    await turns.stop(chatId);
    const turn = (await sessions.state(chatId)).turns[0];
    assert.equal(turn?.status, "cancelled");
    assert.equal(textOf(turn, "assistant"), "half an answer");
    assert.ok(turn?.blocks.every((block) => !block.isOpen));
    assert.deepEqual(outcomes, [], "the person's own wish says nothing of the connection");
  });

  it("a closing window ends answers as interrupted", async () => {
    const { scripts, ask, turns, clock, sessions } = setUp();
    scripts.push(hang("half"));
    const { chatId } = await ask("q");
    await clock.advance(0);
    await turns.interruptAll();
    assert.equal((await sessions.state(chatId)).turns[0]?.status, "interrupted");
  });

  it("a full disk in mid-stream stops nothing: what comes is shown, and on disk once there is room", async () => {
    const { scripts, ask, clock, journal, settled, sessions, turns } = setUp();
    scripts.push(hang("precious words"));
    const { chatId } = await ask("q");
    await clock.advance(0);
    journal.failNext({ code: "full", message: "the disk is full" });
    await clock.advance(300);
    assert.equal(sessions.problem(chatId), "the disk is full");
    await clock.advance(3_000);
    assert.equal(sessions.problem(chatId), undefined);
    await turns.stop(chatId);
    const turn = (await settled(chatId)).turns[0];
    assert.deepEqual([turn?.status, textOf(turn, "assistant")], ["cancelled", "precious words"]);
    const again = new Sessions({ journal: journal.shareWith("later"), tables: noTables, clock, ids: createCountingIds(), log: createRecordingLog(), mayWrite: async () => true });
    assert.equal(textOf((await again.state(chatId)).turns[0], "assistant"), "precious words");
  });
});

describe("Turns: a process that died", () => {
  it("leaves its answer as interrupted, with what was stored, for good", async () => {
    const first = setUp();
    first.scripts.push(hang("kept words"));
    const { chatId } = await first.ask("q");
    await first.clock.advance(200);
    first.journal.setAlive("w1", false);

    const second = setUp(first.journal.shareWith("w2"));
    const turn = (await second.sessions.state(chatId)).turns[0];
    assert.equal(turn?.status, "interrupted");
    assert.equal(textOf(turn, "assistant"), "kept words");
    const third = setUp(first.journal.shareWith("w3"));
    assert.equal((await third.sessions.state(chatId)).turns[0]?.status, "interrupted");
  });

  it("does not end what another living window still writes", async () => {
    const first = setUp();
    first.scripts.push(hang("words"));
    const { chatId } = await first.ask("q");
    await first.clock.advance(200);
    first.journal.setAlive("w1", true);
    const second = setUp(first.journal.shareWith("w2"));
    assert.equal((await second.sessions.state(chatId)).turns[0]?.status, "running");
    await first.turns.stop(chatId);
    assert.equal((await second.sessions.state(chatId)).turns[0]?.status, "cancelled", "read again, since it was running elsewhere");
  });
});

describe("Turns: several windows", () => {
  it("what another window has added is there when the chat is asked for, and goes to the model", async () => {
    const first = setUp();
    first.scripts.push(answer("one"), answer("two"));
    const { chatId } = await first.ask("first question");
    await first.settled(chatId);
    const second = setUp(first.journal.shareWith("w2"));
    await second.sessions.state(chatId);
    await first.ask("second question", chatId);
    await first.settled(chatId);

    const seen: string[] = [];
    second.sessions.events.on((event) => seen.push(event.type));
    assert.deepEqual((await second.sessions.state(chatId)).turns.map((turn) => textOf(turn, "assistant")), ["one", "two"]);
    assert.ok(seen.includes("turn.started"), "and whoever shows it is told");
    second.scripts.push(answer("three"));
    await second.ask("third question", chatId);
    await second.settled(chatId);
    assert.match(second.requests[0] ?? "", /second question/);
    const numbers = (first.journal.lines(streamOf(chatId)) as SessionEvent[]).map((event) => event.seq);
    assert.equal(new Set(numbers).size, numbers.length, "no number was used twice");
  });

  it("a chat deleted elsewhere comes back when it is asked on in", async () => {
    const first = setUp();
    first.scripts.push(answer("one"));
    const { chatId } = await first.ask("q");
    await first.settled(chatId);
    const second = setUp(first.journal.shareWith("w2"));
    assert.ok((await second.sessions.append(chatId, [{ type: "chat.deleted", chatId }])).ok);
    first.scripts.push(answer("two"));
    await first.ask("more", chatId);
    assert.equal((await first.settled(chatId)).isDeleted, false);
  });

  it("asking for a chat in mid-stream loses no text and no order", async () => {
    const { scripts, ask, turns, clock, sessions, journal } = setUp();
    scripts.push(hang("some ", "words"));
    const { chatId } = await ask("q");
    await clock.advance(0);
    await Promise.all([sessions.state(chatId), clock.advance(200), sessions.state(chatId)]);
    await turns.stop(chatId);
    const stored = journal.lines(streamOf(chatId)) as SessionEvent[];
    assert.deepEqual(stored.map((event) => event.seq), stored.map((_, index) => index + 1));
    assert.equal(textOf((await sessions.state(chatId)).turns[0], "assistant"), "some words");
  });

  it("follows a chat that another living window writes, until it ends", async () => {
    const first = setUp();
    first.scripts.push(hang("words"));
    const { chatId } = await first.ask("q");
    await first.clock.advance(200);
    first.journal.setAlive("w1", true);
    const second = setUp(first.journal.shareWith("w2"));
    const shown: SessionEvent[] = [];
    await second.sessions.state(chatId);
    second.sessions.events.on((event) => shown.push(event));
    await first.turns.stop(chatId);
    await second.clock.advance(1_000);
    assert.ok(shown.some((event) => event.type === "turn.ended"));
  });

  it("adds nothing to a chat in which a newer build has written, and calls nothing in it interrupted", async () => {
    const first = setUp();
    first.scripts.push(hang("words"));
    const { chatId } = await first.ask("q");
    await first.clock.advance(200);
    await first.journal.append(streamOf(chatId), [{ v: 1, id: "new", seq: 99, at: 1, type: "turn.dreamt", chatId }]);
    first.journal.setAlive("w1", false);
    const second = setUp(first.journal.shareWith("w2"));
    const before = first.journal.lines(streamOf(chatId)).length;
    await second.sessions.state(chatId);
    const refused = await second.turns.submit({ chatId, text: "more", model: "m", effort: undefined, attachment: undefined });
    assert.match(refused.ok ? "" : refused.error.message, /newer Cairn/);
    assert.equal(first.journal.lines(streamOf(chatId)).length, before);
  });
});

describe("Turns: hostile or broken ground", () => {
  it("a chat whose turns name each other as parents is read and answered", async () => {
    const at = { v: 1, at: 1, chatId: "c1" };
    const values = [
      { ...at, id: "e1", seq: 1, type: "chat.created", title: "circle" },
      { ...at, id: "e2", seq: 2, type: "turn.started", turnId: "t1", parentTurnId: "t2", retryOf: "t2", model: "m" },
      { ...at, id: "e3", seq: 3, type: "turn.ended", turnId: "t1", status: "failed" },
      { ...at, id: "e4", seq: 4, type: "turn.started", turnId: "t2", parentTurnId: "t2", retryOf: "t1", model: "m" },
      { ...at, id: "e5", seq: 5, type: "turn.ended", turnId: "t2", status: "failed" },
    ];
    const { scripts, ask, settled } = setUp(createMemoryJournal({ writer: "w1", files: [{ stream: streamOf("c1"), writer: "w0", values }] }));
    scripts.push(answer("fine"));
    await ask("still there?", "c1");
    assert.equal(textOf((await settled("c1")).turns.at(-1), "assistant"), "fine");
  });

  it("an append that throws frees the chat again", async () => {
    const { turns, journal, scripts, ask, settled } = setUp();
    const append = journal.append.bind(journal);
    journal.append = () => {
      throw new RangeError("too long");
    };
    await assert.rejects(turns.submit({ chatId: "c1", text: "q", model: "m", effort: undefined, attachment: undefined }), /too long/);
    journal.append = append;
    await turns.interruptAll();
    scripts.push(answer("ok"));
    await ask("again", "c1");
    await settled("c1");
  });
});

describe("Turns: model and effort", () => {
  it("belong to the chat, and the request gets the effort that the model lists", async () => {
    const requests: ModelRequest[] = [];
    const model: Model = { stream: (request) => (requests.push(request), answer("ok")(new AbortController().signal)), listModels: async () => ok([]) };
    const choice = modelChoice("m", { efforts: ["low", "high"] });
    const { turns, sessions, settled } = setUp(undefined, { connect: async () => ok({ model, choices: [choice] }) });
    const submitted = await turns.submit({ chatId: undefined, text: "q", model: "m", effort: "high", attachment: undefined });
    assert.ok(submitted.ok);
    const { chatId, turnId } = submitted.value;
    const first = await settled(chatId);
    assert.deepEqual([first.model, first.effort, first.turns[0]?.effort, requests[0]?.effort], ["m", "high", "high", "high"]);
    assert.ok((await turns.retry(chatId, turnId, { model: "m", effort: "max" })).ok);
    await settled(chatId);
    assert.equal("effort" in (requests[1] ?? {}), false, "not listed");
    const seq = (await sessions.state(chatId)).seq;
    await turns.submit({ chatId, text: "again", model: "m", effort: "high", attachment: undefined });
    await settled(chatId);
    assert.equal((await sessions.state(chatId)).turns.length, 3);
    assert.equal((await sessions.state(chatId)).seq, seq + 1 + 3 + 3 + 1, "no settings where nothing changed");
  });
});

describe("Turns: failures", () => {
  it("keep what had arrived, and can be retried without doubling it", async () => {
    const { scripts, ask, turns, settled, requests } = setUp();
    scripts.push(breakWith(makeFailure("streamCut"), "half"), answer("whole"));
    const { chatId, turnId } = await ask("question");
    const failed = await settled(chatId);
    assert.equal(failed.turns[0]?.failure?.code, "streamCut");
    assert.equal(textOf(failed.turns[0], "assistant"), "half");
    assert.ok((await turns.retry(chatId, turnId, { model: "m", effort: undefined })).ok);
    const state = await settled(chatId);
    assert.deepEqual(state.turns.map((turn) => textOf(turn, "assistant")), ["half", "whole"]);
    assert.equal(requests[1], requests[0], "the same question, without the broken answer");
  });

  it("a busy server is asked again, waiting as long as it says", async () => {
    const { scripts, ask, clock, settled } = setUp();
    scripts.push(breakWith(makeFailure("rateLimited", { retryAfterMs: 3_000 })), breakWith(makeFailure("overloaded")), answer("at last"));
    const { chatId } = await ask("q");
    await clock.advance(2_999);
    assert.equal(scripts.length, 2);
    await clock.advance(1);
    assert.equal(scripts.length, 1);
    await clock.advance(1_000);
    assert.equal(textOf((await settled(chatId)).turns[0], "assistant"), "at last");
  });

  it("a wait too long, a third refusal, and one after text are left to the person", async () => {
    const { scripts, ask, clock, settled, outcomes } = setUp();
    scripts.push(breakWith(makeFailure("rateLimited", { retryAfterMs: 60_001 })));
    const long = await ask("q");
    assert.match((await settled(long.chatId)).turns[0]?.failure?.message ?? "", /Retry in 61 s/);
    scripts.push(breakWith(makeFailure("overloaded"), "some text"));
    const cut = await ask("q");
    assert.equal((await settled(cut.chatId)).turns[0]?.failure?.code, "overloaded");
    scripts.push(breakWith(makeFailure("overloaded")), breakWith(makeFailure("overloaded")), breakWith(makeFailure("overloaded")));
    const thrice = await ask("q");
    await clock.advance(10_000);
    assert.equal((await settled(thrice.chatId)).turns[0]?.failure?.code, "overloaded");
    assert.deepEqual(outcomes.map((failure) => failure?.code), ["rateLimited", "overloaded", "overloaded"]);
  });

  it("a wait is shown with its end, stored nowhere, and over with the next word", async () => {
    const { scripts, ask, clock, sessions, settled, journal } = setUp();
    scripts.push(breakWith(makeFailure("rateLimited", { retryAfterMs: 60_000 })), answer("at last"));
    const { chatId } = await ask("q");
    await clock.advance(100);
    const waiting = (await sessions.state(chatId)).turns[0]?.waiting;
    assert.deepEqual(waiting, { untilAt: 61_000, attempt: 2, message: "Too many requests for this key." });
    assert.equal((await sessions.state(chatId)).turns[0]?.status, "running");
    await clock.advance(60_000);
    const state = await settled(chatId);
    assert.deepEqual([state.turns[0]?.waiting, state.turns[0]?.status], [undefined, "done"]);
    assert.ok(!JSON.stringify(journal.lines(streamOf(chatId))).includes("turn.waiting"));
  });

  it("stop ends a wait at once", async () => {
    const { scripts, ask, turns, clock, sessions } = setUp();
    scripts.push(breakWith(makeFailure("overloaded")));
    const { chatId } = await ask("q");
    await clock.advance(0);
    await turns.stop(chatId);
    const turn = (await sessions.state(chatId)).turns[0];
    assert.deepEqual([turn?.status, turn?.waiting, clock.waitingTimers], ["cancelled", undefined, 0]);
  });

  it("an end that is none says so: declined, no room left; one at the length limit is whole as far as it goes", async () => {
    const { scripts, ask, settled } = setUp();
    const seen: unknown[] = [];
    for (const stopReason of ["refusal", "model_context_window_exceeded", "max_tokens"]) {
      scripts.push(async function* () {
        yield { type: "blockStarted", index: 0, kind: "text" };
        yield { type: "delta", index: 0, text: "as far" };
        yield { type: "ended", stopReason };
      });
      const { chatId } = await ask("q");
      const turn = (await settled(chatId)).turns[0];
      seen.push([turn?.status, turn?.stopReason, turn?.failure?.code, textOf(turn, "assistant")]);
    }
    assert.deepEqual(seen, [["failed", "refusal", "refusal", "as far"], ["failed", "model_context_window_exceeded", "contextExceeded", "as far"], ["done", "max_tokens", undefined, "as far"]]);
  });

  it("a bug in a part still ends the turn", async () => {
    const { ask, settled } = setUp();
    const { chatId } = await ask("no script: the fake throws");
    const turn = (await settled(chatId)).turns[0];
    assert.deepEqual([turn?.status, turn?.failure?.code], ["failed", "unknown"]);
  });

  it("a question that failed without a word is not part of what follows", async () => {
    const { scripts, ask, settled, requests } = setUp();
    scripts.push(breakWith(makeFailure("offline")), answer("yes"));
    const { chatId } = await ask("lost");
    await settled(chatId);
    await ask("again", chatId);
    await settled(chatId);
    assert.equal(requests[1], JSON.stringify([{ role: "user", content: ["again"] }]));
  });
});
