import assert from "node:assert/strict";
import { CallError } from "../../../src/core/protocol/rpc";
import { composerAction, type BoxSituation, type ComposerKey } from "../../../src/webview/state/composerKeys";
import { strings } from "../../../src/webview/strings";
import { createStoreStage } from "./stage";

const context = { contextId: "x1", path: "/a/b.ts", language: "typescript" };

const IDLE: BoxSituation = { isRunning: false, isEmpty: false, isRecalled: false };
const RUNNING: BoxSituation = { ...IDLE, isRunning: true };

describe("composerAction", () => {
  const key = (change: Partial<ComposerKey>): ComposerKey => ({ key: "Enter", shiftKey: false, altKey: false, ctrlKey: false, metaKey: false, isComposing: false, keyCode: 13, ...change });

  it("sends with Enter and breaks the line with Shift or Alt", () => {
    assert.equal(composerAction(key({}), IDLE), "send");
    assert.equal(composerAction(key({ shiftKey: true }), IDLE), undefined);
    assert.equal(composerAction(key({ altKey: true }), IDLE), undefined);
    assert.equal(composerAction(key({ key: "a", keyCode: 65 }), IDLE), undefined);
  });

  it("leaves every key to an input method that composes", () => {
    assert.equal(composerAction(key({ isComposing: true }), IDLE), undefined);
    assert.equal(composerAction(key({ keyCode: 229 }), IDLE), undefined);
    assert.equal(composerAction(key({ key: "Escape", keyCode: 27, isComposing: true }), RUNNING), undefined);
  });

  it("recalls with Up in an empty box or on a recalled question, and goes back with Down and Escape", () => {
    const [up, down, escape] = [key({ key: "ArrowUp" }), key({ key: "ArrowDown" }), key({ key: "Escape" })];
    const recalled = { ...RUNNING, isRecalled: true };
    assert.equal(composerAction(up, { ...IDLE, isEmpty: true }), "recallOlder");
    assert.equal(composerAction(up, IDLE), undefined);
    assert.deepEqual([up, down, escape].map((event) => composerAction(event, recalled)), ["recallOlder", "recallNewer", "forgetRecalled"]);
    assert.equal(composerAction(down, { ...IDLE, isEmpty: true }), undefined);
    assert.equal(composerAction(key({ key: "ArrowUp", shiftKey: true }), recalled), undefined);
  });

  it("stops with Escape while an answer streams, and only then", () => {
    assert.equal(composerAction(key({ key: "Escape", keyCode: 27 }), RUNNING), "stop");
    assert.equal(composerAction(key({ key: "Escape", keyCode: 27 }), IDLE), undefined);
  });
});

