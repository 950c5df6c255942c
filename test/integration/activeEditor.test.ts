import assert from "node:assert/strict";
import * as vscode from "vscode";
import { createActiveEditor } from "../../src/extension/editor/activeEditor";
import { createRecordingLog } from "../support/fakes/log";
import { until } from "./support/cairn";

const folder = (): vscode.Uri => {
  const first = vscode.workspace.workspaceFolders?.[0];
  assert.ok(first);
  return first.uri;
};

async function show(path: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder(), path)));
}

describe("the active editor", () => {
  afterEach(async () => {
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  });

  it("offers the whole file when nothing is selected, unsaved text included", async () => {
    const editor = createActiveEditor(createRecordingLog());
    const shown = await show("src/cart.ts");
    await shown.edit((edit) => edit.insert(new vscode.Position(0, 0), "// not saved\n"));
    shown.selection = new vscode.Selection(0, 0, 0, 0);
    const snapshot = editor.active();
    assert.equal(snapshot?.path, "src/cart.ts");
    assert.equal(snapshot.language, "typescript");
    assert.equal(snapshot.lines, undefined);
    assert.ok(snapshot.text.startsWith("// not saved\n"));
  });

  it("offers the selection, with its lines counted from 1 and no line that only its end touches", async () => {
    const editor = createActiveEditor(createRecordingLog());
    const shown = await show("src/cart.ts");
    shown.selection = new vscode.Selection(1, 0, 3, 0);
    assert.deepEqual(editor.context()?.lines, { startLine: 2, endLine: 3 });
    assert.equal(editor.active()?.text, shown.document.getText(new vscode.Range(1, 0, 3, 0)));
  });

  it("keeps what a chip stood for when another editor has become active", async () => {
    const editor = createActiveEditor(createRecordingLog());
    const shown = await show("src/cart.ts");
    shown.selection = new vscode.Selection(0, 0, 1, 3);
    const chip = editor.context();
    assert.ok(chip);
    const text = shown.document.getText(shown.selection);
    await show("README.md");
    assert.equal(editor.context()?.path, "README.md");
    assert.equal(editor.snapshot(chip.contextId)?.text, text);
    assert.equal(editor.snapshot("|file:///not/open.ts"), undefined);
    assert.equal(editor.snapshot("nonsense"), undefined);
  });

  it("offers nothing for files that hold secrets and for output", async () => {
    const editor = createActiveEditor(createRecordingLog());
    const secret = vscode.Uri.joinPath(folder(), ".env");
    await vscode.workspace.fs.writeFile(secret, new TextEncoder().encode("TOKEN=1"));
    try {
      await show(".env");
      assert.equal(editor.context(), undefined);
      assert.equal(editor.snapshot(`|${secret.toString()}`), undefined);
    } finally {
      await vscode.commands.executeCommand("workbench.action.closeAllEditors");
      await vscode.workspace.fs.delete(secret);
    }
    assert.equal(editor.active(), undefined);
  });

  it("offers an untitled document", async () => {
    const editor = createActiveEditor(createRecordingLog());
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: "python", content: "print(1)" }));
    assert.equal(editor.active()?.text, "print(1)");
    assert.equal(editor.active()?.language, "python");
  });

  it("says when file or selection change", async () => {
    const editor = createActiveEditor(createRecordingLog());
    let changes = 0;
    const subscription = editor.onChange(() => changes++);
    const shown = await show("src/cart.ts");
    await until(() => changes > 0, "a change of the editor");
    const before = changes;
    shown.selection = new vscode.Selection(0, 0, 0, 2);
    await until(() => changes > before, "a change of the selection");
    subscription.dispose();
  });

  it("reads the folder's instructions", async () => {
    const instructions = await createActiveEditor(createRecordingLog()).instructions();
    assert.deepEqual(instructions.map((file) => file.path), ["AGENTS.md"]);
    assert.ok((instructions[0]?.text ?? "").length > 10);
  });
});
