import * as vscode from "vscode";
import { t } from "../../core/base/l10n";

/** Puts text at the cursor of the active editor, in place of what is selected. The focus stays where it is. */
export async function insertCode(text: string): Promise<void> {
  const editor = vscode.window.activeTextEditor ?? onlyVisible();
  if (editor === undefined) {
    void vscode.window.showWarningMessage(t("There is no editor to insert into. Open a file, put the cursor where the code belongs, then insert again."));
    return;
  }
  const isDone = await editor.edit((edit) => {
    for (const selection of editor.selections) edit.replace(selection, text);
  });
  if (!isDone) void vscode.window.showWarningMessage(t("The code could not be inserted: this file cannot be changed. Open another one, or use “New file”."));
}

/** A chat in a tab is the active editor itself; then the one file that stands beside it is meant. */
function onlyVisible(): vscode.TextEditor | undefined {
  const [first, ...others] = vscode.window.visibleTextEditors.filter((editor) => editor.viewColumn !== undefined);
  return others.length === 0 ? first : undefined;
}

/** Opens text as a new file without a name, in the language where the editor knows it. */
export async function newFileOf(text: string, language: string): Promise<void> {
  const known = await vscode.languages.getLanguages();
  const name = (ALIASES[language.toLowerCase()] ?? language).toLowerCase();
  const document = await vscode.workspace.openTextDocument({ content: text, ...(known.includes(name) ? { language: name } : {}) });
  // Beside a chat that is itself an editor the file would hide it.
  const isChatTab = vscode.window.tabGroups.activeTabGroup.activeTab?.input instanceof vscode.TabInputWebview;
  await vscode.window.showTextDocument(document, { preview: false, ...(isChatTab ? { viewColumn: vscode.ViewColumn.Beside } : {}) });
}

/** What fenced code blocks are named, where the editor has another name. */
const ALIASES: Readonly<Record<string, string>> = {
  ts: "typescript", tsx: "typescriptreact", js: "javascript", mjs: "javascript", cjs: "javascript", jsx: "javascriptreact", py: "python",
  sh: "shellscript", bash: "shellscript", zsh: "shellscript", shell: "shellscript", rs: "rust", rb: "ruby", cs: "csharp", md: "markdown",
  yml: "yaml", "c++": "cpp", golang: "go", kt: "kotlin", ps1: "powershell", text: "plaintext", txt: "plaintext",
};
