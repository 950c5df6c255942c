import path from "node:path";
import * as vscode from "vscode";
import { DisposableStore } from "../core/base/disposables";
import { describeError } from "../core/base/errors";
import { Connection } from "../core/chat/connection";
import { createModelPicker } from "../core/chat/modelPicker";
import { Sessions } from "../core/chat/sessions";
import { Turns } from "../core/chat/turns";
import type { Endpoint, Ids, Log } from "../core/ports";
import { createTables } from "../core/store/tables";
import { randomIds as ids, systemClock as clock } from "./adapters/clock";
import { createJournal } from "./adapters/journal";
import { openSqljs } from "./adapters/sqljs";
import { createActiveEditor } from "./editor/activeEditor";
import { registerCommands } from "./editor/commands";
import { CHAT_VIEW_ID } from "./editor/contributions";
import { takeEnvironmentKey } from "./editor/environmentKey";
import { askForKey, checkKey, deleteKey, setHeaderSecret, useEnvironmentKey } from "./editor/keyCommands";
import { openLink } from "./editor/links";
import { createLog } from "./editor/log";
import { onSettingsChange, readConnectionSettings, readModelSetting, readIdleTimeoutMs, setDemo } from "./editor/settings";
import { createStatusBar } from "./editor/statusBar";
import { createMemento, createSecrets } from "./editor/stores";
import { ChatView } from "./view/chatView";
import { createHandlers } from "./view/handlers";

export interface Cairn {
  readonly log: Log;
  /** Ends running answers as interrupted and waits until everything is on disk. */
  close(): Promise<void>;
}

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
  const handlers = createHandlers({
    sessions, turns, tables, connection, picker, windowMemento, editor,
    actions: {
      setKey: () => askForKey(connection),
      answerEnvironmentKey: async (use) => (use ? useEnvironmentKey(connection) : void (await connection.answerEnvironmentKey(false, new AbortController().signal))),
      chooseDemo,
      openLink,
      showLog: () => channel.show(),
    },
  });
  const view = owned.add(new ChatView({ dist, media: vscode.Uri.joinPath(context.extensionUri, "media"), handlers, clock, log: createLog(channel, "view"), onOpen: () => undefined }));
  owned.add(vscode.window.registerWebviewViewProvider(CHAT_VIEW_ID, view));

  const statusBar = owned.add(createStatusBar());
  statusBar.show(connection.info);
  owned.add(
    connection.changed.on((info) => {
      statusBar.show(info);
      view.send("connection.changed", { connection: info });
    }),
  );
  owned.add(
    sessions.events.on((event) => {
      view.sendEvent(event);
      if (event.type.startsWith("chat.") || event.type === "turn.started" || event.type === "turn.ended") view.send("chats.changed", {});
    }),
  );
  owned.add(editor.onChange(() => view.send("context.changed", { context: editor.context() ?? null })));
  owned.add(onSettingsChange(() => void connection.refresh()));
  owned.add(context.secrets.onDidChange(() => void connection.keyChanged()));

  const openChat = async (): Promise<void> => void (await vscode.commands.executeCommand(`${CHAT_VIEW_ID}.focus`));
  owned.add(
    registerCommands(
      {
        "cairn.openChat": openChat,
        "cairn.newChat": async () => {
          await windowMemento.set("shownChatId", undefined);
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
        "cairn.showLog": () => channel.show(),
      },
      log,
    ),
  );
  connection.refresh().catch((error: unknown) => log.error(`The connection's state could not be read: ${describeError(error)}`));

  return {
    log,
    async close() {
      await turns.interruptAll();
      await journal.close();
      await tables.close();
      await demo.close();
    },
  };
}

/** The demo model's server: started when it is first asked, with a key of its own that no other program knows. */
function createDemo(ids: Ids): { start(): Promise<Endpoint>; close(): Promise<void> } {
  const apiKey = ids.next();
  let server: Promise<{ readonly baseUrl: string; close(): Promise<void> }> | undefined;
  return {
    async start() {
      server ??= import("./adapters/demo").then(({ startDemo }) => startDemo(apiKey));
      return { baseUrl: (await server).baseUrl, apiKey, headers: {} };
    },
    async close() {
      await (await server)?.close();
    },
  };
}
