import assert from "node:assert/strict";
import { ok } from "../../../../src/core/base/result";
import type { Connection } from "../../../../src/core/chat/connection";
import { createModelPicker } from "../../../../src/core/chat/modelPicker";
import { Sessions } from "../../../../src/core/chat/sessions";
import { Turns } from "../../../../src/core/chat/turns";
import { CallError } from "../../../../src/core/protocol/rpc";
import type { Tables } from "../../../../src/core/store/tables";
import { createHandlers } from "../../../../src/extension/view/handlers";
import { createMemoryBlobs } from "../../../support/fakes/blobs";
import { createManualClock } from "../../../support/fakes/clock";
import { createFakeEditor } from "../../../support/fakes/editor";
import { createCountingIds } from "../../../support/fakes/ids";
import { createMemoryJournal } from "../../../support/fakes/journal";
import { createRecordingLog } from "../../../support/fakes/log";
import { answerSteps, createScriptedModel, modelChoice, modelHold } from "../../../support/fakes/model";
import { createMemoryPanel } from "../../../support/fakes/panel";
import { createMemoryMemento } from "../../../support/fakes/stores";

const { signal } = new AbortController();

function setUp() {
  const [clock, ids, log, panel] = [createManualClock(), createCountingIds(), createRecordingLog(), createMemoryPanel()];
  const choices = [modelChoice("m", { efforts: ["low", "high"], maxInputTokens: 1_000 }), modelChoice("n")];
  const model = createScriptedModel(choices);
  let listed: readonly string[] = [];
  const tables: Tables = { take: async () => undefined, listChats: async () => ({ chats: listed.map((chatId) => ({ chatId, title: "t", updatedAt: 1, turnCount: 1, isPinned: false, tags: [], hasEdits: false })), facets: { folders: [], models: [], agents: [], tags: [] } }), chatIds: async () => [], blobRefs: async () => [], leftovers: async () => [], find: async () => undefined, poll: async () => undefined, close: async () => undefined };
  const sessions = new Sessions({ journal: createMemoryJournal({ writer: "w1" }), tables, clock, ids, log, mayWrite: async () => true });
  const turns = new Turns({ sessions, blobs: createMemoryBlobs(), clock, ids, log, editor: createFakeEditor(), connect: async () => ok({ model, choices }), onOutcome: () => undefined });
  const connection = { choices, info: { status: "ready", offersEnvironmentKey: false }, check: async () => ok(choices) } as unknown as Connection; // the part that is used
  const picker = createModelPicker({ connection, windowMemento: createMemoryMemento(), setting: () => ({ model: "m", isOwn: true }) });
  const done: string[] = [];
  const note = (what: string) => async (...args: readonly unknown[]) => void done.push([what, ...args].join(" "));
  const handlers = createHandlers({
    sessions, turns, tables, connection, picker, panel, ids,
    ownership: { take: async () => true, takeOver: async () => true },
    isTab: false,
    onDraft: (chatId, text) => void done.push(`draft ${chatId} ${text}`),
    editor: { context: () => undefined, snapshot: () => undefined, folder: () => undefined, examples: () => ["What does a.ts do?"], insert: note("insert"), newFile: note("newFile") },
    actions: { setKey: () => undefined, answerEnvironmentKey: () => undefined, chooseDemo: async () => undefined, openLink: async () => undefined, openInTab: note("openInTab"), emptyTrash: () => undefined, search: async () => ({ hits: [], cursor: null, count: 0, isExact: true, isComplete: true }), showLog: () => undefined },
  });
  const ask = async (chatId: string | null, text: string, effort: string | null = null) => {
    model.script.push(answerSteps("Answer."));
    const submitted = await handlers["turn.submit"]({ chatId, text, model: "m", effort, contextId: null }, signal);
    for (let round = 0; turns.isRunning(submitted.chatId) && round < 200; round++) await clock.advance(0);
    return submitted.chatId;
  };
  return { handlers, sessions, turns, panel, model, done, ask, clock, list: (...chatIds: readonly string[]) => (listed = chatIds) };
}

const refusal = (message: RegExp) => (error: unknown): boolean => error instanceof CallError && error.code === "refused" && message.test(error.message);

describe("handlers: drafts", () => {
  it("are each chat's own, and the new chat's becomes no other's", async () => {
    const { handlers, ask, panel } = setUp();
    const chatId = await ask(null, "one");
    await handlers["draft.save"]({ chatId: null, text: "for a new chat" }, signal);
    await handlers["draft.save"]({ chatId, text: "and then" }, signal);
    const opened = await handlers["panel.open"]({}, signal);
    assert.deepEqual([opened.chatId, opened.draft, opened.model, opened.effort, opened.examples], [chatId, "and then", "m", null, ["What does a.ts do?"]]);
    await handlers["panel.show"]({ chatId: null }, signal);
    assert.equal((await handlers["panel.open"]({}, signal)).draft, "for a new chat");
    assert.equal((await handlers["chat.attach"]({ chatId }, signal)).draft, "and then");
    await ask(chatId, " and then ");
    await ask(null, "something else");
    assert.deepEqual((await panel.read()).drafts, { "": "for a new chat", [chatId]: "" });
    assert.equal((await handlers["chat.attach"]({ chatId: "toString" }, signal)).draft, "");
  });
});

