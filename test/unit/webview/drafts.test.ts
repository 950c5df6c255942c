import assert from "node:assert/strict";
import { CallError } from "../../../src/core/protocol/rpc";
import { createStoreStage } from "./stage";

const asked = (chatId: string, ...texts: readonly string[]) => [
  { type: "chat.created", chatId, title: `Chat ${chatId}` } as const,
  ...texts.flatMap((text, index) => {
    const turn = { chatId, turnId: `${chatId}t${index}` };
    return [
      { type: "turn.started", ...turn, model: "model-a" },
      { type: "block.started", ...turn, blockId: "q", role: "user", block: { kind: "text" } },
      { type: "block.part", ...turn, blockId: "q", offset: 0, text },
      { type: "block.ended", ...turn, blockId: "q" },
      { type: "turn.ended", ...turn, status: "done" },
    ] as const;
  }),
];

describe("drafts", () => {
  const TWO = { chats: { c1: asked("c1"), c2: asked("c2") } };

  it("saves the draft of the chat that is left and shows the other's", async () => {
    const { store, settle, asked: askedFor } = await createStoreStage({ ...TWO, chatId: "c1", draft: "for one", drafts: { c2: "for two" } });
    store.composer.write("for one, and more");
    await Promise.all([store.openChat("c2"), settle()]);
    assert.equal(store.composer.draft.value, "for two");
    assert.deepEqual(askedFor("draft.save"), [{ chatId: "c1", text: "for one, and more" }]);
    await Promise.all([store.openChat("c1"), settle()]);
    assert.equal(store.composer.draft.value, "for one, and more");
  });

  it("gives the chat not begun a draft of its own, read from the host once after a reload", async () => {
    const { store, settle, asked: askedFor } = await createStoreStage({ ...TWO, chatId: "c1", draft: "for one", drafts: { "": "for a new one" } });
    await Promise.all([store.openChat(null), settle()]);
    assert.equal(store.composer.draft.value, "for a new one");
    await Promise.all([store.openChat("c1"), settle()]);
    assert.equal(store.composer.draft.value, "for one");
    await Promise.all([store.openChat(null), settle()]);
    assert.equal(store.composer.draft.value, "for a new one");
    assert.equal(askedFor("panel.open").length, 2);
  });

  it("takes over what another page of the window has in the box, but not while it is written in here", async () => {
    const { store, host, clock, settle, asked: askedFor } = await createStoreStage({ ...TWO, chatId: "c1", draft: "one", drafts: { c2: "two" } });
    const elsewhere = (chatId: string, text: string) => {
      host.send("draft.changed", { chatId, text });
      return settle();
    };
    await elsewhere("c1", "one, from beside");
    assert.equal(store.composer.draft.value, "one, from beside");
    await elsewhere("c2", "two, from beside");
    assert.equal(store.composer.draft.value, "one, from beside");
    store.composer.write("typed here");
    await elsewhere("c1", "too late");
    assert.equal(store.composer.draft.value, "typed here");
    await clock.advance(1000);
    assert.deepEqual(askedFor("draft.save"), [{ chatId: "c1", text: "typed here" }]);
    await Promise.all([store.openChat("c2"), settle()]);
    assert.equal(store.composer.draft.value, "two, from beside");
  });

  it("keeps what was typed before the host had said which chat is shown, for that chat", async () => {
    let isReady = false;
    const opened = { connection: { status: "ready", offersEnvironmentKey: false }, chatId: "c1", draft: "kept", model: "m", effort: null, models: [], context: null, examples: [], isTab: false } as const;
    const open = () => {
      if (!isReady) throw new CallError("refused", "Not yet.");
      return opened;
    };
    const { store, clock, settle, asked: askedFor } = await createStoreStage({ ...TWO, handlers: { "panel.open": open } });
    store.composer.write("early");
    await clock.advance(1000);
    assert.deepEqual(askedFor("draft.save"), []);
    isReady = true;
    await Promise.all([store.start(), settle()]);
    await clock.advance(1000);
    assert.equal(store.composer.draft.value, "early");
    assert.deepEqual(askedFor("draft.save"), [{ chatId: "c1", text: "early" }]);
  });

  it("leaves the draft in its chat when the person goes elsewhere while it is sent", async () => {
    const reply = Promise.withResolvers<never>();
    const { store, settle } = await createStoreStage({ ...TWO, chatId: "c1", handlers: { "turn.submit": () => reply.promise } });
    store.composer.write("Why?");
    const sending = store.composer.send();
    await Promise.all([store.openChat("c2"), settle()]);
    assert.equal(store.composer.draft.value, "");
    store.composer.write("for two");
    reply.reject(new CallError("refused", "The disk is full."));
    await Promise.all([sending, settle()]);
    assert.equal(store.composer.draft.value, "for two");
    await Promise.all([store.openChat("c1"), settle()]);
    assert.equal(store.composer.draft.value, "Why?");
  });

  it("takes what was sent out of its chat's draft although another chat is shown by then", async () => {
    const reply = Promise.withResolvers<{ chatId: string; turnId: string }>();
    const { store, settle, asked: askedFor } = await createStoreStage({ ...TWO, chatId: "c1", handlers: { "turn.submit": () => reply.promise } });
    store.composer.write("Why?");
    const sending = store.composer.send();
    await Promise.all([store.openChat("c2"), settle()]);
    reply.resolve({ chatId: "c1", turnId: "t9" });
    await Promise.all([sending, settle()]);
    assert.deepEqual(askedFor("draft.save").at(-1), { chatId: "c1", text: "" });
    await Promise.all([store.openChat("c1"), settle()]);
    assert.equal(store.composer.draft.value, "");
  });

  it("takes what was typed on along into the chat that a first message begins", async () => {
    const { store, settle, asked: askedFor } = await createStoreStage();
    store.composer.write("First");
    const sending = store.composer.send();
    store.composer.write("First, next");
    await Promise.all([sending, settle()]);
    store.composer.flush();
    await settle();
    assert.equal(store.chat.chatId.value, "c1");
    assert.equal(store.composer.draft.value, ", next");
    assert.deepEqual(askedFor("draft.save").slice(-2), [{ chatId: null, text: "" }, { chatId: "c1", text: ", next" }]);
  });
});

