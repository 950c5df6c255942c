import { batch, computed, effect, signal, untracked, type ReadonlySignal } from "@preact/signals";
import { DisposableStore, disposable, type Disposable } from "../../core/base/disposables";
import { describeError } from "../../core/base/errors";
import { defined } from "../../core/base/records";
import type { Timers } from "../../core/base/timers";
import type { Connection, Method, Params, Reply, SearchHit } from "../../core/protocol/calls";
import type { ChatState } from "../../core/protocol/chatState";
import type { Client } from "../../core/protocol/rpc";
import { createChatBranches, type ChatBranches } from "./branches";
import { createChatActions, type ChatActions } from "./chatActions";
import { chatCost, hasOtherUsage, type ChatCost } from "./chatCost";
import { announcementOf, announcementOfWait, answerText, begunWaits, endedTurns } from "./announcements";
import { createChatSession, type ChatSession } from "./chatSession";
import { createComposer, type Composer } from "./composer";
import { createFind, type Find } from "./find";
import { createHistory, type History } from "./history";
import { createModels, type Models } from "./models";
import { questionText } from "./questions";
import { strings } from "../strings";
import type { InputGate } from "../ui/inputGate";
import type { Place } from "../ui/reveal";

export type View = "chat" | "history";

export interface Spoken {
  readonly number: number;
  readonly text: string;
}

/** The panel's whole state and everything that changes it. Views read signals and call functions; nothing else writes. */
export interface Store extends Disposable, ChatActions {
  readonly view: ReadonlySignal<View>;
  /** Undefined until the host has said how things stand. */
  readonly connection: ReadonlySignal<Connection | undefined>;
  /** Why the panel could not be opened. */
  readonly startProblem: ReadonlySignal<string | undefined>;
  /** What was last said aloud; each has its own number, so that the same words twice are two. */
  readonly spoken: ReadonlySignal<Spoken | undefined>;
  /** What the shown chat cost; undefined while it is not known. */
  readonly cost: ReadonlySignal<ChatCost | undefined>;
  /** Questions that the open workspace suggests. */
  readonly examples: ReadonlySignal<readonly string[]>;
  readonly chat: ChatSession;
  readonly branches: ChatBranches;
  readonly composer: Composer;
  /** Whether this page stands in an editor tab. */
  readonly isTab: ReadonlySignal<boolean>;
  readonly models: Models;
  readonly history: History;
  readonly find: Find;
  /** The turn that a search has led to, marked for a while. */
  readonly found: ReadonlySignal<Place | undefined>;
  start(): Promise<void>;
  /** Shows the place where something was found. */
  openAt(hit: Pick<SearchHit, "chatId" | "turnId" | "blockId">): Promise<void>;
  showView(view: View): void;
  openChat(chatId: string | null): Promise<void>;
  deleteChat(chatId: string): Promise<void>;
  undoDelete(): Promise<void>;
  /** Asks the host for something whose outcome it shows itself; a refusal is shown at the message box. */
  ask<M extends Asked>(method: M, params: Params<M>): void;
}

type Asked = Extract<Method, `key.${string}` | `code.${string}` | "chats.save" | "demo.choose" | "link.open" | "log.show">;

/** A place that was found stays marked for so long. */
const FOUND_MS = 4_000;

