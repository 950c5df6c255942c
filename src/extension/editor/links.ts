import * as vscode from "vscode";
import { t } from "../../core/base/l10n";

/** Opens a link of an answer: web pages by the editor's own rules (it asks first), anything else is refused with a reason. */
export async function openLink(href: string): Promise<void> {
  const uri = parseWebAddress(href);
  if (uri !== undefined) await vscode.env.openExternal(uri);
  else void vscode.window.showWarningMessage(t("Cairn opens web links (https) only. Not opened: {0}", href.slice(0, 200)));
}

function parseWebAddress(href: string): vscode.Uri | undefined {
  if (!URL.canParse(href) || !/^https?:$/.test(new URL(href).protocol)) return undefined;
  return vscode.Uri.parse(new URL(href).href, true);
}
