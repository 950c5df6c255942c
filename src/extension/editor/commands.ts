import * as vscode from "vscode";
import { describeError } from "../../core/base/errors";
import type { Log } from "../../core/ports";
import { commandIds, type CommandId } from "./contributions";

/** Runs what a person asked for; what it throws is logged and said, never lost. */
export async function runReported(name: string, work: () => Promise<void> | void, log: Log): Promise<void> {
  try {
    await work();
  } catch (error) {
    log.error(`${name} failed: ${describeError(error)}`);
    void vscode.window.showErrorMessage(`${name} failed: ${describeError(error)}`);
  }
}

/** Registers every contributed command. */
export function registerCommands(handlers: { readonly [C in CommandId]: () => Promise<void> | void }, log: Log): vscode.Disposable {
  const registrations = commandIds.map((id) => vscode.commands.registerCommand(id, () => runReported(id, handlers[id], log)));
  return vscode.Disposable.from(...registrations);
}
