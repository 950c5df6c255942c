import assert from "node:assert/strict";
import type { ModelChoice } from "../../../src/core/protocol/calls";
import { CallError } from "../../../src/core/protocol/rpc";
import { createStoreStage } from "./stage";

const model = (id: string, ...efforts: readonly string[]): ModelChoice => ({ id, name: id.toUpperCase(), hasAdaptiveThinking: false, efforts });
const models = [model("a", "low", "high"), model("b", "low"), model("c")];
const created = (chatId: string) => ({ type: "chat.created", chatId, title: chatId }) as const;
const refuse = (): never => {
  throw new CallError("refused", "No such model.");
};

describe("models", () => {
  it("shows a chat's own model and effort, and the window's where a chat has none", async () => {
    const chats = { c1: [created("c1"), { type: "chat.settings", chatId: "c1", model: "a", effort: "high" }], c2: [created("c2")] } as const;
    const { store, settle } = await createStoreStage({ models, model: "b", effort: "low", chats, chatId: "c1" });
    const shown = (): readonly (string | null)[] => [store.models.current.value, store.models.effort.value];
    assert.deepEqual(shown(), ["a", "high"]);
    assert.deepEqual(store.models.efforts.value, ["low", "high"]);
    await Promise.all([store.openChat("c2"), settle()]);
    assert.deepEqual(shown(), ["b", "low"]);
    await Promise.all([store.openChat(null), settle()]);
    assert.deepEqual(shown(), ["b", "low"]);
  });

  it("tells the host for which chat a choice is, and sends with it", async () => {
    const { store, settle, asked } = await createStoreStage({ models, model: "a", chats: { c1: [created("c1")] }, chatId: "c1" });
    await Promise.all([store.models.chooseEffort("high"), settle()]);
    await Promise.all([store.models.choose("b"), settle()]);
    await Promise.all([store.models.chooseEffort("low"), settle()]);
    assert.deepEqual(asked("model.choose"), [
      { chatId: "c1", model: "a", effort: "high" },
      { chatId: "c1", model: "b", effort: null },
      { chatId: "c1", model: "b", effort: "low" },
    ]);
    store.composer.write("Why?");
    await Promise.all([store.composer.send(), settle()]);
    assert.deepEqual(asked("turn.submit"), [{ chatId: "c1", text: "Why?", model: "b", effort: "low", contextId: null }]);
    await Promise.all([store.openChat(null), settle()]);
    assert.deepEqual([store.models.current.value, store.models.effort.value], ["b", "low"], "the window's next chat begins with it");
  });

  it("offers no effort for a model that has none, and sends none", async () => {
    const { store } = await createStoreStage({ models, model: "c", effort: "high" });
    assert.deepEqual(store.models.efforts.value, []);
    assert.equal(store.models.effort.value, null);
  });

  it("shows the demo model in demo mode whatever the chat was written with, and the other way round", async () => {
    const settings = (chosen: string) => ({ c1: [created("c1"), { type: "chat.settings", chatId: "c1", model: chosen }] }) as const;
    const inDemo = await createStoreStage({ models: [model("demo")], model: "demo", chats: settings("a"), chatId: "c1" });
    assert.equal(inDemo.store.models.current.value, "demo");
    const outside = await createStoreStage({ models, model: "b", chats: settings("demo"), chatId: "c1" });
    assert.equal(outside.store.models.current.value, "b");
  });

  it("takes the choice back when the host refuses it", async () => {
    const { store, settle } = await createStoreStage({ models, model: "a", handlers: { "model.choose": refuse } });
    const choosing = store.models.choose("b");
    assert.equal(store.models.current.value, "b");
    await Promise.all([choosing, settle()]);
    assert.equal(store.models.current.value, "a");
    assert.deepEqual(store.composer.hint.value, { kind: "error", text: "No such model." });
  });
});
