import { moment, startedAt, type Moment } from "./startedAt";
import * as vscode from "vscode";
import { t, useTranslation } from "../core/base/l10n";
import { compose, type Cairn } from "./compose";
import { translation } from "./editor/translation";

let cairn: Cairn | undefined;

export interface Exports {
  /** What loading and activating Cairn took, ms; while an editor starts, the wall's clock also counts other programs' turns. */
  readonly activation: Moment;
  /** For the integration tests, and only while VS Code runs them: it reaches the secrets. */
  readonly context?: vscode.ExtensionContext;
}

export function activate(context: vscode.ExtensionContext): Exports {
  const calledAt = moment();
  try {
    useTranslation(translation());
    cairn = compose(context);
  } catch (error) {
    // VS Code itself says nothing when an extension fails to start.
    void vscode.window.showErrorMessage(t("Cairn could not start: {0}", error instanceof Error ? error.message : String(error)));
    throw error;
  }
  const activation = sum(difference(startedAt, loadedAt), difference(calledAt, moment()));
  cairn.log.info(`Activated in ${activation.wallMs.toFixed(1)} ms, ${activation.cpuMs.toFixed(1)} ms of it on the processor`);
  return context.extensionMode === vscode.ExtensionMode.Test ? { activation, context } : { activation };
}

export async function deactivate(): Promise<void> {
  await cairn?.close();
}

function difference(from: Moment, to: Moment): Moment {
  return { wallMs: to.wallMs - from.wallMs, cpuMs: to.cpuMs - from.cpuMs };
}

/** Between loading and activating the host does other things, which are not ours. */
function sum(loading: Moment, activating: Moment): Moment {
  return { wallMs: loading.wallMs + activating.wallMs, cpuMs: loading.cpuMs + activating.cpuMs };
}

const loadedAt = moment();
