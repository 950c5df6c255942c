import * as vscode from "vscode";
import { describeError } from "../../core/base/errors";
import type { Log } from "../../core/ports";
import { commandIds, type CommandId } from "./contributions";

/** Registers every contributed command; a handler that throws is logged and said, never lost. */
export function registerCommands(handlers: { readonly [C in CommandId]: () => Promise<void> | void }, log: Log): vscode.Disposable {
  const registrations = commandIds.map((id) =>
    vscode.commands.registerCommand(id, async () => {
      try {
        await handlers[id]();
      } catch (error) {
        log.error(`${id} failed: ${describeError(error)}`);
        void vscode.window.showErrorMessage(`${id} failed: ${describeError(error)}`);
      }
    }),
  );
  return vscode.Disposable.from(...registrations);
}
