import path from "node:path";
import * as vscode from "vscode";
import { DisposableStore, type Disposable } from "../core/base/disposables";
import { describeError } from "../core/base/errors";
import { t, useTranslation } from "../core/base/l10n";
import { repeat } from "../core/base/timers";
import type { Connection } from "../core/chat/connection";
import { Ownership } from "../core/chat/ownership";
import { createModelPicker } from "../core/chat/modelPicker";
import { createMovePayloads } from "../core/chat/payloads";
import { Sessions } from "../core/chat/sessions";
import { Turns } from "../core/chat/turns";
import type { PanelMemory } from "../core/ports";
import type { HostEventName, HostEvents } from "../core/protocol/calls";
import type { Handlers } from "../core/protocol/rpc";
import { randomIds as ids, systemClock as clock } from "./adapters/clock";
import { createPanelFile } from "./adapters/panelFile";
import { createActiveEditor } from "./editor/activeEditor";
import { runReported } from "./editor/commands";
import { showContext } from "./editor/contextKeys";
import { CHAT_VIEW_ID } from "./editor/contributions";
import { answerEnvironmentKey, askForKey } from "./editor/keyCommands";
import { deleteEverything, emptyTrash, tellRemovedElsewhere, type DeleteOptions } from "./editor/deleteCommands";
import { insertCode, newFileOf } from "./editor/insertCode";
import { openLink } from "./editor/links";
import { createLog } from "./editor/log";
import { readModelSetting, setDemo } from "./editor/settings";
import { createReadingStatus } from "./editor/readingProgress";
import { tellNewerFolder } from "./editor/storageCommands";
import { createMemento } from "./editor/stores";
import { translation } from "./editor/translation";
import { composeStorage } from "./composeStorage";
import { composeStorageCommands, type StorageCommands } from "./composeStorageCommands";
import { createAttention } from "./view/attention";
import { ChatTabs } from "./view/chatTabs";
import { ChatView } from "./view/chatView";
import { createGoneChats } from "./view/goneChats";
import { createHandlers } from "./view/handlers";
import { observed } from "./view/panelMemory";
import { createUsageView } from "./view/usageView";

export interface ChatOptions {
  readonly context: vscode.ExtensionContext;
  readonly channel: vscode.LogOutputChannel;
  readonly connection: Connection;
}

/** The chats and all their views. */
export interface Chat extends Disposable {
  readonly view: vscode.WebviewViewProvider;
  /** Fills a chat's tab that the editor has brought back after a reload; `state` is what its page left. */
  reviveTab(tab: vscode.WebviewPanel, state: unknown): Promise<void>;
  newChat(): Promise<void>;
  showHistory(): Promise<void>;
  emptyTrash(): Promise<void>;
  deleteEverything(): Promise<void>;
  readonly storage: StorageCommands;
  /** Opens the page of what was used and what it cost. */
  showUsage(): void;
  /** Ends running answers as interrupted and waits until everything is on disk. */
  close(): Promise<void>;
}

/** Others' changes are looked for this often, ms: they are to be seen within a second. */
const WATCH_MS = 500;
/** Chats that nobody needs any more are let go this often, ms. */
const LET_GO_MS = 60_000;
/** How long running answers may take to be stored as interrupted when the window closes. */
const CLOSING_MS = 2_500;

