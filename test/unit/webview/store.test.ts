import assert from "node:assert/strict";
import { effect } from "@preact/signals";
import { CallError } from "../../../src/core/protocol/rpc";
import { strings } from "../../../src/webview/strings";
import { createStoreStage } from "./stage";

const chatId = "c1";
const ASKED = [
  { type: "chat.created", chatId, title: "A chat" },
  { type: "turn.started", chatId, turnId: "t1", model: "model-a" },
  { type: "block.started", chatId, turnId: "t1", blockId: "q", role: "user", block: { kind: "text" } },
  { type: "block.part", chatId, turnId: "t1", blockId: "q", offset: 0, text: "Why?" },
  { type: "block.ended", chatId, turnId: "t1", blockId: "q" },
  { type: "block.started", chatId, turnId: "t1", blockId: "a", role: "assistant", block: { kind: "text" } },
] as const;
const STREAMING = { chatId, chats: { [chatId]: ASKED } };
const delta = (offset: number, text: string) => ({ type: "block.delta", chatId, turnId: "t1", blockId: "a", offset, text }) as const;
const ended = { type: "turn.ended", chatId, turnId: "t1", status: "done" } as const;

describe("store: the shown chat", () => {
  it("shows the chat, draft, model and context that the host kept", async () => {
    const context = { contextId: "x", path: "/a/b.ts", language: "typescript" };
    const { store } = await createStoreStage({ ...STREAMING, draft: "half a thought", model: "model-b", context });
    assert.equal(store.chat.chatId.value, chatId);
    assert.equal(store.chat.title.value, "A chat");
    assert.deepEqual(store.chat.turnIds.value, ["t1"]);
    assert.equal(store.chat.isRunning.value, true);
    assert.equal(store.composer.draft.value, "half a thought");
    assert.equal(store.models.current.value, "model-b");
    assert.deepEqual(store.models.choices.value.map((choice) => choice.id), ["model-b", "model-a"]);
    assert.deepEqual(store.composer.context.value, context);
  });

  it("fires for a delta the open block's signal and no other", async () => {
    const { host, store, settle } = await createStoreStage(STREAMING);
    const fired: string[] = [];
    const signals = {
      ids: store.chat.turnIds,
      running: store.chat.isRunning,
      title: store.chat.title,
      head: store.chat.turn("t1"),
      question: store.chat.block("t1", "q"),
      answer: store.chat.block("t1", "a"),
    };
    const stops = Object.entries(signals).map(([name, signal]) => effect(() => void (signal?.value, fired.push(name))));
    fired.length = 0;
    host.emit(delta(0, "Be"), delta(2, "cause"));
    await settle();
    assert.deepEqual(fired, ["answer"]);
    assert.equal(store.chat.block("t1", "a")?.value.text, "Because");
    fired.length = 0;
    host.emit({ ...ended, status: "cancelled" });
    await settle();
    assert.deepEqual(["ids", "running", "title", "head"].filter((name) => fired.includes(name)), ["running", "head"]);
    stops.forEach((stop) => stop());
  });

  it("attaches again when durable events were missed", async () => {
    const { host, store, settle, asked } = await createStoreStage(STREAMING);
    host.lose({ type: "block.part", chatId, turnId: "t1", blockId: "a", offset: 0, text: "Because " });
    host.emit(delta(8, "it "), delta(11, "does."));
    await settle();
    assert.equal(asked("chat.attach").length, 2);
    assert.equal(store.chat.block("t1", "a")?.value.text, "Because it does.");
  });

  it("keeps what arrives between an attach's snapshot and its reply", async () => {
    const stage = await createStoreStage({
      chats: { [chatId]: ASKED },
      handlers: {
        "chat.attach": () => {
          const chat = stage.host.chat(chatId);
          stage.host.emit(delta(0, "Early"));
          return { chat, draft: "", isWhole: true, isElsewhere: false, unsaved: null };
        },
      },
    });
    await Promise.all([stage.store.openChat(chatId), stage.settle()]);
    stage.host.emit(delta(5, ", late"));
    await stage.settle();
    assert.equal(stage.asked("chat.attach").length, 1);
    assert.equal(stage.store.chat.block("t1", "a")?.value.text, "Early, late");
  });

  it("puts a long chat's earlier turns before those it began with, says nothing of them, and keeps them over a gap", async () => {
    const turns = Array.from({ length: 250 }, (_, index) => ({ turnId: `t${index}`, model: "m", startedAt: index, status: "done" as const, blocks: [] }));
    const whole = { chatId, seq: 500, title: "A long one", createdAt: 1, updatedAt: 1, isDeleted: false, turns };
    const { store, host, clock, settle, asked } = await createStoreStage({
      chatId,
      handlers: {
        "chat.attach": () => ({ chat: { ...whole, title: "", turns: turns.slice(-40) }, draft: "", isWhole: false, isElsewhere: false, unsaved: null }),
        "chat.earlier": ({ beforeTurnId, limit }) => {
          const end = turns.findIndex((turn) => turn.turnId === beforeTurnId);
          return { chat: { ...whole, turns: turns.slice(Math.max(0, end - limit), end) }, isWhole: end <= limit };
        },
      },
    });
    assert.equal(store.chat.turnIds.value.length, 40);
    for (let page = 0; page < 4; page++) await clock.advance(100);
    assert.deepEqual([store.chat.turnIds.value, store.chat.title.value, store.spoken.value], [turns.map((turn) => turn.turnId), "A long one", undefined]);
    assert.equal(asked("chat.earlier").length, 3);
    host.send("chat.events", { events: [{ v: 1, id: "e", seq: 600, at: 1, type: "chat.renamed", chatId, title: "After a gap" }] });
    await settle();
    await clock.advance(1_000);
    assert.deepEqual([asked("chat.attach").length > 1, store.chat.turnIds.value.length, asked("chat.earlier").length], [true, 250, 3]);
  });

  it("gives up attaching when each answer is behind the events", async () => {
    const stale = { chatId, seq: 1, title: "A chat", createdAt: 0, updatedAt: 0, isDeleted: false, turns: [] };
    const { host, settle, asked } = await createStoreStage({ ...STREAMING, handlers: { "chat.attach": () => ({ chat: stale, draft: "", isWhole: true, isElsewhere: false, unsaved: null }) } });
    host.emit(ended);
    await settle();
    await settle();
    assert.equal(asked("chat.attach").length, 4);
  });

  it("ignores events of other chats", async () => {
    const { host, store, settle } = await createStoreStage({ chatId, chats: { [chatId]: ASKED, other: [{ type: "chat.created", chatId: "other", title: "Another" }] } });
    host.emit({ type: "chat.renamed", chatId: "other", title: "Renamed" });
    await settle();
    assert.equal(store.chat.title.value, "A chat");
  });

  it("shows why a chat could not be read, and reads it on demand", async () => {
    let isBroken = true;
    const chat = { chatId, seq: 1, title: "Mended", createdAt: 0, updatedAt: 0, isDeleted: false, turns: [] };
    const { store, settle } = await createStoreStage({
      ...STREAMING,
      handlers: {
        "chat.attach": () => {
          if (isBroken) throw new CallError("refused", "The disk is gone.");
          return { chat, draft: "", isWhole: true, isElsewhere: false, unsaved: null };
        },
      },
    });
    assert.equal(store.chat.problem.value, "The disk is gone.");
    assert.equal(store.chat.isLoading.value, false);
    isBroken = false;
    await store.chat.reload();
    await settle();
    assert.equal(store.chat.problem.value, undefined);
    assert.equal(store.chat.title.value, "Mended");
  });

  it("starts with a new chat when the last one was deleted", async () => {
    const { store, asked } = await createStoreStage({ chatId, chats: { [chatId]: [...ASKED, ended, { type: "chat.deleted", chatId }] } });
    assert.equal(store.chat.chatId.value, null);
    assert.deepEqual(store.chat.turnIds.value, []);
    assert.deepEqual(asked("panel.show"), [{ chatId: null }]);
  });

  it("says why the panel could not be opened and tries again", async () => {
    let isBroken = true;
    const { store, settle } = await createStoreStage({
      handlers: {
        "panel.open": () => {
          if (isBroken) throw new CallError("refused", "Not yet.");
          return { connection: { status: "ready", offersEnvironmentKey: false }, chatId: null, draft: "", model: "m", effort: null, models: [], context: null, examples: [], isTab: false };
        },
      },
    });
    assert.equal(store.startProblem.value, "Not yet.");
    isBroken = false;
    await store.start();
    await settle();
    assert.equal(store.startProblem.value, undefined);
    assert.equal(store.connection.value?.status, "ready");
  });
});

