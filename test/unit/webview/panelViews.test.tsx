import assert from "node:assert/strict";
import { render, type FunctionComponent } from "preact";
import { StoreProvider } from "../../../src/webview/state/storeContext";
import { strings } from "../../../src/webview/strings";
import { ChatTitle } from "../../../src/webview/views/ChatTitle";
import { EmptyState } from "../../../src/webview/views/EmptyState";
import { HistoryRow } from "../../../src/webview/views/HistoryRow";
import { HistoryView } from "../../../src/webview/views/HistoryView";
import { EffortSelect, ModelSelect } from "../../../src/webview/views/ModelSelect";
import type { FakeHostOptions } from "../../support/fakePort";
import { createStoreStage } from "./stage";
import { createTinyRoot, type TinyNode } from "./tinyDom";

const chatId = "c1";
const model = { hasAdaptiveThinking: false, efforts: [] };
const usage = { model: "claude-sonnet-5-5", inputTokens: 1_000_000, outputTokens: 0, cacheReadTokens: 0, cacheWrite5mTokens: 0, cacheWrite1hTokens: 0 };
const CHAT = { chatId, chats: { [chatId]: [{ type: "chat.created", chatId, title: "A chat" }, { type: "turn.started", chatId, turnId: "t1", model: "a" }, { type: "usage", chatId, turnId: "t1", ...usage }] } } as const;

async function show(options: FakeHostOptions, View: FunctionComponent): Promise<TinyNode> {
  const { store } = await createStoreStage(options);
  const root = createTinyRoot();
  render(
    <StoreProvider value={store}>
      <View />
    </StoreProvider>,
    root,
  );
  return root;
}

describe("the panel's views", () => {
  it("mark deprecated models in the list with the day they retire", async () => {
    const models = [
      { ...model, id: "a", name: "Opus 5" },
      { ...model, id: "b", name: "Opus 4.5", retiresAt: "2026-11-30T00:00:00Z" },
      { ...model, id: "c", name: "Opus 4", retiresAt: "" },
    ];
    const root = await show({ models, model: "a" }, ModelSelect);
    assert.deepEqual(root.all("option").map((option) => option.textContent), ["Opus 5", "Opus 4.5 (retires 2026-11-30)", "Opus 4 (deprecated)"]);
  });

  it("offer an effort where the model has some, and leaving it to the model first", async () => {
    const models = [{ ...model, id: "a", name: "A", efforts: ["low", "max"] }, { ...model, id: "b", name: "B" }];
    assert.deepEqual((await show({ models, model: "a" }, EffortSelect)).all("option").map((option) => option.textContent), [strings.composer.defaultEffort, "Low", "Max"]);
    assert.equal((await show({ models, model: "b" }, EffortSelect)).all("select").length, 0);
  });

  it("offer the workspace's questions before the fixed ones, each once and at most six", async () => {
    const examples = ["Explain cart.ts", strings.empty.examples[1], "Test cart.ts"];
    const root = await show({ examples }, EmptyState);
    assert.deepEqual(root.all("li").map((item) => item.textContent), [...examples, strings.empty.examples[0], strings.empty.examples[2], strings.empty.examples[3]]);
  });

  it("show a chat's title, its cost and what can be done with it, and of a chat not begun nothing", async () => {
    const root = await show(CHAT, ChatTitle);
    assert.equal(root.textContent, "A chat$2.00");
    assert.equal(root.all("button").length, 4);
    assert.equal((await show({}, ChatTitle)).all("button").length, 0);
  });

  it("say in the history how far the reading of all chats has come, and that nothing is wrong meanwhile", async () => {
    let fail = (): void => undefined;
    const slow = new Promise<never>((_resolve, reject) => (fail = () => reject(new Error("not in time"))));
    const { store, host, settle } = await createStoreStage({ handlers: { "chat.list": () => slow } });
    const root = createTinyRoot();
    render(<StoreProvider value={store}><HistoryView /></StoreProvider>, root);
    void store.history.refresh();
    host.send("chats.reading", { percent: 40 });
    await settle();
    assert.match(root.textContent, /Reading your chats: 40 %/);
    assert.equal(root.all("progress").length, 1);
    fail();
    await settle();
    assert.equal(store.history.problem.value, undefined);
    host.send("chats.reading", { percent: null });
    await settle();
    assert.doesNotMatch(root.textContent, /Reading your chats/);
  });

  it("mark a chat that is being answered in the list", async () => {
    const chat = { chatId, title: "A chat", updatedAt: 0, turnCount: 2, isPinned: false, tags: [], hasEdits: false };
    const row = (isRunning: boolean) => (): ReturnType<typeof HistoryRow> => <HistoryRow chat={{ ...chat, isRunning }} onDelete={() => undefined} />;
    assert.match((await show({}, row(true))).textContent, /^A chatAnswering · 2 questions$/);
    assert.doesNotMatch((await show({}, row(false))).textContent, /Answering/);
  });
});