/** The second half of the composition root: what only a window in which somebody opens the panel needs. */
export function composeChat({ context, channel, connection }: ChatOptions): Chat {
  useTranslation(translation());
  const owned = new DisposableStore();
  const log = createLog(channel, "chat");
  const storage = context.globalStorageUri.fsPath;
  const dist = vscode.Uri.joinPath(context.extensionUri, "dist");
  const windowMemento = createMemento(context.workspaceState);
  // A window without a folder has no storage of its own; all such windows share one file.
  const panel = createPanelFile({ file: path.join((context.storageUri ?? context.globalStorageUri).fsPath, "panel.json"), log: createLog(channel, "view") });
  const showReading = createReadingStatus();
  const { journal, blobs, tables, historySearch, purge, stored, ...kept } = owned.add(
    composeStorage({
      root: storage, dist: dist.fsPath, channel,
      onReading(percent) {
        showReading(percent);
        broadcast("chats.reading", { percent: percent ?? null });
      },
      onNewer: tellNewerFolder,
      deleteChat: async (chatId) => void (await sessions.append(chatId, [{ type: "chat.deleted", chatId }])),
      onChanged(chatIds) {
        broadcast("chats.changed", {});
        sessions.readOn(chatIds).catch((error: unknown) => log.warn(`Chats could not be read on: ${describeError(error)}`));
      },
    }),
  );
  const ownership: Ownership = new Ownership({
    claims: journal.claims, clock,
    log: createLog(channel, "chat"),
    isRunning: (chatId): boolean => turns.isRunning(chatId),
    shown: shownChats,
  });
  const sessions = new Sessions({ journal, tables, clock, ids, log: createLog(channel, "chat"), mayWrite: (chatId) => ownership.claimOf(chatId), movePayloads: createMovePayloads(blobs) });
  const shownChat = async (): Promise<string | undefined> => (await panel.read()).chatId;
  const storageCommands = owned.add(composeStorageCommands({ root: storage, extensionUri: context.extensionUri, storage: { journal, blobs, tables, ...kept }, sessions, shownChat, log: createLog(channel, "storage") }));
  const editor = createActiveEditor(createLog(channel, "editor"));

  const turns = new Turns({
    sessions, blobs, editor, clock, ids,
    log: createLog(channel, "chat"),
    connect: () => connection.connect(),
    onOutcome: (failure) => connection.noteOutcome(failure),
  });
  const picker = createModelPicker({ connection, windowMemento, setting: readModelSetting });

  const chooseDemo = async (use: boolean): Promise<void> => {
    await setDemo(use);
    await connection.refresh();
  };
  const openChat = async (preserveFocus = false): Promise<void> => void (await vscode.commands.executeCommand(`${CHAT_VIEW_ID}.focus`, { preserveFocus }));
  const askForKeyFromPanel = async (): Promise<void> => {
    await askForKey(connection);
    // Back to where the person was: the input box took the focus, and leaves it to the editor.
    await openChat();
    view.send("panel.view", { view: "chat" });
  };
  const handlersFor = (memory: PanelMemory): Handlers => createHandlers({
    sessions, turns, tables, ownership, connection, picker, ids,
    panel: memory,
    isTab: memory !== sidePanel,
    onDraft(chatId, text) {
      if (memory !== sidePanel) view.send("draft.changed", { chatId, text });
      tabs.send("draft.changed", { chatId, text }, memory);
    },
    editor: { ...editor, insert: insertCode, newFile: newFileOf },
    actions: {
      setKey: () => void runReported("Setting the API key", askForKeyFromPanel, log),
      answerEnvironmentKey: (use) => void runReported("Answering the offer of a key", () => answerEnvironmentKey(connection, use), log),
      chooseDemo,
      openLink,
      openInTab: (chatId) => tabs.open(chatId),
      search: historySearch,
      emptyTrash: (chatId) => void runReported("Emptying the trash", () => emptyTrash(deleting, chatId), log),
      showLog: () => channel.show(true),
    },
  });
  const goneChats = createGoneChats({
    sessions, panel, shownChats,
    stop: (chatId) => turns.stop(chatId),
    onChanged: () => broadcast("chats.changed", {}),
    tellRemoved: tellRemovedElsewhere,
  });
  const deleting: DeleteOptions = {
    tables,
    stored: async () => [...new Set([...(await stored()), ...sessions.unsaved().keys()])],
    async purge(chatIds) {
      const outcome = await purge(chatIds);
      await goneChats.letGo(outcome.removed);
      return outcome;
    },
    stopAll: () => turns.interruptAll(),
  };
  const titleOf = async (chatId: string): Promise<string> => (await sessions.state(chatId)).title;
  /** The chats that pages of this window show, in sight or behind something else. */
  async function shownChats(): Promise<ReadonlySet<string>> {
    const { chatId } = await panel.read();
    return new Set([...(chatId === undefined || !view.isOpen ? [] : [chatId]), ...(await tabs.openChats())]);
  }
  const attention = createAttention({
    isOurs: (chatId) => turns.isRunning(chatId),
    titleOf,
    async shownChats() {
      const inPanel = view.isVisible ? (await panel.read()).chatId : undefined;
      return new Set([...(inPanel === undefined ? [] : [inPanel]), ...(await tabs.shownChats())]);
    },
    showCount: (count) => view.showUnseen(count),
    notify: async (message) => (await vscode.window.showInformationMessage(message, t("Open"))) !== undefined,
    async open(chatId) {
      await sidePanel.change(({ drafts }) => ({ chatId, drafts }));
      await openChat();
      view.send("panel.show", { chatId });
    },
  });
  // What other windows do is looked for while somebody can see it.
  owned.add(repeat(clock, WATCH_MS, () => {
    if (view.isVisible || tabs.areVisible) void tables.poll();
    journal.tombstones.look().then(goneChats.hear).catch((error: unknown) => log.warn(`What was removed elsewhere could not be told: ${describeError(error)}`));
    ownership.look().catch((error: unknown) => log.warn(`Whose chats they are could not be told: ${describeError(error)}`));
  }));
  owned.add(repeat(clock, LET_GO_MS, () => {
    shownChats().then((shown) => sessions.letGo(shown)).catch((error: unknown) => log.warn(`Which chats are shown could not be told: ${describeError(error)}`));
  }));
  owned.add(sessions.saving.on(({ chatId, problem }) => broadcast("chat.saving", { chatId, unsaved: problem ?? null })));
  owned.add(ownership.changed.on((change) => {
    broadcast("chat.owner", change);
    // What the other window has written in the meantime is not read yet.
    sessions.state(change.chatId).catch((error: unknown) => log.warn(`A chat could not be read on: ${describeError(error)}`));
  }));
  const onVisibility = (): void => void attention.looked().catch((error: unknown) => log.warn(`What is in sight could not be told: ${describeError(error)}`));
  const sidePanel = observed(panel, onVisibility);
  const media = vscode.Uri.joinPath(context.extensionUri, "media");
  const page = { dist, media, clock, log: createLog(channel, "view"), onVisibility };
  const view = owned.add(new ChatView({ ...page, handlers: handlersFor(sidePanel) }));
  const icon = { light: vscode.Uri.joinPath(media, "cairn-light.svg"), dark: vscode.Uri.joinPath(media, "cairn-dark.svg") };
  const tabs = owned.add(new ChatTabs({ ...page, icon, panel, createHandlers: handlersFor, titleOf }));
  const usageView = owned.add(createUsageView({ dist, icon, usage: kept.usage, clock, log: createLog(channel, "view") }));
  const broadcast = <E extends HostEventName>(name: E, data: HostEvents[E]): void => [view, tabs].forEach((place) => place.send(name, data));

  owned.add(connection.changed.on((info) => broadcast("connection.changed", { connection: info })));
  owned.add(
    sessions.events.on((event) => {
      view.sendEvent(event);
      tabs.sendEvent(event);
      if (event.type.startsWith("chat.") || event.type === "turn.started" || event.type === "turn.ended") broadcast("chats.changed", {});
      if (event.type === "turn.started") showContext("cairn.hasAsked");
      if (event.type === "turn.ended" && event.status === "done") showContext("cairn.hasAnswer");
      if (event.type === "turn.ended") attention.ended(event).catch((error: unknown) => log.warn(`The end of an answer was not told: ${describeError(error)}`));
      if (event.type === "usage") usageView.changed();
      if (event.type === "chat.deleted") attention.deleted(event.chatId);
    }),
  );
  owned.add(editor.onChange(() => broadcast("context.changed", { context: editor.context() ?? null })));

  return {
    view,
    reviveTab: (tab, state) => tabs.revive(tab, state),
    async newChat() {
      await sidePanel.change(({ drafts }) => ({ drafts }));
      await openChat();
      view.send("panel.show", { chatId: null });
    },
    async showHistory() {
      await openChat();
      view.send("panel.view", { view: "history" });
    },
    emptyTrash: () => emptyTrash(deleting),
    deleteEverything: () => deleteEverything(deleting),
    storage: storageCommands,
    showUsage: () => usageView.show(),
    async close() {
      // Each of them, whatever becomes of the others; the editor does not wait long for a closing window.
      await Promise.race([turns.interruptAll(), new Promise<void>((resolve) => clock.after(CLOSING_MS, resolve))]);
      await Promise.race([sessions.saveNow(), new Promise<void>((resolve) => clock.after(CLOSING_MS, resolve))]);
      await kept.close();
    },
    dispose: () => owned.dispose(),
  };
}
