import * as vscode from "vscode";
import { describeError } from "../../core/base/errors";
import { defined } from "../../core/base/records";
import { isSecretPath } from "../../core/chat/attachments";
import { exampleQuestions } from "../../core/chat/examples";
import type { Editor, EditorSnapshot, Log } from "../../core/ports";
import type { EditorContext } from "../../core/protocol/calls";
import { CHAT_TAB_TYPE } from "./contributions";

/** Documents that no person edits. */
const HIDDEN_SCHEMES = new Set(["output", "vscode-userdata", "debug", "vscode-terminal", "vscode-settings", "comment", "walkThrough", "vscode"]);
const INSTRUCTION_FILES = ["AGENTS.md", "CLAUDE.md"];
const MAX_INSTRUCTION_BYTES = 100_000;

export interface ActiveEditor extends Editor {
  /** What the chip shows: the active selection or file. */
  context(): EditorContext | undefined;
  /** The text that a chip stands for, though another editor may be active by now; undefined when it is no longer open. */
  snapshot(contextId: string): EditorSnapshot | undefined;
  /** Questions about the workspace's open files. */
  examples(): readonly string[];
}

/** What the person looks at, as the editor has it. Files that hold secrets are never offered. */
export function createActiveEditor(log: Log): ActiveEditor {
  let lastShown: vscode.TextEditor | undefined;

  /** The active editor; behind a chat in a tab, an output or another document that no person edits, the one they were in before. */
  function inFront(): vscode.TextEditor | undefined {
    const active = vscode.window.activeTextEditor;
    if (active === undefined && !isChatInFront()) return undefined;
    if (active !== undefined && !HIDDEN_SCHEMES.has(active.document.uri.scheme)) return (lastShown = active);
    return lastShown !== undefined && vscode.window.visibleTextEditors.includes(lastShown) ? lastShown : undefined;
  }

  function context(): EditorContext | undefined {
    const editor = inFront();
    if (editor === undefined || !isOffered(editor.document)) return undefined;
    const { document, selection } = editor;
    const range = selection.isEmpty ? undefined : selection;
    const lines = range === undefined ? undefined : linesOf(range);
    return defined({ contextId: contextIdOf(document.uri, range), path: pathOf(document.uri), language: document.languageId, lines });
  }

  function snapshot(contextId: string): EditorSnapshot | undefined {
    const found = parseContextId(contextId);
    const document = vscode.workspace.textDocuments.find((item) => item.uri.toString() === found?.uri);
    if (found === undefined || document === undefined || !isOffered(document)) return undefined;
    const range = found.range === undefined ? undefined : document.validateRange(found.range);
    const lines = range === undefined ? undefined : linesOf(range);
    return defined({ path: pathOf(document.uri), language: document.languageId, lines, text: document.getText(range) });
  }

  return {
    context,
    snapshot,
    active() {
      const current = context();
      return current === undefined ? undefined : snapshot(current.contextId);
    },
    onChange(listener) {
      return vscode.Disposable.from(
        vscode.window.onDidChangeActiveTextEditor(listener),
        vscode.window.onDidChangeTextEditorSelection((event) => {
          if (event.textEditor === vscode.window.activeTextEditor) listener();
        }),
      );
    },
    examples: () => exampleQuestions(workspacePath(inFront()?.document.uri), openPaths()),
    folder() {
      const first = vscode.workspace.workspaceFolders?.[0];
      return first === undefined ? undefined : { name: first.name, uri: first.uri.toString() };
    },

    async instructions() {
      // A folder that is not trusted must not talk to the model in the person's name.
      if (!vscode.workspace.isTrusted) return [];
      const files = (vscode.workspace.workspaceFolders ?? []).flatMap((folder) => INSTRUCTION_FILES.map((name) => vscode.Uri.joinPath(folder.uri, name)));
      const read = await Promise.all(files.map((uri) => readInstruction(uri, log)));
      return read.flatMap((text, index) => {
        const uri = files[index];
        return text === undefined || uri === undefined || text.trim() === "" ? [] : [{ path: pathOf(uri), text }];
      });
    },
  };
}

function isChatInFront(): boolean {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  // The editor puts a prefix of its own before a webview's type.
  return input instanceof vscode.TabInputWebview && input.viewType.endsWith(CHAT_TAB_TYPE);
}

/** The workspace's files in the editor's tabs. */
function openPaths(): readonly string[] {
  return vscode.window.tabGroups.all.flatMap((group) => group.tabs).flatMap(({ input }) => (input instanceof vscode.TabInputText ? (workspacePath(input.uri) ?? []) : []));
}

function workspacePath(uri: vscode.Uri | undefined): string | undefined {
  return uri === undefined || vscode.workspace.getWorkspaceFolder(uri) === undefined ? undefined : vscode.workspace.asRelativePath(uri);
}

async function readInstruction(uri: vscode.Uri, log: Log): Promise<string | undefined> {
  try {
    const bytes = await vscode.workspace.fs.readFile(uri);
    if (bytes.byteLength > MAX_INSTRUCTION_BYTES) log.warn(`${pathOf(uri)} is over ${MAX_INSTRUCTION_BYTES} bytes; only its beginning is sent`);
    return new TextDecoder().decode(bytes.subarray(0, MAX_INSTRUCTION_BYTES));
  } catch (error) {
    if (!(error instanceof vscode.FileSystemError && error.code === "FileNotFound")) log.warn(`${pathOf(uri)} could not be read: ${describeError(error)}`);
    return undefined;
  }
}

function isOffered(document: vscode.TextDocument): boolean {
  return !HIDDEN_SCHEMES.has(document.uri.scheme) && !isSecretPath(document.uri.path);
}

/** Within the workspace the path from its folder; elsewhere the name alone, for the rest tells of the person's machine. */
function pathOf(uri: vscode.Uri): string {
  const file = uri.scheme === "vscode-notebook-cell" ? (vscode.workspace.notebookDocuments.find((notebook) => notebook.uri.path === uri.path)?.uri ?? uri) : uri;
  const isInside = vscode.workspace.getWorkspaceFolder(file) !== undefined || uri.scheme === "untitled";
  return isInside ? vscode.workspace.asRelativePath(file) : (file.path.split("/").at(-1) ?? file.path);
}

/** 1-based lines; a selection that ends at the very start of a line does not count that line. */
function linesOf(range: vscode.Range): { readonly startLine: number; readonly endLine: number } {
  const endsBefore = range.end.character === 0 && range.end.line > range.start.line;
  return { startLine: range.start.line + 1, endLine: range.end.line + (endsBefore ? 0 : 1) };
}

function contextIdOf(uri: vscode.Uri, range: vscode.Range | undefined): string {
  const numbers = range === undefined ? "" : [range.start.line, range.start.character, range.end.line, range.end.character].join(",");
  return `${numbers}|${uri.toString()}`;
}

function parseContextId(contextId: string): { readonly uri: string; readonly range: vscode.Range | undefined } | undefined {
  const match = /^(?:(\d+),(\d+),(\d+),(\d+))?\|(.+)$/s.exec(contextId);
  if (match === null) return undefined;
  const [, startLine, startCharacter, endLine, endCharacter, uri = ""] = match;
  const range = startLine === undefined ? undefined : new vscode.Range(Number(startLine), Number(startCharacter), Number(endLine), Number(endCharacter));
  return { uri, range };
}
