import path from "node:path";
import * as vscode from "vscode";
import { DisposableStore } from "../core/base/disposables";
import { describeError } from "../core/base/errors";
import { Connection } from "../core/chat/connection";
import { createModelPicker } from "../core/chat/modelPicker";
import { Sessions } from "../core/chat/sessions";
import { Turns } from "../core/chat/turns";
import type { Endpoint, Ids, Log, Memento, PanelMemory } from "../core/ports";
import type { HostEventName, HostEvents } from "../core/protocol/calls";
import type { Handlers } from "../core/protocol/rpc";
import { createTables } from "../core/store/tables";
import { randomIds as ids, systemClock as clock } from "./adapters/clock";
import { createJournal } from "./adapters/journal";
import { createPanelFile } from "./adapters/panelFile";
import { openSqljs } from "./adapters/sqljs";
import { createActiveEditor } from "./editor/activeEditor";
import { registerCommands, runReported } from "./editor/commands";
import { CHAT_VIEW_ID } from "./editor/contributions";
import { takeEnvironmentKey } from "./editor/environmentKey";
import { answerEnvironmentKey, askForKey, checkKey, deleteKey, setHeaderSecret } from "./editor/keyCommands";
import { insertCode, newFileOf } from "./editor/insertCode";
import { openLink } from "./editor/links";
import { createLog } from "./editor/log";
import { onSettingsChange, readConnectionSettings, readModelSetting, readIdleTimeoutMs, setDemo } from "./editor/settings";
import { createStatusBar } from "./editor/statusBar";
import { createMemento, createSecrets } from "./editor/stores";
import { createAttention } from "./view/attention";
import { ChatTabs } from "./view/chatTabs";
import { ChatView } from "./view/chatView";
import { createHandlers } from "./view/handlers";
import { observed } from "./view/panelMemory";

export interface Cairn {
  readonly log: Log;
  /** Ends running answers as interrupted and waits until everything is on disk. */
  close(): Promise<void>;
}

/** How long running answers may take to be stored as interrupted when the window closes. */
const CLOSING_MS = 2_500;

