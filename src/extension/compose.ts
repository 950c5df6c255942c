import * as vscode from "vscode";
import { DisposableStore } from "../core/base/disposables";
import { describeError } from "../core/base/errors";
import { Connection } from "../core/chat/connection";
import type { Endpoint, Ids, Log, Memento } from "../core/ports";
import { randomIds as ids } from "./adapters/clock";
import type { Chat } from "./composeChat";
import { registerCommands } from "./editor/commands";
import { showContext } from "./editor/contextKeys";
import { CHAT_TAB_TYPE, CHAT_VIEW_ID } from "./editor/contributions";
import { takeEnvironmentKey } from "./editor/environmentKey";
import { askForKey, checkKey, deleteKey, setHeaderSecret } from "./editor/keyCommands";
import { createLog } from "./editor/log";
import { onSettingsChange, readConnectionSettings, readIdleTimeoutMs } from "./editor/settings";
import { createStatusBar } from "./editor/statusBar";
import { createMemento, createSecrets } from "./editor/stores";
import { translation } from "./editor/translation";

export interface Cairn {
  readonly log: Log;
  /** Ends running answers as interrupted and waits until everything is on disk. */
  close(): Promise<void>;
}

/**
 * The composition root, first half: what every window has. Nothing here waits; the chats, the SDK, the database and the demo
 * are bundles of their own that load at first use.
 */
export function compose(context: vscode.ExtensionContext): Cairn {
  const owned = new DisposableStore();
  context.subscriptions.push(owned);
  const channel = owned.add(vscode.window.createOutputChannel("Cairn", { log: true }));
  const log = createLog(channel, "host");
  const environmentKey = takeEnvironmentKey(process.env);
  const secrets = createSecrets(context.secrets);
  const globalMemento = createMemento(context.globalState);

  const demo = createDemo(ids);
  const connection = new Connection({
    secrets,
    settings: readConnectionSettings,
    createModel: async (endpoint) => (await import("./adapters/claude")).createClaude({ endpoint, idleTimeoutMs: readIdleTimeoutMs(), translation: translation() }),
    startDemo: () => demo.start(),
    environmentKey,
    memento: globalMemento,
    log: createLog(channel, "connection"),
  });

  let chat: Promise<Chat> | undefined;
  const loadChat = (): Promise<Chat> => {
    chat ??= import("./composeChat").then(({ composeChat }) => owned.add(composeChat({ context, channel, connection })));
    chat.catch(() => (chat = undefined)); // whoever asked has the error; the next one tries again
    return chat;
  };
  owned.add(
    vscode.window.registerWebviewViewProvider(CHAT_VIEW_ID, {
      async resolveWebviewView(view, state, token) {
        await (await loadChat()).view.resolveWebviewView(view, state, token);
      },
    }),
  );

  owned.add(
    vscode.window.registerWebviewPanelSerializer(CHAT_TAB_TYPE, {
      async deserializeWebviewPanel(tab, state: unknown) {
        await (await loadChat()).reviveTab(tab, state);
      },
    }),
  );

  const statusBar = owned.add(createStatusBar());
  statusBar.show(connection.info);
  owned.add(
    connection.changed.on((info) => {
      statusBar.show(info);
      if (info.status === "ready") showContext("cairn.hasKey");
    }),
  );
  owned.add(onSettingsChange(() => void connection.settingsChanged()));
  owned.add(context.secrets.onDidChange(() => void connection.secretsChanged()));

  const openChat = async (preserveFocus = false): Promise<void> => void (await vscode.commands.executeCommand(`${CHAT_VIEW_ID}.focus`, { preserveFocus }));
  owned.add(
    registerCommands(
      {
        "cairn.openChat": () => openChat(),
        "cairn.newChat": async () => (await loadChat()).newChat(),
        "cairn.showHistory": async () => (await loadChat()).showHistory(),
        "cairn.emptyTrash": async () => (await loadChat()).emptyTrash(),
        "cairn.deleteEverything": async () => (await loadChat()).deleteEverything(),
        "cairn.exportChat": async () => (await loadChat()).storage.exportChat(),
        "cairn.exportAllChats": async () => (await loadChat()).storage.exportAllChats(),
        "cairn.importChats": async () => (await loadChat()).storage.importChats(),
        "cairn.showUsage": async () => (await loadChat()).showUsage(),
        "cairn.showStorage": async () => (await loadChat()).storage.showStorage(),
        "cairn.verifyStorage": async () => (await loadChat()).storage.verifyStorage(),
        "cairn.browseStorage": async () => (await loadChat()).storage.browseStorage(),
        "cairn.setApiKey": () => askForKey(connection),
        "cairn.checkApiKey": () => checkKey(connection),
        "cairn.deleteApiKey": () => deleteKey(connection),
        "cairn.setHeaderSecret": () => setHeaderSecret(secrets, connection),
        "cairn.showLog": () => channel.show(true),
      },
      log,
    ),
  );
  introduce(globalMemento, openChat).catch((error: unknown) => log.warn(`The panel could not be shown: ${describeError(error)}`));
  connection.refresh().catch((error: unknown) => log.error(`The connection's state could not be read: ${describeError(error)}`));

  return {
    log,
    async close() {
      await (await chat)?.close();
      await demo.close().catch((error: unknown) => log.error(`The demo did not close: ${describeError(error)}`));
    },
  };
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