describe("store: the connection", () => {
  it("asks for the models when it comes to life, and when the demo is left without a key", async () => {
    let model = "demo";
    const { host, store, settle, asked } = await createStoreStage({
      model,
      connection: { status: "demo", offersEnvironmentKey: false },
      handlers: { "models.list": () => ({ models: model === "demo" ? [{ id: "demo", name: "Demo model", hasAdaptiveThinking: false, efforts: [] }] : [], model }) },
    });
    const become = async (status: "checking" | "noKey" | "ready" | "offline"): Promise<number> => {
      host.send("connection.changed", { connection: { status, offersEnvironmentKey: false } });
      await settle();
      return asked("models.list").length;
    };
    assert.equal(asked("models.list").length, 1);
    assert.equal(store.models.nameOf("demo"), "Demo model");
    model = "model-a";
    assert.equal(await become("checking"), 1);
    assert.equal(await become("noKey"), 2);
    assert.equal(store.models.current.value, "model-a");
    assert.deepEqual(store.models.choices.value.map((choice) => choice.id), ["model-a"]);
    assert.equal(await become("offline"), 2);
    assert.equal(await become("noKey"), 2, "there was no demo to be left");
    assert.equal(await become("ready"), 3);
  });
});

describe("store: retry", () => {
  it("ends at a circle of retries", async () => {
    const question = { blockId: "q", role: "user", block: { kind: "text" }, text: "Why?", isOpen: false } as const;
    const turn = { model: "m", startedAt: 0, status: "interrupted", blocks: [question] } as const;
    const turns = [{ ...turn, turnId: "t1", retryOf: "t2" }, { ...turn, turnId: "t2", retryOf: "t1" }];
    const chat = { chatId, seq: 9, title: "A chat", createdAt: 0, updatedAt: 0, isDeleted: false, turns };
    const { store, settle } = await createStoreStage({ chatId, handlers: { "chat.attach": () => ({ chat, draft: "", isWhole: true, isElsewhere: false, unsaved: null }), "turn.retry": () => ({ turnId: "t3" }) } });
    store.composer.write("Why?");
    await Promise.all([store.retry("t2"), settle()]);
    assert.equal(store.composer.hint.value, undefined);
    assert.equal(store.composer.draft.value, "");
  });
});

