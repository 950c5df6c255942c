import assert from "node:assert/strict";
import * as vscode from "vscode";
import { insertCode, newFileOf } from "../../src/extension/editor/insertCode";
import { until } from "./support/cairn";

describe("code of an answer", () => {
  afterEach(async () => {
    while (vscode.window.activeTextEditor !== undefined) await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  });

  it("goes where the cursor is, in place of what is selected, and is one step to undo", async () => {
    const document = await vscode.workspace.openTextDocument({ content: "one\ntwo\nthree" });
    const editor = await vscode.window.showTextDocument(document);
    editor.selection = new vscode.Selection(1, 0, 1, 3);
    await insertCode("2\n2½");
    assert.equal(document.getText(), "one\n2\n2½\nthree");
    await vscode.commands.executeCommand("undo");
    assert.equal(document.getText(), "one\ntwo\nthree");
  });

  it("goes nowhere when there is no editor", async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await until(() => vscode.window.visibleTextEditors.length === 0, "all editors closed");
    await insertCode("x");
    assert.equal(vscode.window.activeTextEditor, undefined);
  });

  it("becomes a new file in its language, by the name or the short name of it", async () => {
    for (const [named, language] of [["typescript", "typescript"], ["py", "python"], ["SH", "shellscript"], ["no-such-language", "plaintext"], ["", "plaintext"]] as const) {
      await newFileOf("x = 1", named);
      const document = vscode.window.activeTextEditor?.document;
      assert.deepEqual([document?.getText(), document?.languageId, document?.isUntitled], ["x = 1", language, true], named);
    }
  });
});
