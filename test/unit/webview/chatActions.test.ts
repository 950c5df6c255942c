import assert from "node:assert/strict";
import { CallError } from "../../../src/core/protocol/rpc";
import { PRICES_AS_OF } from "../../../src/core/protocol/prices";
import { chatCost, costWords } from "../../../src/webview/state/chatCost";
import { createStoreStage } from "./stage";

const chatId = "c1";
const ENDED = { chatId, chats: { c1: [{ type: "chat.created", chatId, title: "A chat" }, { type: "turn.started", chatId, turnId: "t1", model: "model-a" }, { type: "turn.ended", chatId, turnId: "t1", status: "done" }] } } as const;

describe("chat actions", () => {
  it("asks for the rest of an answer without touching the draft or attaching anything", async () => {
    const context = { contextId: "x", path: "/a.ts", language: "typescript" };
    const { store, settle, asked } = await createStoreStage({ ...ENDED, draft: "mine", context });
    await Promise.all([store.continueAnswer(), settle()]);
    assert.deepEqual(asked("turn.submit"), [{ chatId, text: "Continue.", model: "model-a", effort: null, contextId: null }]);
    assert.equal(store.composer.draft.value, "mine");
    assert.equal(store.chat.isRunning.value, true);
    await Promise.all([store.continueAnswer(), settle()]);
    assert.equal(asked("turn.submit").length, 1, "not while an answer runs");
  });

  it("goes on in a new chat and shows it, and so with a copy", async () => {
    const { store, settle, asked } = await createStoreStage(ENDED);
    await Promise.all([store.continueInNew(), settle()]);
    assert.equal(store.chat.chatId.value, "c2");
    await Promise.all([store.duplicateChat("c1"), settle()]);
    assert.equal(store.chat.chatId.value, "c3");
    assert.equal(store.chat.title.value, "A chat (copy)");
    assert.deepEqual(asked("panel.show"), [{ chatId: "c2" }, { chatId: "c3" }]);
  });

  it("renames by trimmed words, and not by none", async () => {
    const { store, settle, asked } = await createStoreStage(ENDED);
    await Promise.all([store.renameChat("c1", "  Better \n"), settle()]);
    await store.renameChat("c1", " ");
    assert.equal(store.chat.title.value, "Better");
    assert.deepEqual(asked("chat.rename"), [{ chatId, title: "Better" }]);
  });

  it("says what went wrong where the person is", async () => {
    const refuse = (): never => {
      throw new CallError("refused", "The disk is full.");
    };
    const { store, settle } = await createStoreStage({ ...ENDED, handlers: { "chat.rename": refuse, "chat.duplicate": refuse } });
    await Promise.all([store.renameChat("c1", "Better"), settle()]);
    assert.deepEqual(store.composer.hint.value, { kind: "error", text: "The disk is full." });
    store.showView("history");
    await settle();
    await Promise.all([store.duplicateChat("c1"), settle()]);
    assert.equal(store.history.problem.value, "The disk is full.");
  });
});

describe("chatCost", () => {
  const usage = (model: string) => ({ model, inputTokens: 1_000_000, outputTokens: 100_000, cacheReadTokens: 0, cacheWrite5mTokens: 0, cacheWrite1hTokens: 0 });
  const turn = { turnId: "t", model: "m", startedAt: 0, status: "done", blocks: [] } as const;

  it("adds what is known and counts what is not", () => {
    assert.equal(chatCost([turn]), undefined);
    assert.deepEqual(chatCost([{ ...turn, usage: usage("claude-sonnet-5-5-20260101") }, turn, { ...turn, usage: usage("claude-unheard-of") }]), { dollars: 3, unknownCount: 1 });
  });

  it("is said in few words and in a sentence, with the part that is not known", () => {
    assert.equal(costWords({ dollars: 0, unknownCount: 0 }), undefined, "scripted answers cost nothing");
    assert.deepEqual(costWords({ dollars: 0, unknownCount: 2 }), { short: "Price unknown", long: "Price unknown" });
    assert.deepEqual(costWords({ dollars: 1.234, unknownCount: 0 }), { short: "$1.23", long: `This chat cost $1.23 (prices of ${PRICES_AS_OF})` });
    assert.deepEqual(costWords({ dollars: 0.01234, unknownCount: 1 }), { short: "$0.0123 + ?", long: `This chat cost $0.0123 (prices of ${PRICES_AS_OF}); price unknown for 1 answer` });
  });

  it("follows the shown chat", async () => {
    const { host, store, settle } = await createStoreStage(ENDED);
    assert.equal(store.cost.value, undefined);
    host.emit({ type: "usage", chatId, turnId: "t1", ...usage("claude-sonnet-5-5") });
    await settle();
    assert.deepEqual(store.cost.value, { dollars: 3, unknownCount: 0 });
    await Promise.all([store.openChat(null), settle()]);
    assert.equal(store.cost.value, undefined);
  });
});
