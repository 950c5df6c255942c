import * as vscode from "vscode";
import type { Connection as ConnectionInfo } from "../../core/protocol/calls";
import type { CommandId } from "./contributions";

interface Look {
  readonly text: string;
  readonly tooltip: string;
  readonly command: CommandId;
  readonly isWarning?: boolean;
}

const LOOKS: { readonly [S in ConnectionInfo["status"]]: Look } = {
  checking: { text: "$(sync~spin) Cairn: checking", tooltip: "The API key is being looked up.", command: "cairn.openChat" },
  ready: { text: "$(comment-discussion) Cairn: ready", tooltip: "Open the chat", command: "cairn.openChat" },
  noKey: { text: "$(key) Cairn: no key", tooltip: "Set an API key", command: "cairn.setApiKey" },
  rejected: { text: "$(error) Cairn: key rejected", tooltip: "Set another API key", command: "cairn.setApiKey", isWarning: true },
  offline: { text: "$(debug-disconnect) Cairn: offline", tooltip: "Check the connection", command: "cairn.checkApiKey", isWarning: true },
  demo: { text: "$(beaker) Cairn: demo model", tooltip: "Answers are scripted; open the chat", command: "cairn.openChat" },
};

/** The status bar's item: how the connection stands, and the one thing to do about it. */
export function createStatusBar(): vscode.Disposable & { show(info: ConnectionInfo): void } {
  const item = vscode.window.createStatusBarItem("cairn.connection", vscode.StatusBarAlignment.Right, 100);
  item.name = "Cairn";
  return {
    show({ status, detail }) {
      const look = LOOKS[status];
      item.text = look.text;
      item.tooltip = detail === undefined ? look.tooltip : `${detail}\n${look.tooltip}`;
      item.command = look.command;
      item.backgroundColor = look.isWarning === true ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
      item.accessibilityInformation = { label: look.text.replace(/\$\([^)]*\) /, ""), role: "button" };
      item.show();
    },
    dispose: () => item.dispose(),
  };
}
