import * as vscode from "vscode";
import { check, dict, str } from "../../core/base/check";
import { t } from "../../core/base/l10n";
import type { ConnectionSettings } from "../../core/ports";
import { settingDefaults, type SettingId } from "./contributions";

function read(id: SettingId): unknown {
  return vscode.workspace.getConfiguration().get<unknown>(id, settingDefaults[id]);
}

/** Settings are edited by hand: what has the wrong type counts as not set, or as a problem where that would mislead. */
export function readConnectionSettings(): ConnectionSettings {
  const baseUrl = read("cairn.baseUrl");
  const headers = check(dict(str), read("cairn.headers"));
  return {
    baseUrl: typeof baseUrl === "string" ? baseUrl : settingDefaults["cairn.baseUrl"],
    headers: headers.ok ? headers.value : settingDefaults["cairn.headers"],
    // Sending without them would be a request that the person did not mean.
    ...(headers.ok ? {} : { problem: t("“cairn.headers” must be an object of names and texts, such as {0}.", '{"x-team": "blue"}') }),
    isDemo: read("cairn.demoModel") === true,
  };
}

export function readIdleTimeoutMs(): number {
  const seconds = read("cairn.idleTimeoutSeconds");
  return 1000 * (typeof seconds === "number" && seconds >= 1 ? seconds : settingDefaults["cairn.idleTimeoutSeconds"]);
}

/** The model that a new window starts with, and whether the person named it. */
export function readModelSetting(): { readonly model: string; readonly isOwn: boolean } {
  const read = vscode.workspace.getConfiguration().inspect<unknown>("cairn.model" satisfies SettingId);
  const model = read?.workspaceFolderValue ?? read?.workspaceValue ?? read?.globalValue;
  const isOwn = typeof model === "string" && model.trim() !== "";
  return { model: isOwn ? model.trim() : settingDefaults["cairn.model"], isOwn };
}

/** For how many days untouched chats are kept; undefined for ever. */
export function readRetentionDays(): number | undefined {
  const days = read("cairn.retentionDays");
  return typeof days === "number" && days > 0 ? days : undefined;
}

/** Turns the demo model on or off for this machine's user. */
export async function setDemo(isDemo: boolean): Promise<void> {
  await vscode.workspace.getConfiguration().update("cairn.demoModel" satisfies SettingId, isDemo ? true : undefined, vscode.ConfigurationTarget.Global);
}

export function onSettingsChange(listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration("cairn")) listener();
  });
}
