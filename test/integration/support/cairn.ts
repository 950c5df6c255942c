import assert from "node:assert/strict";
import * as vscode from "vscode";

/** Cairn as the extension host runs it, active. */
export async function activeCairn(): Promise<{ readonly extension: vscode.Extension<{ readonly context?: vscode.ExtensionContext }>; readonly context: vscode.ExtensionContext }> {
  const extension = vscode.extensions.getExtension<{ readonly context?: vscode.ExtensionContext }>("cairn.cairn");
  assert.ok(extension, "the extension is not installed");
  const { context } = await extension.activate();
  assert.ok(context, "the context is handed out in test mode");
  return { extension, context };
}

/** Waits until `condition` holds, looking again whenever the host has had time for other work. */
export async function until(condition: () => boolean | Promise<boolean>, what: string, limitMs = 5_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`Not within ${limitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
