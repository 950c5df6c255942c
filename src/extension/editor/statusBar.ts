import * as vscode from "vscode";
import { t } from "../../core/base/l10n";
import type { Connection as ConnectionInfo } from "../../core/protocol/calls";
import type { CommandId } from "./contributions";

interface Look {
  readonly icon: string;
  readonly text: string;
  readonly tooltip: string;
  readonly command: CommandId;
  readonly isWarning?: boolean;
}

const looks = (): { readonly [S in ConnectionInfo["status"]]: Look } => ({
  checking: { icon: "$(sync~spin)", text: t("Cairn: checking"), tooltip: t("The API key is being looked up."), command: "cairn.openChat" },
  ready: { icon: "$(comment-discussion)", text: t("Cairn: ready"), tooltip: t("Open the chat"), command: "cairn.openChat" },
  noKey: { icon: "$(key)", text: t("Cairn: no key"), tooltip: t("Set an API key"), command: "cairn.setApiKey" },
  rejected: { icon: "$(error)", text: t("Cairn: key rejected"), tooltip: t("Set another API key"), command: "cairn.setApiKey", isWarning: true },
  offline: { icon: "$(debug-disconnect)", text: t("Cairn: offline"), tooltip: t("Check the connection"), command: "cairn.checkApiKey", isWarning: true },
  demo: { icon: "$(beaker)", text: t("Cairn: demo model"), tooltip: t("Answers are scripted; open the chat"), command: "cairn.openChat" },
});

/** The status bar's item: how the connection stands, and the one thing to do about it. */
export function createStatusBar(): vscode.Disposable & { show(info: ConnectionInfo): void } {
  const item = vscode.window.createStatusBarItem("cairn.connection", vscode.StatusBarAlignment.Right, 100);
  item.name = "Cairn";
  return {
    show({ status, detail }) {
      const look = looks()[status];
      item.text = `${look.icon} ${look.text}`;
      item.tooltip = detail === undefined ? look.tooltip : `${detail}\n${look.tooltip}`;
      item.command = look.command;
      item.backgroundColor = look.isWarning === true ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
      item.accessibilityInformation = { label: look.text, role: "button" };
      item.show();
    },
    dispose: () => item.dispose(),
  };
}
