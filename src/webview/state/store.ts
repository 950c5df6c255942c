import { computed, effect, signal, untracked, type ReadonlySignal } from "@preact/signals";
import { DisposableStore, disposable, type Disposable } from "../../core/base/disposables";
import { describeError } from "../../core/base/errors";
import type { Timers } from "../../core/base/timers";
import type { Connection, Method, Params } from "../../core/protocol/calls";
import type { ChatState, Turn } from "../../core/protocol/chatState";
import type { Client } from "../../core/protocol/rpc";
import { announcementOf, answerText, endedTurns } from "./announcements";
import { createChatSession, type ChatSession } from "./chatSession";
import { createComposer, type Composer } from "./composer";
import { createHistory, type History } from "./history";
import { createModels, type Models } from "./models";
import { strings } from "../strings";

export type View = "chat" | "history";

export interface Spoken {
  readonly number: number;
  readonly text: string;
}

/** The panel's whole state and everything that changes it. Views read signals and call functions; nothing else writes. */
export interface Store extends Disposable {
  readonly view: ReadonlySignal<View>;
  /** Undefined until the host has said how things stand. */
  readonly connection: ReadonlySignal<Connection | undefined>;
  /** Why the panel could not be opened. */
  readonly startProblem: ReadonlySignal<string | undefined>;
  /** What was last said aloud; each has its own number, so that the same words twice are two. */
  readonly spoken: ReadonlySignal<Spoken | undefined>;
  readonly chat: ChatSession;
  readonly composer: Composer;
  readonly models: Models;
  readonly history: History;
  start(): Promise<void>;
  showView(view: View): void;
  openChat(chatId: string | null): Promise<void>;
  stop(): Promise<void>;
  retry(turnId: string): Promise<void>;
  deleteChat(chatId: string): Promise<void>;
  undoDelete(): Promise<void>;
  /** Asks the host for something whose outcome it shows itself; a refusal is shown at the message box. */
  ask<M extends Asked>(method: M, params: Params<M>): void;
}

type Asked = Extract<Method, `key.${string}` | "demo.choose" | "link.open" | "log.show">;