/** The one place where parts are put together. Nothing here waits: what is heavy loads at first use. */
export function compose(context: vscode.ExtensionContext): Cairn {
  const owned = new DisposableStore();
  context.subscriptions.push(owned);
  const channel = owned.add(vscode.window.createOutputChannel("Cairn", { log: true }));
  const log = createLog(channel, "host");
  const environmentKey = takeEnvironmentKey(process.env);

  const storage = context.globalStorageUri.fsPath;
  const dist = vscode.Uri.joinPath(context.extensionUri, "dist");
  const secrets = createSecrets(context.secrets);
  const windowMemento = createMemento(context.workspaceState);
  // A window without a folder has no storage of its own; all such windows share one file.
  const panel = createPanelFile({ file: path.join((context.storageUri ?? context.globalStorageUri).fsPath, "panel.json"), log: createLog(channel, "view") });
  const journal = createJournal({ root: storage, writer: ids.next(), log: createLog(channel, "journal") });
  const tables = createTables({
    journal,
    timers: clock,
    log: createLog(channel, "store"),
    openDb: () => openSqljs({ workerPath: path.join(dist.fsPath, "dbWorker.js"), wasmPath: path.join(dist.fsPath, "sql-wasm.wasm"), imagePath: path.join(storage, "index.sqlite") }),
  });
  const sessions = new Sessions({ journal, tables, clock, ids, log: createLog(channel, "chat") });
  const editor = createActiveEditor(createLog(channel, "editor"));

  const demo = createDemo(ids);
  const connection = new Connection({
    secrets,
    settings: readConnectionSettings,
    createModel: async (endpoint) => (await import("./adapters/claude")).createClaude({ endpoint, idleTimeoutMs: readIdleTimeoutMs() }),
    startDemo: () => demo.start(),
    environmentKey,
    memento: createMemento(context.globalState),
    log: createLog(channel, "connection"),
  });
  const turns = new Turns({
    sessions, editor, clock, ids,
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
    sessions, turns, tables, connection, picker, ids,
    panel: memory,
    editor: { ...editor, insert: insertCode, newFile: newFileOf },
    actions: {
      setKey: () => void runReported("Setting the API key", askForKeyFromPanel, log),
      answerEnvironmentKey: (use) => void runReported("Answering the offer of a key", () => answerEnvironmentKey(connection, use), log),
      chooseDemo,
      openLink,
      openInTab: (chatId) => tabs.open(chatId),
      showLog: () => channel.show(true),
    },
  });
  const titleOf = async (chatId: string): Promise<string> => (await sessions.state(chatId)).title;
  const attention = createAttention({
    isOurs: (chatId) => turns.isRunning(chatId),
    titleOf,
    async shownChats() {
      const inPanel = view.isVisible ? (await panel.read()).chatId : undefined;
      return new Set([...(inPanel === undefined ? [] : [inPanel]), ...(await tabs.shownChats())]);
    },
    showCount: (count) => view.showUnseen(count),
    notify: async (message) => (await vscode.window.showInformationMessage(message, "Open")) === "Open",
    async open(chatId) {
      await sidePanel.change(({ drafts }) => ({ chatId, drafts }));
      await openChat();
      view.send("panel.show", { chatId });
    },
  });
  const onVisibility = (): void => void attention.looked().catch((error: unknown) => log.warn(`What is in sight could not be told: ${describeError(error)}`));
  const sidePanel = observed(panel, onVisibility);
  const media = vscode.Uri.joinPath(context.extensionUri, "media");
  const page = { dist, media, clock, log: createLog(channel, "view"), onVisibility };
  const view = owned.add(new ChatView({ ...page, handlers: handlersFor(sidePanel) }));
  const tabs = owned.add(new ChatTabs({ ...page, icon: vscode.Uri.joinPath(media, "cairn.svg"), panel, createHandlers: handlersFor, titleOf }));
  const broadcast = <E extends HostEventName>(name: E, data: HostEvents[E]): void => [view, tabs].forEach((place) => place.send(name, data));
  owned.add(vscode.window.registerWebviewViewProvider(CHAT_VIEW_ID, view));

  const statusBar = owned.add(createStatusBar());
  statusBar.show(connection.info);
  owned.add(
    connection.changed.on((info) => {
      statusBar.show(info);
      if (info.status === "ready") setContext("cairn.hasKey");
      broadcast("connection.changed", { connection: info });
    }),
  );
  owned.add(
    sessions.events.on((event) => {
      view.sendEvent(event);
      tabs.sendEvent(event);
      if (event.type.startsWith("chat.") || event.type === "turn.started" || event.type === "turn.ended") broadcast("chats.changed", {});
      if (event.type === "turn.started") setContext("cairn.hasAsked");
      if (event.type === "turn.ended" && event.status === "done") setContext("cairn.hasAnswer");
      if (event.type === "turn.ended") attention.ended(event).catch((error: unknown) => log.warn(`The end of an answer was not told: ${describeError(error)}`));
      if (event.type === "chat.deleted") attention.deleted(event.chatId);
    }),
  );
  owned.add(editor.onChange(() => broadcast("context.changed", { context: editor.context() ?? null })));
  owned.add(onSettingsChange(() => void connection.settingsChanged()));
  owned.add(context.secrets.onDidChange(() => void connection.secretsChanged()));

  owned.add(
    registerCommands(
      {
        "cairn.openChat": () => openChat(),
        "cairn.newChat": async () => {
          await sidePanel.change(({ drafts }) => ({ drafts }));
          await openChat();
          view.send("panel.show", { chatId: null });
        },
        "cairn.showHistory": async () => {
          await openChat();
          view.send("panel.view", { view: "history" });
        },
        "cairn.setApiKey": () => askForKey(connection),
        "cairn.checkApiKey": () => checkKey(connection),
        "cairn.deleteApiKey": () => deleteKey(connection),
        "cairn.setHeaderSecret": () => setHeaderSecret(secrets, connection),
        "cairn.showLog": () => channel.show(true),
      },
      log,
    ),
  );
  void introduce(createMemento(context.globalState), openChat).catch((error: unknown) => log.warn(`The panel could not be shown: ${describeError(error)}`));
  connection.refresh().catch((error: unknown) => log.error(`The connection's state could not be read: ${describeError(error)}`));

  return {
    log,
    async close() {
      // Each of them, whatever becomes of the others; the editor does not wait long for a closing window.
      await Promise.race([turns.interruptAll(), new Promise<void>((resolve) => clock.after(CLOSING_MS, resolve))]);
      const ends = await Promise.allSettled([journal.close(), tables.close(), demo.close()]);
      for (const end of ends) if (end.status === "rejected") log.error(`Closing failed: ${describeError(end.reason)}`);
    },
  };
}

/** Tells the editor what the person has reached; the walkthrough ticks its steps off by it. */
function setContext(name: "cairn.hasKey" | "cairn.hasAsked" | "cairn.hasAnswer"): void {
  void vscode.commands.executeCommand("setContext", name, true);
}

/** Shows the panel by itself once, after the installation: nobody looks for what they have not seen. It takes no focus. */
async function introduce(memento: Memento, openChat: (preserveFocus: boolean) => Promise<void>): Promise<void> {
  if (memento.get("introduced") === true) return;
  await memento.set("introduced", true);
  await openChat(true);
}

/** The demo model's server: started when it is first asked, with a key of its own that no other program knows. */
function createDemo(ids: Ids): { start(): Promise<Endpoint>; close(): Promise<void> } {
  const apiKey = ids.next();
  let server: Promise<{ readonly baseUrl: string; close(): Promise<void> }> | undefined;
  return {
    async start() {
      server ??= import("./adapters/demo").then(({ startDemo }) => startDemo(apiKey));
      server.catch(() => (server = undefined)); // the caller has the error; the next one tries again
      return { baseUrl: (await server).baseUrl, apiKey, headers: {} };
    },
    async close() {
      await (await server)?.close();
    },
  };
}