describe("handlers: a draft", () => {
  it("is told to the window's other pages when it changes, and when it is sent", async () => {
    const { handlers, ask, done } = setUp();
    const chatId = await ask(null, "one");
    await handlers["draft.save"]({ chatId, text: "and then" }, signal);
    await ask(chatId, "and then");
    await handlers["draft.save"]({ chatId, text: "typed on" }, signal);
    await ask(chatId, "another one");
    assert.deepEqual(done.slice(-3), [`draft ${chatId} and then`, `draft ${chatId} `, `draft ${chatId} typed on`]);
  });
});

describe("handlers: model and effort", () => {
  it("are the chat's where there is one, and the next new chat's", async () => {
    const { handlers, ask, sessions, model } = setUp();
    const first = await ask(null, "one", "low");
    await handlers["model.choose"]({ chatId: first, model: "m", effort: "high" }, signal);
    const second = await ask(null, "two", "low");
    assert.deepEqual([(await sessions.state(first)).effort, (await sessions.state(second)).effort], ["high", "low"]);
    assert.equal((await handlers["panel.open"]({}, signal)).effort, "high");
    const seq = (await sessions.state(first)).seq;
    await handlers["model.choose"]({ chatId: first, model: "m", effort: "high" }, signal);
    await handlers["model.choose"]({ chatId: "nothing", model: "n", effort: null }, signal);
    assert.deepEqual([(await sessions.state(first)).seq, (await sessions.state("nothing")).seq], [seq, 0], "no event where nothing changes, no chat from a choice");
    assert.deepEqual(model.requests.map((request) => request.effort), ["low", "low"]);
  });
});

describe("handlers: chats", () => {
  it("are renamed, by a name of one line that is not empty", async () => {
    const { handlers, ask, sessions } = setUp();
    const chatId = await ask(null, "one");
    await handlers["chat.rename"]({ chatId, title: "  My\n sums " }, signal);
    assert.equal((await sessions.state(chatId)).title, "My sums");
    await assert.rejects(async () => handlers["chat.rename"]({ chatId, title: " \n " }, signal), refusal(/cannot be empty/));
    await assert.rejects(async () => handlers["chat.rename"]({ chatId: "nothing", title: "x" }, signal), refusal(/no longer there/));
  });

  it("are duplicated and continued as chats that go on by themselves", async () => {
    const { handlers, ask, sessions, model } = setUp();
    const chatId = await ask(null, "one", "high");
    const copy = await handlers["chat.duplicate"]({ chatId }, signal);
    await ask(copy.chatId, "two");
    assert.deepEqual(model.requests.at(-1)?.messages.map((message) => message.content.join()), ["one", "Answer.", "two"]);
    assert.deepEqual([(await sessions.state(chatId)).turns.length, (await sessions.state(copy.chatId)).title], [1, "one (copy)"]);
    const next = await handlers["chat.continueInNew"]({ chatId: copy.chatId }, signal);
    const continued = await sessions.state(next.chatId);
    assert.deepEqual([continued.title, continued.turns.length], ["one (copy) (continued)", 2]);
    await assert.rejects(async () => handlers["chat.duplicate"]({ chatId: "nothing" }, signal), refusal(/no longer there/));
  });

  it("say whether they are being answered", async () => {
    const { handlers, ask, model, list, turns } = setUp();
    const quiet = await ask(null, "one");
    const hold = modelHold();
    model.script.push([hold]);
    const { chatId } = await handlers["turn.submit"]({ chatId: null, text: "two", model: "m", effort: null, contextId: null }, signal);
    list(quiet, chatId);
    assert.deepEqual((await handlers["chat.list"]({ filter: {}, limit: 10 }, signal)).chats.map((chat) => chat.isRunning), [false, true]);
    await turns.stop(chatId);
    assert.deepEqual((await handlers["chat.list"]({ filter: {}, limit: 10 }, signal)).chats.map((chat) => chat.isRunning), [false, false]);
  });

  it("open in a tab, and code goes where it was asked to", async () => {
    const { handlers, ask, done } = setUp();
    const chatId = await ask(null, "one");
    await handlers["chat.openInTab"]({ chatId }, signal);
    await handlers["code.insert"]({ text: "x" }, signal);
    await handlers["code.newFile"]({ text: "x", language: "ts" }, signal);
    assert.deepEqual(done, [`openInTab ${chatId}`, "insert x", "newFile x ts"]);
  });
});
