import * as vscode from "vscode";
import { t } from "../../core/base/l10n";

/** Shows in the status bar how much of the chats has been read, until it is told `undefined`. */
export function createReadingStatus(): (percent: number | undefined) => void {
  let shown: { readonly progress: vscode.Progress<{ message?: string }>; readonly end: () => void } | undefined;

  function begin(): NonNullable<typeof shown> {
    let begun: NonNullable<typeof shown> | undefined;
    // The editor calls back before it returns.
    void vscode.window.withProgress({ location: vscode.ProgressLocation.Window }, (progress) => new Promise<void>((end) => (begun = { progress, end })));
    return begun ?? { progress: { report: () => undefined }, end: () => undefined };
  }

  return (percent) => {
    if (percent === undefined) {
      shown?.end();
      shown = undefined;
      return;
    }
    shown ??= begin();
    shown.progress.report({ message: t("Cairn: reading your chats: {0} %", percent) });
  };
}