describe("composer", () => {
  it("sends the message with model and context, then empties the box and shows the new chat", async () => {
    const { store, settle, asked } = await createStoreStage({ context, model: "model-a" });
    store.composer.write("\n  const a = 1; // why?\n\n");
    await Promise.all([store.composer.send(), settle()]);
    await settle();
    assert.deepEqual(asked("turn.submit"), [{ chatId: null, text: "  const a = 1; // why?", model: "model-a", effort: null, contextId: "x1" }]);
    assert.equal(store.composer.draft.value, "");
    assert.deepEqual(asked("draft.save"), [{ chatId: null, text: "\n  const a = 1; // why?\n\n" }, { chatId: null, text: "" }]);
    assert.equal(store.chat.chatId.value, "c1");
    assert.deepEqual(asked("panel.show"), [{ chatId: "c1" }]);
    assert.equal(store.chat.isRunning.value, true);
  });

  it("keeps the draft and says what the host said when the message was not taken", async () => {
    const refuse = (): never => {
      throw new CallError("refused", "The attached file is no longer open.");
    };
    const { store, settle } = await createStoreStage({ handlers: { "turn.submit": refuse } });
    store.composer.write("Why?");
    await Promise.all([store.composer.send(), settle()]);
    assert.equal(store.composer.draft.value, "Why?");
    assert.deepEqual(store.composer.hint.value, { kind: "error", text: "The attached file is no longer open." });
    assert.equal(store.composer.isSending.value, false);
    store.composer.write("Why? ");
    assert.equal(store.composer.hint.value, undefined);
  });

  it("keeps what was typed while the message was on its way", async () => {
    const { store, settle } = await createStoreStage();
    store.composer.write("First");
    const sending = store.composer.send();
    store.composer.write("Second");
    await Promise.all([sending, settle()]);
    assert.equal(store.composer.draft.value, "Second");
  });

  it("saves the draft before the message leaves, and saves nothing of it again while it is on its way", async () => {
    const reply = Promise.withResolvers<never>();
    const { clock, store, settle, asked } = await createStoreStage({ handlers: { "turn.submit": () => reply.promise } });
    store.composer.write("Why?");
    const sending = store.composer.send();
    store.composer.flush();
    await clock.advance(1000);
    assert.deepEqual(asked("draft.save"), [{ chatId: null, text: "Why?" }], "from here on it is the host's to take back");
    reply.reject(new CallError("refused", "The disk is full."));
    await Promise.all([sending, settle()]);
    assert.equal(store.composer.draft.value, "Why?");
  });

  it("keeps what is typed on right after Enter, without what was sent", async () => {
    const { store, settle } = await createStoreStage();
    store.composer.write("First");
    const sending = store.composer.send();
    store.composer.write("First and next");
    await Promise.all([sending, settle()]);
    assert.equal(store.composer.draft.value, " and next");
  });

  it("gives a question that failed without an answer back, once, and takes it out when it is retried", async () => {
    const { store } = await createStoreStage();
    store.composer.putBack("Why?");
    assert.equal(store.composer.draft.value, "Why?");
    store.composer.putBack("Something else");
    assert.equal(store.composer.draft.value, "Why?", "what stands in the box is never overwritten");
    store.composer.takeOut("Something else");
    assert.equal(store.composer.draft.value, "Why?");
    store.composer.takeOut("Why?");
    assert.equal(store.composer.draft.value, "");
  });

  it("sends once, however often it is asked to", async () => {
    const { store, settle, asked } = await createStoreStage();
    store.composer.write("Why?");
    await Promise.all([store.composer.send(), store.composer.send(), settle()]);
    assert.equal(asked("turn.submit").length, 1);
  });

  for (const [name, draft, connection, hint] of [
    ["an empty message", "", {}, { kind: "hint", text: strings.composer.empty }],
    ["a blank message", " \n\t", {}, { kind: "hint", text: strings.composer.empty }],
    ["a message without a key", "Why?", { status: "noKey" }, { kind: "error", text: strings.composer.noKey, action: "setKey" }],
  ] as const) {
    it(`refuses ${name} with one clear message and keeps the draft`, async () => {
      const { store, settle, asked } = await createStoreStage({ connection });
      store.composer.write(draft);
      await Promise.all([store.composer.send(), settle()]);
      assert.deepEqual(store.composer.hint.value, hint);
      assert.equal(store.composer.draft.value, draft);
      assert.deepEqual(asked("turn.submit"), []);
    });
  }

  it("refuses a message that is too long, says by how much, and counts from 90 % of the limit on", async () => {
    const { store, settle, asked } = await createStoreStage();
    store.composer.write("x".repeat(359_999));
    assert.equal(store.composer.length.value, undefined);
    store.composer.write("x".repeat(360_000));
    assert.equal(store.composer.length.value, 360_000);
    store.composer.write(`${"x".repeat(400_001)}\n`);
    await Promise.all([store.composer.send(), settle()]);
    assert.deepEqual(store.composer.hint.value, { kind: "error", text: "The message has 400,001 characters; the limit is 400,000. Shorten it, or send it in parts." });
    assert.deepEqual(asked("turn.submit"), []);
    store.composer.write(`${"x".repeat(400_000)}\n`);
    assert.equal(store.composer.length.value, 400_000);
    await Promise.all([store.composer.send(), settle()]);
    assert.equal(asked("turn.submit").length, 1);
  });

  it("takes back what it said about the key once there is one", async () => {
    const { host, store, settle } = await createStoreStage({ connection: { status: "noKey" } });
    store.composer.write("Why?");
    await store.composer.send();
    assert.equal(store.composer.hint.value?.action, "setKey");
    host.connect({ status: "ready" });
    await settle();
    assert.equal(store.composer.hint.value, undefined);
  });

  it("refuses a message while Claude is still answering, after a moment in which the answer may end", async () => {
    const { clock, store, settle, asked } = await createStoreStage();
    store.composer.write("One");
    await Promise.all([store.composer.send(), settle()]);
    store.composer.write("Two");
    const sending = store.composer.send();
    await clock.advance(599);
    assert.equal(store.composer.hint.value, undefined);
    await clock.advance(1);
    await Promise.all([sending, settle()]);
    assert.deepEqual(store.composer.hint.value, { kind: "hint", text: strings.composer.stillAnswering });
    assert.equal(asked("turn.submit").length, 1);
  });

  it("hands the draft to the host at most 150 ms after a key, however fast the next ones come, or at once when asked", async () => {
    const { clock, store, asked } = await createStoreStage();
    store.composer.write("a");
    await clock.advance(149);
    store.composer.write("ab");
    assert.deepEqual(asked("draft.save"), []);
    await clock.advance(1);
    assert.deepEqual(asked("draft.save"), [{ chatId: null, text: "ab" }]);
    store.composer.write("abc");
    store.composer.flush();
    store.composer.flush();
    await clock.advance(1000);
    assert.deepEqual(asked("draft.save"), [{ chatId: null, text: "ab" }, { chatId: null, text: "abc" }]);
  });

  it("leaves removed context out until the context changes", async () => {
    const { host, store, settle, asked } = await createStoreStage({ context });
    store.composer.removeContext();
    assert.equal(store.composer.context.value, null);
    store.composer.write("Why?");
    await Promise.all([store.composer.send(), settle()]);
    assert.deepEqual((asked("turn.submit")[0] as { contextId: unknown }).contextId, null);
    host.send("context.changed", { context });
    await settle();
    assert.equal(store.composer.context.value, null);
    const other = { ...context, contextId: "x2", lines: { startLine: 1, endLine: 2 } };
    host.send("context.changed", { context: other });
    await settle();
    assert.deepEqual(store.composer.context.value, other);
  });

  it("asks for the models anew when the connection comes to life, not with each word about it", async () => {
    const { host, settle, asked } = await createStoreStage({ connection: { status: "noKey" } });
    assert.equal(asked("models.list").length, 0);
    host.connect({ status: "ready" });
    await settle();
    host.connect({ status: "ready", detail: "as before" });
    await settle();
    assert.equal(asked("models.list").length, 1);
    host.connect({ status: "demo" });
    await settle();
    assert.equal(asked("models.list").length, 2);
  });
});