describe("store: announcements", () => {
  const heard = async (options: Parameters<typeof createStoreStage>[0], act: (stage: Awaited<ReturnType<typeof createStoreStage>>) => Promise<void>): Promise<readonly string[]> => {
    const stage = await createStoreStage(options);
    const texts: string[] = [];
    const stop = effect(() => void (stage.store.spoken.value !== undefined && texts.push(stage.store.spoken.value.text)));
    await act(stage);
    await stage.settle();
    stop();
    return texts;
  };

  it("says each answer once, when it is complete", async () => {
    const texts = await heard(STREAMING, async ({ host, settle }) => {
      host.emit(delta(0, "**Because** "));
      await settle();
      host.emit({ type: "block.part", chatId, turnId: "t1", blockId: "a", offset: 0, text: "**Because** of `x`." }, ended);
      await settle();
      host.emit({ type: "chat.renamed", chatId, title: "Why" });
    });
    assert.deepEqual(texts, ["Claude answered: Because of x."]);
  });

  it("says nothing of answers that were there when the chat was opened", async () => {
    assert.deepEqual(await heard({ chatId, chats: { [chatId]: [...ASKED, ended] } }, async ({ store }) => store.openChat(chatId)), []);
  });

  it("says the answer to a question asked from here even if it ended before the chat was attached", async () => {
    const failure = { code: "offline", message: "Claude could not be reached." } as const;
    const texts = await heard({}, async ({ host, store, settle }) => {
      store.composer.write("Why?");
      const sent = store.composer.send();
      await Promise.resolve();
      await Promise.resolve();
      host.emit({ type: "turn.ended", chatId: "c1", turnId: "t1", status: "failed", failure });
      await sent;
      await settle();
    });
    assert.deepEqual(texts, ["Claude could not be reached."]);
  });

  it("says once that the server is waited for, however often the time is heard of", async () => {
    const waiting = { type: "turn.waiting", chatId, turnId: "t1", untilAt: Date.now() + 30_000, attempt: 2, message: "Busy." } as const;
    const texts = await heard(STREAMING, async ({ host, settle }) => {
      host.emit(waiting);
      await settle();
      host.emit(waiting);
      await settle();
      host.emit(delta(0, "Because"), { ...ended, status: "cancelled" });
    });
    assert.deepEqual(texts, [strings.announce.waiting("Busy.", 30), strings.announce.stopped]);
  });

  it("says that a chat was deleted, and that it is back", async () => {
    const texts = await heard(STREAMING, async ({ store, settle }) => {
      store.showView("history");
      await settle();
      await store.deleteChat(chatId);
      await settle();
      await store.undoDelete();
    });
    assert.deepEqual(texts, [strings.history.deleted, strings.announce.restored]);
  });

  it("says that an answer was stopped, and an identical end of the next one again", async () => {
    const texts = await heard(STREAMING, async ({ host, store, settle }) => {
      await store.stop();
      await settle();
      host.emit({ type: "turn.started", chatId, turnId: "t2", model: "m" }, { ...ended, turnId: "t2", status: "cancelled" });
    });
    assert.deepEqual(texts, [strings.announce.stopped, strings.announce.stopped]);
  });
});

