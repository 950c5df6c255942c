import * as vscode from "vscode";

/** Says how far a work has come: in words, and as a share from 0 to 1 where that is known. */
export type Report = (message: string, share?: number) => void;

/** Shows a notification with Cancel while `work` runs; its token becomes an AbortSignal here and nowhere else. */
export async function withProgress<T>(title: string, work: (signal: AbortSignal, report: Report) => Promise<T>): Promise<T> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, async (progress, token) => {
    const controller = new AbortController();
    const subscription = token.onCancellationRequested(() => controller.abort());
    let shown = 0;
    const report: Report = (message, share) => {
      // The editor takes what was added since the last time.
      const percent = share === undefined ? shown : Math.max(shown, share * 100);
      progress.report({ message, increment: percent - shown });
      shown = percent;
    };
    try {
      return await work(controller.signal, report);
    } finally {
      subscription.dispose();
    }
  });
}
