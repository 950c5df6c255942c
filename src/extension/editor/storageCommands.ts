import * as vscode from "vscode";
import { grouped, t } from "../../core/base/l10n";
import type { StorageCare } from "../../core/store/care";
import type { Verification } from "../../core/store/verify";
import { describeCopied, hasProblems, linesToKeep, needsRebuild, renderVerification, summarize } from "../../core/store/verifyReport";
import { withProgress } from "./cancellation";

export interface VerifyOptions {
  readonly care: StorageCare;
  /** The storage folder. */
  readonly root: string;
  readonly onRepaired: () => void;
}

const REPORT_SCHEME = "cairn-report";
const MEGABYTE = 1_000_000;

/** The last report, as a document that nobody can change and nobody is asked to save. */
export interface Reports extends vscode.Disposable {
  show(text: string): Promise<void>;
}

export function createReports(): Reports {
  let text = "";
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const uri = vscode.Uri.from({ scheme: REPORT_SCHEME, path: `/${t("Storage check")}.md` });
  const registration = vscode.workspace.registerTextDocumentContentProvider(REPORT_SCHEME, { onDidChange: changed.event, provideTextDocumentContent: () => text });
  return {
    async show(latest) {
      text = latest;
      changed.fire(uri);
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: false });
    },
    dispose() {
      registration.dispose();
      changed.dispose();
    },
  };
}

/** What can be done with chats of a folder that a newer Cairn has used. */
export function tellNewerFolder(): void {
  void vscode.window.showWarningMessage(t("A newer Cairn has used your chats' folder. Your chats are here; those that it has written in can only be read. The list is made anew at each start until you update Cairn."));
}

/** Checks every line and the index, shows what was found, and offers what can be done about it. */
export async function verifyStorage({ care, root, onRepaired }: VerifyOptions, reports: Reports): Promise<void> {
  const found = await withProgress(t("Cairn: checking the storage…"), async (signal, report) => {
    try {
      const verification = await care.verify(({ readBytes, totalBytes }) => report(t("{0} of {1} MB", grouped(Math.round(readBytes / MEGABYTE)), grouped(Math.round(totalBytes / MEGABYTE))), readBytes / totalBytes), signal);
      return { verification, strangers: (await care.measure()).strangers };
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  });
  if (found === undefined) return;
  const { verification, strangers } = found;
  await reports.show(renderVerification(root, verification, strangers));
  if (!hasProblems(verification)) return void vscode.window.showInformationMessage(summarize(verification));
  await offerRepair({ care, root, onRepaired }, verification);
}

async function offerRepair({ care, onRepaired }: VerifyOptions, verification: Verification): Promise<void> {
  const lines = linesToKeep(verification);
  const rebuild = t("Rebuild Index");
  const quarantine = t("Copy Lines to Quarantine");
  const choice = await vscode.window.showWarningMessage(summarize(verification), ...(needsRebuild(verification) ? [rebuild] : []), ...(lines.length > 0 ? [quarantine] : []));
  if (choice === rebuild) {
    await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: t("Cairn: rebuilding the index…") }, () => care.rebuildIndex());
    onRepaired();
    void vscode.window.showInformationMessage(t("The index was made anew from the journals."));
  }
  if (choice === quarantine) {
    const count = await care.quarantine(lines);
    onRepaired();
    void vscode.window.showInformationMessage(describeCopied(count));
  }
}