describe("store: history", () => {
  const titled = (id: string) => [{ type: "chat.created", chatId: id, title: `Chat ${id}` }] as const;
  const TWO = { chats: { c1: titled("c1"), c2: titled("c2") } };

  it("lists chats newest first and follows changes", async () => {
    const { host, store, settle } = await createStoreStage(TWO);
    store.showView("history");
    await settle();
    assert.deepEqual(store.history.chats.value?.map((chat) => chat.chatId), ["c2", "c1"]);
    host.emit({ type: "chat.renamed", chatId: "c1", title: "Newer" });
    host.send("chats.changed", {});
    await settle();
    assert.deepEqual(store.history.chats.value?.map((chat) => chat.title), ["Newer", "Chat c2"]);
  });

  it("reads the list only while it is shown, and anew when it is opened", async () => {
    const { host, store, settle, asked } = await createStoreStage(TWO);
    const change = async (title: string): Promise<number> => {
      host.emit({ type: "chat.renamed", chatId: "c1", title });
      host.send("chats.changed", {});
      await settle();
      return asked("chat.list").length;
    };
    assert.equal(await change("Never shown"), 0);
    store.showView("history");
    await settle();
    assert.equal(await change("Shown"), 2);
    store.showView("chat");
    assert.equal(await change("Left"), 2);
    store.showView("history");
    await settle();
    assert.equal(asked("chat.list").length, 3);
    assert.equal(store.history.chats.value?.[0]?.title, "Left");
  });

  it("says that the list could not be read, and why", async () => {
    const refuse = (): never => {
      throw new CallError("refused", "The disk is gone.");
    };
    const { store, settle } = await createStoreStage({ ...TWO, handlers: { "chat.list": refuse } });
    store.showView("history");
    await settle();
    assert.equal(store.history.problem.value, "The list of chats could not be read. The disk is gone.");
  });

  it("deletes at once, shows a new chat in place of the deleted one, and undo brings both back", async () => {
    const { store, settle } = await createStoreStage({ ...TWO, chatId: "c2" });
    store.showView("history");
    await settle();
    const deleting = store.deleteChat("c2");
    assert.deepEqual(store.history.chats.value?.map((chat) => chat.chatId), ["c1"]);
    await deleting;
    await settle();
    assert.equal(store.chat.chatId.value, null);
    assert.equal(store.view.value, "history");
    assert.equal(store.history.undoable.value?.title, "Chat c2");
    await store.undoDelete();
    await settle();
    assert.deepEqual(store.history.chats.value?.map((chat) => chat.chatId).toSorted(), ["c1", "c2"]);
    assert.equal(store.chat.chatId.value, "c2");
    assert.equal(store.history.undoable.value, undefined);
  });

  it("offers to undo for ten seconds, and longer while the person is at it", async () => {
    const { clock, store, settle } = await createStoreStage(TWO);
    store.showView("history");
    await settle();
    await Promise.all([store.deleteChat("c1"), settle()]);
    await clock.advance(9_000);
    store.history.holdUndo();
    await clock.advance(60_000);
    assert.equal(store.history.undoable.value?.chatId, "c1");
    store.history.releaseUndo();
    await clock.advance(9_999);
    assert.equal(store.history.undoable.value?.chatId, "c1");
    await clock.advance(1);
    assert.equal(store.history.undoable.value, undefined);
  });

  it("puts the chat back and says why when it cannot be deleted", async () => {
    const { store, settle } = await createStoreStage({
      ...TWO,
      chatId: "c1",
      handlers: {
        "chat.delete": () => {
          throw new CallError("refused", "The disk is full.");
        },
      },
    });
    store.showView("history");
    await settle();
    await Promise.all([store.deleteChat("c1"), settle()]);
    assert.deepEqual(store.history.chats.value?.map((chat) => chat.chatId), ["c2", "c1"]);
    assert.equal(store.history.problem.value, "The disk is full.");
    assert.equal(store.chat.chatId.value, "c1");
  });
});
