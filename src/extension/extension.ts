import { startedAt } from "./startedAt";
import * as vscode from "vscode";
import { compose, type Cairn } from "./compose";

let cairn: Cairn | undefined;

export interface Exports {
  /** What loading and activating Cairn took of the host's thread, ms. */
  readonly activationMs: number;
  /** For the integration tests, and only while VS Code runs them: it reaches the secrets. */
  readonly context?: vscode.ExtensionContext;
}

export function activate(context: vscode.ExtensionContext): Exports {
  const calledAt = performance.now();
  try {
    cairn = compose(context);
  } catch (error) {
    // VS Code itself says nothing when an extension fails to start.
    void vscode.window.showErrorMessage(`Cairn could not start: ${error instanceof Error ? error.message : String(error)}`);
    throw error;
  }
  // Between loading and activating the host does other things, which are not ours.
  const activationMs = loadedAt - startedAt + (performance.now() - calledAt);
  cairn.log.info(`Activated in ${activationMs.toFixed(1)} ms, ${(loadedAt - startedAt).toFixed(1)} ms of it loading`);
  return context.extensionMode === vscode.ExtensionMode.Test ? { activationMs, context } : { activationMs };
}

export async function deactivate(): Promise<void> {
  await cairn?.close();
}

const loadedAt = performance.now();
