import assert from "node:assert/strict";
import { render } from "preact";
import { CallError } from "../../../src/core/protocol/rpc";
import { StoreProvider } from "../../../src/webview/state/storeContext";
import { Question } from "../../../src/webview/views/Question";
import { createStoreStage, type StoreStage } from "./stage";
import { createTinyRoot, TinyNode } from "./tinyDom";
import type { FakeHostOptions } from "../../support/fakePort";

const chatId = "c1";
const file = { kind: "attachment", path: "src/a.ts", language: "typescript", lines: { startLine: 3, endLine: 9 } } as const;
const asked = (turnId: string, text: string, links: object = {}) => [
  { type: "turn.started", chatId, turnId, model: "model-a", ...links },
  { type: "block.started", chatId, turnId, blockId: `${turnId}f`, role: "user", block: file },
  { type: "block.started", chatId, turnId, blockId: `${turnId}q`, role: "user", block: { kind: "text" } },
  { type: "block.part", chatId, turnId, blockId: `${turnId}q`, offset: 0, text },
  { type: "turn.ended", chatId, turnId, status: "done" },
] as const;
const again = (turnId: string, retryOf: string) => [{ type: "turn.started", chatId, turnId, retryOf, model: "model-a" }, { type: "turn.ended", chatId, turnId, status: "done" }] as const;
const CHAT: FakeHostOptions = { chatId, chats: { [chatId]: [{ type: "chat.created", chatId, title: "A chat" }, ...asked("t1", "One"), ...asked("t2", "Two", { parentTurnId: "t1" }), ...again("t3", "t2"), ...asked("t4", "Four", { parentTurnId: "t3" })] } };

/** What these views use of a page besides. */
const pageParts = {
  value: "",
  focus(this: TinyNode) {
    focused = this;
  },
  setSelectionRange: () => undefined,
  querySelector(this: TinyNode, selector: string) {
    return this.all("button").find((node) => selector === "button" || node.getAttribute("class")?.split(" ").includes(selector.slice(1))) ?? null;
  },
};
let focused: TinyNode | undefined;
const roots: TinyNode[] = [];
function usePage(): void {
  before(() => void Object.assign(TinyNode.prototype, pageParts));
  after(() => Object.keys(pageParts).forEach((name) => Reflect.deleteProperty(TinyNode.prototype, name)));
  afterEach(() => roots.splice(0).forEach((root) => render(null, root as TinyNode & Element))); // as in createTinyRoot
}

/** The view of one question in its place. */
function show(stage: StoreStage, turnId: string): TinyNode {
  const root = createTinyRoot();
  roots.push(root);
  const View = () => {
    const turn = stage.store.chat.turn(turnId)?.value;
    return turn === undefined ? null : <Question turn={turn} />;
  };
  render(<StoreProvider value={stage.store}><View /></StoreProvider>, root);
  return root;
}

const painted = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20)); // Preact paints a moment after a change
const button = (root: TinyNode, name: string): TinyNode => {
  const found = [...root.all("button"), ...root.all("vscode-button")].find((node) => node.getAttribute("aria-label") === name || node.textContent === name);
  assert.ok(found, `there is a button ${name}`);
  return found;
};

describe("the shown branch", () => {
  usePage();

  it("is the newest, with a retry in the place of what it repeats and its question with it", async () => {
    const stage = await createStoreStage(CHAT);
    assert.deepEqual(stage.store.chat.turnIds.value, ["t1", "t3", "t4"]);
    const root = show(stage, "t3");
    assert.match(root.textContent, /Version 2 of 2/);
    assert.match(root.textContent, /Two/);
    assert.deepEqual(button(root, "Next version").getAttribute("aria-disabled"), "true");
    assert.doesNotMatch(show(stage, "t1").textContent, /Version/);
  });

  it("changes by the switcher, when the host has stored that, and back", async () => {
    const stage = await createStoreStage(CHAT);
    button(show(stage, "t3"), "Next version").dispatch("click", { type: "click" });
    await stage.settle();
    assert.deepEqual(stage.asked("chat.showBranch"), [], "there is none after the last");
    await Promise.all([stage.store.branches.showVersion("t3", "previous", 0), stage.settle()]);
    assert.deepEqual(stage.asked("chat.showBranch"), [{ chatId, turnId: "t2" }]);
    assert.deepEqual([stage.store.chat.turnIds.value, stage.store.chat.lastTurnId.value], [["t1", "t2"], "t2"]);
    show(stage, "t2");
    await painted();
    assert.equal(focused?.getAttribute("aria-label"), "Previous version", "whoever goes by key goes on from the same button");
    assert.equal(stage.store.branches.focusWish.value, undefined);
    await Promise.all([stage.store.branches.showVersion("t2", "next", 0), stage.settle()]);
    assert.deepEqual(stage.store.chat.turnIds.value, ["t1", "t3", "t4"]);
  });

  it("stays as it is when the host refuses, and says why", async () => {
    const refuse = (): never => {
      throw new CallError("refused", "The disk is full.");
    };
    const stage = await createStoreStage({ ...CHAT, handlers: { "chat.showBranch": refuse, "chat.fork": refuse } });
    await Promise.all([stage.store.branches.showVersion("t3", "previous", 0), stage.settle()]);
    assert.deepEqual(stage.store.composer.hint.value, { kind: "error", text: "The disk is full." });
    assert.deepEqual([stage.store.branches.switching.value, stage.store.branches.focusWish.value, stage.store.chat.turnIds.value.length], [undefined, undefined, 3]);
    await Promise.all([stage.store.branches.fork("t1"), stage.settle()]);
    assert.equal(stage.store.chat.chatId.value, chatId);
  });

  it("is changed for a turn that is to be seen, as soon as that is there", async () => {
    const stage = await createStoreStage(CHAT);
    stage.store.branches.reach("t4");
    stage.store.branches.reach("t9");
    stage.store.branches.reach("t2");
    await stage.settle();
    assert.deepEqual(stage.asked("chat.showBranch"), [{ chatId, turnId: "t2" }]);
    assert.deepEqual(stage.store.chat.turnIds.value, ["t1", "t2"]);
    stage.store.branches.reach("t9");
    stage.host.emit({ type: "turn.started", chatId, turnId: "t9", model: "m", parentTurnId: "t1" });
    await stage.settle();
    assert.equal(stage.asked("chat.showBranch").length, 1, "it is shown already");
  });

  it("is what a fork begins with", async () => {
    const stage = await createStoreStage(CHAT);
    await Promise.all([stage.store.branches.fork("t3"), stage.settle()]);
    assert.deepEqual(stage.asked("chat.fork"), [{ chatId, turnId: "t3" }]);
    assert.deepEqual([stage.store.chat.chatId.value, stage.store.chat.title.value], ["c2", "A chat (fork)"]);
  });
});

