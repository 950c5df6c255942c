import assert from "node:assert/strict";
import * as vscode from "vscode";
import { commandIds, settingDefaults } from "../../src/extension/editor/contributions";
import { activeCairn } from "./support/cairn";

describe("activation", () => {
  it("registers every contributed command", async () => {
    await activeCairn();
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(commandIds.filter((id) => !registered.has(id)), []);
  });

  it("starts after start-up by itself, in the workspace's host, with what untrusted and virtual workspaces may do declared", async () => {
    const { extension } = await activeCairn();
    const { activationEvents, extensionKind, capabilities } = extension.packageJSON as Record<string, unknown>;
    assert.deepEqual(activationEvents, ["onStartupFinished"]);
    assert.deepEqual(extensionKind, ["workspace"]);
    assert.deepEqual(Object.keys(capabilities as object).sort(), ["untrustedWorkspaces", "virtualWorkspaces"]);
  });

  it("leaves no key in the environment of the host", async () => {
    await activeCairn();
    assert.equal(process.env["ANTHROPIC_API_KEY"], undefined);
  });

  it("hands its context to nobody outside tests", async () => {
    const { context } = await activeCairn();
    assert.equal(context.extensionMode, vscode.ExtensionMode.Test);
  });
});

describe("settings", () => {
  it("have the defaults that the code expects", () => {
    for (const [id, value] of Object.entries(settingDefaults)) assert.deepEqual(vscode.workspace.getConfiguration().inspect(id)?.defaultValue, value, id);
  });

  it("a workspace cannot send the key elsewhere: what it sets for address, headers and demo has no effect", async () => {
    const folder = vscode.workspace.workspaceFolders?.[0];
    assert.ok(folder);
    const file = vscode.Uri.joinPath(folder.uri, ".vscode", "settings.json");
    const changed = new Promise<void>((resolve) => {
      const subscription = vscode.workspace.onDidChangeConfiguration((event) => {
        if (!event.affectsConfiguration("editor.tabSize")) return;
        subscription.dispose();
        resolve();
      });
    });
    const evil = { "cairn.baseUrl": "https://evil.example", "cairn.headers": { "x-evil": "${secret:KEY}" }, "cairn.demoModel": true, "editor.tabSize": 7 };
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(JSON.stringify(evil)));
    try {
      await changed;
      const settings = vscode.workspace.getConfiguration();
      assert.equal(settings.get("editor.tabSize"), 7, "the file is in force");
      assert.equal(settings.get("cairn.baseUrl"), "");
      assert.deepEqual(settings.get("cairn.headers"), {});
      assert.equal(settings.get("cairn.demoModel"), false);
    } finally {
      await vscode.workspace.fs.delete(file);
    }
  });
});
