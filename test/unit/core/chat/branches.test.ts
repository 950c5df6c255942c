import assert from "node:assert/strict";
import { ok } from "../../../../src/core/base/result";
import { duplicateChat, forkChat, type Copy } from "../../../../src/core/chat/copies";
import { buildMessages, headOf } from "../../../../src/core/chat/prompt";
import { Sessions } from "../../../../src/core/chat/sessions";
import { Turns } from "../../../../src/core/chat/turns";
import { shownTurns } from "../../../../src/core/protocol/branches";
import { emptyChat, type ChatState } from "../../../../src/core/protocol/chatState";
import type { SessionEvent } from "../../../../src/core/protocol/events";
import { reduce } from "../../../../src/core/protocol/reduce";
import type { Tables } from "../../../../src/core/store/tables";
import { createMemoryBlobs } from "../../../support/fakes/blobs";
import { createManualClock } from "../../../support/fakes/clock";
import { createFakeEditor } from "../../../support/fakes/editor";
import { createCountingIds } from "../../../support/fakes/ids";
import { createMemoryJournal, type MemoryJournal } from "../../../support/fakes/journal";
import { createRecordingLog } from "../../../support/fakes/log";
import { answerSteps, createScriptedModel, modelChoice } from "../../../support/fakes/model";

const noTables = { take: async () => undefined, find: async () => undefined } as unknown as Tables; // all that is used of them
const file = { block: { kind: "attachment", path: "a.ts", language: "typescript" }, text: "let a;" } as const;
const settings = { model: "m", effort: undefined } as const;

function setUp(journal: MemoryJournal = createMemoryJournal({ writer: "w1" })) {
  const [clock, ids, log] = [createManualClock(), createCountingIds(), createRecordingLog()];
  const model = createScriptedModel([modelChoice("m")]);
  const sessions = new Sessions({ journal, tables: noTables, clock, ids, log, mayWrite: async () => true });
  const turns = new Turns({ sessions, blobs: createMemoryBlobs(), clock, ids, log, editor: createFakeEditor(), connect: async () => ok({ model, choices: [] }), onOutcome: () => undefined });
  const idle = async (chatId: string): Promise<void> => {
    for (let round = 0; turns.isRunning(chatId) && round < 200; round++) await clock.advance(0);
  };
  const ask = async (text: string, chatId?: string, attachment?: typeof file): Promise<{ readonly chatId: string; readonly turnId: string }> => {
    model.script.push(answerSteps(`To ${text}`));
    const asked = await turns.submit({ chatId, text, ...settings, attachment });
    assert.ok(asked.ok);
    await idle(asked.value.chatId);
    return asked.value;
  };
  const edit = async (chatId: string, turnId: string, text: string, keep: readonly string[] = []): Promise<string> => {
    model.script.push(answerSteps(`To ${text}`));
    const asked = await turns.edit({ chatId, turnId, text, keep, ...settings });
    assert.ok(asked.ok);
    await idle(chatId);
    return asked.value.turnId;
  };
  const sent = (): readonly string[] => (model.requests.at(-1)?.messages ?? []).map(({ role, content }) => `${role}: ${content.join(" + ")}`);
  return { sessions, turns, ask, edit, sent, model };
}

/** What the copy's events make, as any window would read them. */
function read({ chatId, events }: Copy): ChatState {
  return events.reduce<ChatState>((state, body, index) => reduce(state, { v: 1, id: `e${index}`, seq: index + 1, at: 5, ...body } as SessionEvent), emptyChat(chatId)); // body + envelope is the event
}

const words = (chat: ChatState): readonly string[] => shownTurns(chat).map(({ blocks }) => blocks.map((block) => block.text).join(" → "));

describe("an edited question", () => {
  it("is asked in the place of the one it comes from, which stays, and is what the conversation goes on from", async () => {
    const { sessions, ask, edit, sent } = setUp();
    const { chatId } = await ask("one");
    const two = await ask("two", chatId);
    await ask("three", chatId);
    await edit(chatId, two.turnId, "zwei");
    assert.deepEqual(sent(), ["user: one", "assistant: To one", "user: zwei"]);
    assert.deepEqual(words(await sessions.state(chatId)), ["one → To one", "zwei → To zwei"]);
    await ask("drei", chatId);
    assert.deepEqual(sent(), ["user: one", "assistant: To one", "user: zwei", "assistant: To zwei", "user: drei"]);
    assert.equal((await sessions.state(chatId)).turns.length, 5);
  });

  it("takes along those of its files that are kept", async () => {
    const { sessions, ask, edit, sent } = setUp();
    const { chatId, turnId } = await ask("one", undefined, file);
    const block = (await sessions.state(chatId)).turns[0]?.blocks[0]?.blockId ?? "";
    const kept = await edit(chatId, turnId, "eins", [block]);
    assert.match(sent()[0] ?? "", /^user: <attachment path="a\.ts"[^]*let a;[^]* \+ eins$/);
    await edit(chatId, kept, "uno");
    assert.deepEqual(sent(), ["user: uno"]);
  });

  it("is refused without words, at any length above the limit, and where its question is gone", async () => {
    const { turns, ask, sessions } = setUp();
    const { chatId, turnId } = await ask("one");
    const { seq } = await sessions.state(chatId);
    const codes = await Promise.all([" \n", "x".repeat(400_001)].map(async (text) => turns.edit({ chatId, turnId, text, keep: [], ...settings })));
    assert.deepEqual(codes.map((result) => (result.ok ? "ok" : result.error.code)), ["badRequest", "tooLarge"]);
    const gone = await turns.edit({ chatId, turnId: "nothing", text: "x", keep: [], ...settings });
    assert.match(gone.ok ? "" : gone.error.message, /no longer there/);
    assert.equal((await sessions.state(chatId)).seq, seq);
  });
});