export function createStore(client: Client, timers: Timers, gate: InputGate = { run: (work) => work() }): Store {
  const owned = new DisposableStore();
  const view = signal<View>("chat");
  const connection = signal<Connection | undefined>(undefined);
  const status = computed(() => connection.value?.status);
  const startProblem = signal<string | undefined>(undefined);
  const spoken = signal<Spoken | undefined>(undefined);
  const cost = signal<ChatCost | undefined>(undefined);
  const examples = signal<readonly string[]>([]);
  const isTab = signal(false);
  /** The chat that was shown when it was deleted: taking that back shows it again. */
  let deletedWhileShown: string | undefined;
  let askedTurnId: string | undefined;
  let spokenCount = 0;
  let wasDemo = false;

  const chat = createChatSession({ client: { ...client, call: callAndNoteDrafts }, timers, onStep, onEarlier });
  const models = createModels({ client, chatId: chat.chatId, onError: (error) => composer.showError(error) });
  const history = createHistory(client, timers);
  const composer = createComposer({
    client,
    timers,
    connection,
    chatId: chat.chatId,
    isRunning: chat.isRunning,
    isElsewhere: chat.isElsewhere,
    model: models.current,
    effort: models.effort,
    chat: () => chat.snapshot(),
    onSent(sent, fromChatId) {
      askedTurnId = sent.turnId;
      if (chat.chatId.peek() === fromChatId && sent.chatId !== fromChatId) void openChat(sent.chatId);
    },
  });
  const found = signal<Place | undefined>(undefined);
  let forgetting: Disposable | undefined;
  const find = owned.add(createFind({ client, timers, chatId: chat.chatId, show: (hit) => void openAt(hit), onError: (error) => composer.showError(error) }));
  const actions = createChatActions({
    client,
    chat,
    models,
    composer,
    onAsked: (turnId) => void (askedTurnId = turnId),
    onError: (error) => (view.peek() === "history" ? history : composer).showError(error),
    openChat,
  });

  const branches = createChatBranches({
    client, chat, models, connection, openChat,
    onAsked(turnId) {
      askedTurnId = turnId;
      composer.focus();
    },
    onError: (error) => composer.showError(error),
  });

  owned.add(client.on("chat.events", ({ events }) => gate.run(() => chat.receive(events))));
  // Opening History reads the list anew, so nobody misses a change while it is not shown.
  owned.add(client.on("chats.changed", () => void (view.peek() === "history" && history.refresh())));
  owned.add(client.on("chats.reading", ({ percent }) => history.setReading(percent ?? undefined)));
  owned.add(client.on("connection.changed", (data) => void (connection.value = data.connection)));
  owned.add(client.on("context.changed", ({ context }) => composer.setContext(context)));
  owned.add(client.on("chat.saving", ({ chatId, unsaved }) => chat.setUnsaved(chatId, unsaved)));
  owned.add(client.on("chat.owner", ({ chatId, isElsewhere }) => {
    chat.setElsewhere(chatId, isElsewhere);
    composer.forgetElsewhere();
  }));
  owned.add(client.on("draft.changed", ({ chatId, text }) => composer.changedElsewhere(chatId, text)));
  owned.add(client.on("panel.show", ({ chatId }) => void showChat(chatId)));
  owned.add(client.on("panel.view", (data) => showView(data.view)));
  owned.add(disposable(effect(onConnected)));

  /**
   * Runs when the connection comes to life, or is back without a key after the demo, whose model is not to be had then. Not with
   * each word about it: asking for models brings such words.
   */
  function onConnected(): void {
    const now = status.value;
    if (now === undefined || now === "checking") return;
    const hasLeftDemo = wasDemo && now === "noKey";
    wasDemo = now === "demo";
    if (now === "ready" || now === "demo") untracked(composer.forgetMissingKey);
    else if (!hasLeftDemo) return;
    void models.refresh();
  }

  function say(text: string | undefined): void {
    if (text !== undefined) spoken.value = { number: ++spokenCount, text };
  }

  /** A chat comes with its draft. */
  async function callAndNoteDrafts<M extends Method>(method: M, params: Params<M>, signal?: AbortSignal): Promise<Reply<M>> {
    const reply = await client.call(method, params, signal);
    if (method === "chat.attach") {
      const { chat: attached, draft } = reply as Reply<"chat.attach">; // the method says which reply it is
      composer.restore(attached.chatId, draft);
    }
    return reply;
  }

  function onStep(before: ChatState | undefined, after: ChatState): void {
    if (before === undefined || before.model !== after.model || before.effort !== after.effort) models.showChat(after);
    if (before === undefined || hasOtherUsage(before.turns, after.turns)) cost.value = chatCost(after.turns);
    for (const turn of begunWaits(before, after, askedTurnId)) say(announcementOfWait(turn, Date.now()));
    for (const turn of endedTurns(before, after, askedTurnId)) {
      say(announcementOf(turn));
      if (turn.turnId !== askedTurnId) continue;
      askedTurnId = undefined; // said once: opening the chat again is no news of it
      // An edited one stands in its place with the words it had; the box may be on its way to something else.
      if (turn.status === "failed" && turn.editOf === undefined && answerText(turn) === "") composer.putBack(questionText(after, turn));
    }
    if (after.isDeleted) void putAside(after.chatId);
  }

  function onEarlier(after: ChatState): void {
    models.showChat(after);
    cost.value = chatCost(after.turns);
  }

  async function start(): Promise<void> {
    startProblem.value = undefined;
    try {
      const opened = await client.call("panel.open", {});
      models.restore(opened.model, opened.effort, opened.models);
      composer.restore(opened.chatId, opened.draft);
      composer.setContext(opened.context);
      examples.value = opened.examples;
      isTab.value = opened.isTab;
      const shown = show(opened.chatId);
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
    await show(chatId);
    if (chatId === null && composer.isUnknown(null)) await readNewChatsDraft();
  }

  /** Puts a chat with its draft, its model and its cost in place of the one that is shown. */
  async function show(chatId: string | null): Promise<void> {
    batch(() => {
      composer.showChat(chatId);
      branches.cancelEdit();
      branches.focused();
      models.showChat(undefined);
      cost.value = undefined;
    });
    await chat.show(chatId);
  }

  /** After a reload into another chat, only the host knows what was written for the chat not begun. */
  async function readNewChatsDraft(): Promise<void> {
    try {
      const opened = await client.call("panel.open", {});
      if (opened.chatId === null) composer.restore(null, opened.draft);
    } catch {
      // What cannot be read now is read when a new chat is shown the next time; the box works without it.
    }
  }

  async function openAt({ chatId, turnId, blockId }: Pick<SearchHit, "chatId" | "turnId" | "blockId">): Promise<void> {
    if (chat.chatId.peek() !== chatId) await openChat(chatId);
    else view.value = "chat";
    if (turnId === undefined) return;
    branches.reach(turnId);
    found.value = defined({ turnId, blockId });
    forgetting?.dispose();
    forgetting = timers.after(FOUND_MS, () => void (found.value = undefined));
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
    await show(null);
  }

  function tell<M extends Asked | "panel.show">(method: M, params: Params<M>): void {
    client.call(method, params).catch((error: unknown) => composer.showError(error));
  }

  return {
    ...actions,
    view,
    connection,
    startProblem,
    spoken,
    cost,
    examples,
    chat,
    branches,
    composer,
    isTab,
    models,
    history,
    start,
    showView,
    openChat,
    async deleteChat(chatId) {
      deletedWhileShown = chat.chatId.peek() === chatId ? chatId : undefined;
      if (!(await history.delete(chatId))) return;
      await putAside(chatId);
      say(strings.history.deleted);
    },
    async undoDelete() {
      const restored = await history.undo();
      if (restored === undefined) return;
      say(strings.announce.restored);
      if (restored !== deletedWhileShown || chat.chatId.peek() !== null) return;
      tell("panel.show", { chatId: restored });
      await show(restored);
    },
    ask: tell,
    find,
    found,
    openAt,
    dispose() {
      composer.flush();
      owned.dispose();
    },
  };
}
