import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import * as vscode from "vscode";
import { createActiveEditor } from "../../src/extension/editor/activeEditor";
import { createMemento, createSecrets } from "../../src/extension/editor/stores";
import { openStore } from "../../src/extension/adapters/store";
import { describeDbContract } from "../support/contracts/db";
import { describeEditorContract } from "../support/contracts/editor";
import { describeMementoContract } from "../support/contracts/memento";
import { describeSecretsContract } from "../support/contracts/secrets";
import { createRecordingLog } from "../support/fakes/log";
import { activeCairn, until } from "./support/cairn";

describeSecretsContract("SecretStorage", async () => createSecrets((await activeCairn()).context.secrets));
describeMementoContract("the window's state", async () => createMemento((await activeCairn()).context.workspaceState));
describeMementoContract("the global state", async () => createMemento((await activeCairn()).context.globalState));

describeDbContract("the built worker in the extension host", async (imagePath) => {
  const dist = (await activeCairn()).context.asAbsolutePath("dist");
  const root = imagePath === undefined ? await mkdtemp(path.join(tmpdir(), "cairn-store-")) : path.dirname(imagePath);
  return (await openStore({ workerPath: path.join(dist, "storeWorker.js"), wasmPath: path.join(dist, "sql-wasm.wasm"), root, imagePath, log: createRecordingLog() })).db;
});

describeEditorContract("VS Code", async () => {
  const closeAll = async (): Promise<void> => {
    while (vscode.window.activeTextEditor !== undefined) {
      await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  return {
    editor: createActiveEditor(createRecordingLog()),
    async show(file) {
      const folder = vscode.workspace.workspaceFolders?.[0];
      if (folder === undefined) throw new Error("The tests need a workspace folder.");
      const uri = vscode.Uri.joinPath(folder.uri, file.path).with({ scheme: "untitled" });
      const document = await vscode.workspace.openTextDocument(uri);
      const shown = await vscode.window.showTextDocument(await vscode.languages.setTextDocumentLanguage(document, file.language));
      await shown.edit((edit) => edit.replace(new vscode.Range(0, 0, shown.document.lineCount, 0), file.text));
      const lines = file.lines;
      shown.selection = lines === undefined ? new vscode.Selection(0, 0, 0, 0) : new vscode.Selection(lines.startLine - 1, 0, lines.endLine - 1, shown.document.lineAt(lines.endLine - 1).text.length);
      await until(() => vscode.window.activeTextEditor?.document === shown.document, "the file to be active");
    },
    showNothing: closeAll,
    dispose: closeAll,
  };
});