describe("edit and resend", () => {
  usePage();

  it("opens the question at its place with its files, and asks it anew with those that are left", async () => {
    const stage = await createStoreStage(CHAT);
    const { branches } = stage.store;
    branches.beginEdit("t3");
    const root = show(stage, "t3");
    assert.equal(root.all("textarea")[0]?.getAttribute("aria-label"), "Edit message");
    assert.match(root.textContent, /a\.ts:3–9/);
    branches.write("Two, but better\n");
    await Promise.all([branches.resend(), stage.settle()]);
    branches.beginEdit("t1");
    button(show(stage, "t1"), "Remove a.ts:3–9").dispatch("click", { type: "click" });
    assert.deepEqual(branches.edit.value?.removed, ["t1f"]);
    stage.host.emit({ type: "turn.ended", chatId, turnId: "t5", status: "done" });
    await stage.settle();
    await Promise.all([branches.resend(), stage.settle()]);
    const choice = { model: "model-a", effort: null };
    assert.deepEqual(stage.asked("turn.edit"), [{ chatId, turnId: "t3", text: "Two, but better", keep: ["t2f"], ...choice }, { chatId, turnId: "t1", text: "One", keep: [], ...choice }]);
    assert.equal(branches.edit.value, undefined);
    assert.deepEqual(stage.store.chat.turnIds.value, ["t6"]);
  });

  it("is refused as in the message box, and stays open with the reason until something is written", async () => {
    const stage = await createStoreStage(CHAT);
    const { branches } = stage.store;
    const said = (): string => branches.edit.peek()?.hint?.text ?? "";
    branches.beginEdit("t1");
    for (const [text, says] of [[" \n", /Write a message first/], ["x".repeat(400_001), /400,001 characters; the limit is 400,000/]] as const) {
      branches.write(text);
      await branches.resend();
      assert.match(said(), says);
    }
    const root = show(stage, "t1");
    assert.equal(root.all("p").find((line) => line.getAttribute("role") === "alert")?.textContent, said());
    branches.write("One!");
    assert.equal(said(), "");
    assert.deepEqual(stage.asked("turn.edit"), []);
    stage.host.emit({ type: "turn.started", chatId, turnId: "t9", model: "model-a" });
    await stage.settle();
    await branches.resend();
    assert.match(said(), /still answering/);
  });

  it("ends by Escape with the question as it was, and does nothing else then", async () => {
    const stage = await createStoreStage(CHAT);
    stage.store.branches.beginEdit("t1");
    const root = show(stage, "t1");
    const key = (name: string, more: object = {}) => {
      let isPrevented = false;
      const [editor] = root.all("div").filter((node) => node.getAttribute("class") === "question-editor");
      editor?.dispatch("keydown", { type: "keydown", key: name, target: null, preventDefault: () => (isPrevented = true), ...more });
      return isPrevented;
    };
    assert.equal(key("Escape", { isComposing: true }), false);
    assert.ok(stage.store.branches.edit.value);
    assert.equal(key("Escape"), true, "so that the panel does not take it for Stop");
    assert.equal(stage.store.branches.edit.value, undefined);
    await painted();
    assert.match(root.textContent, /One/);
    assert.equal(focused?.getAttribute("aria-label"), "Edit and resend");
    assert.equal(root.all("textarea").length, 0);
  });

  it("is given up when another chat is shown", async () => {
    const stage = await createStoreStage(CHAT);
    stage.store.branches.beginEdit("t1");
    await Promise.all([stage.store.openChat(null), stage.settle()]);
    assert.deepEqual([stage.store.branches.edit.value, stage.store.branches.focusWish.value], [undefined, undefined]);
  });
});