describe("recall", () => {
  const stage = () => createStoreStage({ chatId: "c1", chats: { c1: asked("c1", "One?", "Two?", "One?", "Three?") } });

  it("brings earlier questions back, older and newer, each once", async () => {
    const { store } = await stage();
    const { recall, draft } = store.composer;
    const seen: string[] = [];
    for (const step of [recall.older, recall.older, recall.older, recall.older, recall.newer, recall.newer, recall.newer, recall.newer]) {
      step();
      seen.push(draft.value);
    }
    assert.deepEqual(seen, ["Three?", "One?", "Two?", "Two?", "One?", "Three?", "", ""]);
  });

  it("leaves a draft alone, and a recalled question once it is edited", async () => {
    const { store } = await stage();
    const { recall, draft } = store.composer;
    store.composer.write("mine");
    recall.older();
    assert.equal(draft.value, "mine");
    store.composer.write("");
    recall.older();
    assert.equal(recall.isRecalled.value, true);
    store.composer.write("Three? Really");
    assert.equal(recall.isRecalled.value, false);
    recall.older();
    recall.newer();
    recall.forget();
    assert.equal(draft.value, "Three? Really");
  });

  it("empties the box again", async () => {
    const { store } = await stage();
    store.composer.recall.older();
    store.composer.recall.forget();
    assert.equal(store.composer.draft.value, "");
    assert.equal(store.composer.recall.isRecalled.value, false);
  });

  it("knows nothing to recall in a chat not begun", async () => {
    const { store } = await createStoreStage();
    store.composer.recall.older();
    assert.equal(store.composer.draft.value, "");
  });
});