export function createStore(client: Client, timers: Timers): Store {
  const owned = new DisposableStore();
  const view = signal<View>("chat");
  const connection = signal<Connection | undefined>(undefined);
  const status = computed(() => connection.value?.status);
  const startProblem = signal<string | undefined>(undefined);
  const spoken = signal<Spoken | undefined>(undefined);
  /** The chat that was shown when it was deleted: taking that back shows it again. */
  let deletedWhileShown: string | undefined;
  let askedTurnId: string | undefined;
  let spokenCount = 0;

  const chat = createChatSession({ client, onStep });
  const models = createModels(client, (error) => composer.showError(error));
  const history = createHistory(client, timers);
  const composer = createComposer({
    client,
    timers,
    connection,
    chatId: chat.chatId,
    isRunning: chat.isRunning,
    model: models.current,
    onSent(sent, fromChatId) {
      askedTurnId = sent.turnId;
      if (chat.chatId.peek() === fromChatId && sent.chatId !== fromChatId) void openChat(sent.chatId);
    },
  });

  owned.add(client.on("chat.events", ({ events }) => chat.receive(events)));
  // Opening History reads the list anew, so nobody misses a change while it is not shown.
  owned.add(client.on("chats.changed", () => void (view.peek() === "history" && history.refresh())));
  owned.add(client.on("connection.changed", (data) => void (connection.value = data.connection)));
  owned.add(client.on("context.changed", ({ context }) => composer.setContext(context)));
  owned.add(client.on("panel.show", ({ chatId }) => void showChat(chatId)));
  owned.add(client.on("panel.view", (data) => showView(data.view)));
  owned.add(disposable(effect(onConnected)));

  /** Runs when the connection comes to life, not with each word about it: asking for models brings such words. */
  function onConnected(): void {
    if (status.value !== "ready" && status.value !== "demo") return;
    untracked(composer.forgetMissingKey);
    void models.refresh();
  }

  function say(text: string): void {
    spoken.value = { number: ++spokenCount, text };
  }

  function onStep(before: ChatState | undefined, after: ChatState): void {
    for (const turn of endedTurns(before, after, askedTurnId)) {
      say(announcementOf(turn));
      if (turn.turnId !== askedTurnId) continue;
      askedTurnId = undefined; // said once: opening the chat again is no news of it
      if (turn.status === "failed" && answerText(turn) === "") composer.putBack(questionText(after, turn));
    }
    if (after.isDeleted) void putAside(after.chatId);
  }

  async function start(): Promise<void> {
    startProblem.value = undefined;
    try {
      const opened = await client.call("panel.open", {});
      models.restore(opened.model, opened.models);
      composer.restore(opened.draft);
      composer.setContext(opened.context);
      const shown = chat.show(opened.chatId);
      connection.value = opened.connection;
      await shown;
    } catch (error) {
      startProblem.value = describeError(error);
    }
  }

  function showView(next: View): void {
    view.value = next;
    if (next === "history") void history.refresh();
    else composer.focus();
  }

  async function showChat(chatId: string | null): Promise<void> {
    spoken.value = undefined;
    view.value = "chat";
    composer.focus();
    await chat.show(chatId);
  }

  /** Shows a chat on the person's wish, and lets the host know. */
  async function openChat(chatId: string | null): Promise<void> {
    tell("panel.show", { chatId });
    await showChat(chatId);
  }

  /** Takes a deleted chat off the screen, wherever the person is. */
  async function putAside(chatId: string): Promise<void> {
    if (chat.chatId.peek() !== chatId) return;
    tell("panel.show", { chatId: null });
    await chat.show(null);
  }

  function tell<M extends Asked | "panel.show">(method: M, params: Params<M>): void {
    client.call(method, params).catch((error: unknown) => composer.showError(error));
  }

  async function tryTo(action: Promise<unknown>): Promise<void> {
    try {
      await action;
    } catch (error) {
      composer.showError(error);
    }
  }

  return {
    view,
    connection,
    startProblem,
    spoken,
    chat,
    composer,
    models,
    history,
    start,
    showView,
    openChat,
    async stop() {
      const chatId = chat.chatId.peek();
      if (chatId !== null && chat.isRunning.peek()) await tryTo(client.call("turn.stop", { chatId }));
    },
    async retry(turnId) {
      const chatId = chat.chatId.peek();
      if (chatId === null) return;
      await tryTo(
        client.call("turn.retry", { chatId, turnId, model: models.current.peek() }).then((begun) => {
          askedTurnId = begun.turnId;
          const state = chat.snapshot();
          const turn = state?.turns.find((candidate) => candidate.turnId === turnId);
          if (state !== undefined && turn !== undefined) composer.takeOut(questionText(state, turn));
        }),
      );
    },
    async deleteChat(chatId) {
      deletedWhileShown = chat.chatId.peek() === chatId ? chatId : undefined;
      if (!(await history.delete(chatId))) return;
      await putAside(chatId);
      say(strings.history.deleted);
    },
    async undoDelete() {
      const restored = await history.undo();
      if (restored === undefined || restored !== deletedWhileShown || chat.chatId.peek() !== null) return;
      tell("panel.show", { chatId: restored });
      await chat.show(restored);
    },
    ask: tell,
    dispose() {
      composer.flush();
      owned.dispose();
    },
  };
}

/** The words of a turn's question; a retry has those of the turn it repeats. `passed` ends a circle of retries. */
function questionText(state: ChatState, turn: Turn, passed: readonly Turn[] = []): string {
  const origin = state.turns.find((candidate) => candidate.turnId === turn.retryOf);
  if (origin !== undefined && origin !== turn && !passed.includes(origin)) return questionText(state, origin, [...passed, turn]);
  return turn.blocks.filter((block) => block.role === "user" && block.block.kind === "text").map((block) => block.text).join("\n\n");
}