describe("a branch that was chosen", () => {
  it("is where the next question hangs, also in another window", async () => {
    const journal = createMemoryJournal({ writer: "w1" });
    const { sessions, ask, edit } = setUp(journal);
    const { chatId } = await ask("one");
    const two = await ask("two", chatId);
    await edit(chatId, two.turnId, "zwei");
    await sessions.append(chatId, [{ type: "chat.settings", chatId, shownTurnId: two.turnId }]);
    const other = setUp(journal.shareWith("w2"));
    const { chat } = await other.sessions.open(chatId);
    assert.deepEqual(words(chat), ["one → To one", "two → To two"]);
    assert.equal(headOf(chat)?.turnId, two.turnId);
    await other.ask("three", chatId);
    assert.deepEqual(other.sent(), ["user: one", "assistant: To one", "user: two", "assistant: To two", "user: three"]);
    assert.equal((await other.sessions.state(chatId)).shownTurnId, undefined, "what is asked now is the newest branch");
  });

  it("is what a long chat is opened with, however many turns the other branches have", async () => {
    const { sessions } = setUp();
    const chatId = "c";
    const started = (turnId: string, more: object = {}) => [{ type: "turn.started", chatId, turnId, model: "m", ...more }, { type: "turn.ended", chatId, turnId, status: "done" }] as const;
    const long = Array.from({ length: 100 }, (_, index) => started(`n${index}`, { parentTurnId: index === 0 ? "a" : `n${index - 1}` })).flat();
    await sessions.append(chatId, [{ type: "chat.created", chatId, title: "t" }, ...started("a"), ...started("b", { parentTurnId: "a" }), ...long, { type: "chat.settings", chatId, shownTurnId: "b" }]);
    const { chat, isWhole } = await sessions.open(chatId);
    assert.deepEqual([isWhole, shownTurns(chat).map((turn) => turn.turnId)], [true, ["a", "b"]]);
  });

  it("hangs together with what comes before its last turns, though only those are read at first", async () => {
    const journal = createMemoryJournal({ writer: "before" });
    const chatId = "c";
    const text = "x".repeat(20_000);
    const turn = (turnId: string, links: object) => [
      { type: "turn.started", chatId, turnId, model: "m", ...links },
      { type: "block.started", chatId, turnId, blockId: `${turnId}b`, role: "assistant", block: { kind: "text" } },
      { type: "block.part", chatId, turnId, blockId: `${turnId}b`, offset: 0, text },
      { type: "turn.ended", chatId, turnId, status: "done" },
    ] as const;
    const first = setUp(journal);
    // A long branch, then one that leaves it near its beginning: its parent is far from the end of the file.
    const old = Array.from({ length: 30 }, (_, index) => turn(`o${index}`, index === 0 ? {} : { parentTurnId: `o${index - 1}` })).flat();
    const young = Array.from({ length: 20 }, (_, index) => turn(`y${index}`, index === 0 ? { parentTurnId: "o2", editOf: "o3" } : { parentTurnId: `y${index - 1}` })).flat();
    await first.sessions.append(chatId, [{ type: "chat.created", chatId, title: "t" }, ...old, ...young]);
    const { sessions } = setUp(journal.shareWith("now"));
    const opened = await sessions.open(chatId);
    assert.equal(opened.isWhole, false);
    let { turns } = opened.chat;
    for (let isWhole = false; !isWhole; ) {
      const page = await sessions.earlier(chatId, turns[0]?.turnId ?? "", 7);
      turns = [...page.chat.turns, ...turns];
      isWhole = page.isWhole;
      const shown = shownTurns({ turns }).map(({ turnId }) => turnId);
      assert.equal(shown.at(-1), "y19");
      assert.ok(shown.every((turnId) => turnId.startsWith("y") || ["o0", "o1", "o2"].includes(turnId)), shown.join());
    }
    assert.equal(shownTurns({ turns }).length, 23);
  });
});

describe("forkChat", () => {
  it("is a chat with the shown branch up to a turn: questions where answers were retries, thinking and tools too, no cost", async () => {
    const { sessions, turns, ask, edit, model } = setUp();
    const { chatId } = await ask("one", undefined, file);
    const two = await ask("two", chatId);
    await ask("three", chatId);
    const zwei = await edit(chatId, two.turnId, "zwei");
    model.script.push(answerSteps("Again"));
    const again = await turns.retry(chatId, zwei, settings);
    for (let round = 0; turns.isRunning(chatId) && round < 200; round++) await Promise.resolve();
    assert.ok(again.ok);
    const chat = await sessions.state(chatId);
    const options = { ids: createCountingIds("copy"), folder: undefined };
    const copy = forkChat(chat, again.value.turnId, options);
    assert.ok(copy);
    const fork = read(copy);
    assert.equal(fork.title, "one (fork)");
    assert.deepEqual(words(fork), ["let a; → one → To one", "zwei → Again"]);
    assert.equal(fork.turns.length, 2);
    assert.deepEqual(buildMessages(fork, fork.turns[1]?.turnId ?? ""), buildMessages(chat, again.value.turnId));
    assert.deepEqual(copy.events.filter((event) => event.type === "chat.forked"), [{ type: "chat.forked", chatId: copy.chatId, fromChatId: chatId, fromTurnId: again.value.turnId }]);
    assert.deepEqual(copy.events.filter((event) => event.type === "usage"), []);
    assert.equal(forkChat(chat, two.turnId, options), undefined, "a turn of another branch");
    assert.deepEqual(words(read(duplicateChat({ ...chat, shownTurnId: two.turnId }, options))), words({ ...chat, shownTurnId: two.turnId }), "a copy of the whole shows the same branch");
  });
});
