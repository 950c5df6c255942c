import * as vscode from "vscode";
import type { Translation } from "../../core/base/l10n";

/** The editor's display language, with Cairn's words in it where somebody has translated them. */
export function translation(): Translation {
  return { language: vscode.env.language, bundle: vscode.l10n.bundle };
}
