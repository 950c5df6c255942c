import * as vscode from "vscode";
import { check, describeCheckError } from "../../core/base/check";
import type { Disposable } from "../../core/base/disposables";
import { assertNever, describeError } from "../../core/base/errors";
import { t } from "../../core/base/l10n";
import type { Clock, Log } from "../../core/ports";
import { usageRequest, type UsageAsk, type UsageGroup, type UsageReply, type UsageReport } from "../../core/protocol/usagePage";
import type { UsageQuestion } from "../../core/store/usage";
import { usageCsv } from "../../core/store/usageCsv";
import { renderHtml } from "./html";

export interface UsageViewOptions {
  readonly dist: vscode.Uri;
  readonly icon: { readonly light: vscode.Uri; readonly dark: vscode.Uri };
  readonly usage: (question: UsageQuestion) => Promise<UsageReport>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface UsageView extends vscode.Disposable {
  /** Brings the page's tab to the front. */
  show(): void;
  /** Tokens were used: what the page shows is behind. */
  changed(): void;
}

const TYPE = "cairn.usage";
/** Rows in the page; a file has all. */
const MAX_ROWS = 200;
/** Answers of many steps tell of each: the page is not told as often, ms. */
const CHANGED_AFTER_MS = 1_000;

/** One editor tab about the tokens that were used and what they cost. */
export function createUsageView({ dist, icon, usage, clock, log }: UsageViewOptions): UsageView {
  let tab: vscode.WebviewPanel | undefined;
  let telling: Disposable | undefined;
  const post = (reply: UsageReply): void => {
    void tab?.webview.postMessage(reply).then(undefined, (error: unknown) => log.debug(`A post was lost: ${String(error)}`));
  };

  function create(): void {
    tab = vscode.window.createWebviewPanel(TYPE, t("Cairn Usage"), vscode.ViewColumn.Active, { enableScripts: true, localResourceRoots: [dist] });
    tab.iconPath = icon;
    tab.onDidDispose(() => (tab = undefined));
    tab.webview.onDidReceiveMessage((message: unknown) => {
      const request = check(usageRequest, message);
      if (!request.ok) return log.warn(`Dropped a malformed frame: ${describeCheckError(request.error)}`);
      void answer(request.value.id, request.value.ask);
    });
    tab.webview.html = renderHtml(tab.webview, dist, { bundle: "usage", rootId: "cairn-usage" });
  }

  async function answer(id: number, ask: UsageAsk): Promise<void> {
    try {
      post({ type: "ok", id, value: await handle(ask) });
    } catch (error) {
      log.debug(`The usage page asked in vain: ${describeError(error)}`);
      post({ type: "error", id, error: error instanceof Error ? error.message : String(error) });
    }
  }

  function handle(ask: UsageAsk): Promise<unknown> {
    const now = clock.now();
    const question = { by: ask.by, firstDay: ask.range === "all" ? undefined : dayBefore(now, Number(ask.range) - 1), lastDay: dayBefore(now, 0) };
    switch (ask.type) {
      case "report":
        return usage({ ...question, limit: MAX_ROWS });
      case "export":
        return exportCsv(ask.by, async () => usageCsv(await usage({ ...question, limit: Number.MAX_SAFE_INTEGER }), ask.by));
      default:
        return assertNever(ask, "request");
    }
  }

  return {
    show() {
      if (tab === undefined) create();
      else tab.reveal();
    },
    changed() {
      if (tab === undefined) return;
      telling ??= clock.after(CHANGED_AFTER_MS, () => {
        telling = undefined;
        post({ type: "changed" });
      });
    },
    dispose() {
      telling?.dispose();
      tab?.dispose();
    },
  };
}

/** The day so many days before a moment, as people here call it. */
function dayBefore(at: number, days: number): string {
  const date = new Date(at);
  date.setDate(date.getDate() - days);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

/** Writes into a file that the person chooses; gives its name, or null where none was chosen. */
async function exportCsv(by: UsageGroup, text: () => Promise<string>): Promise<{ readonly file: string | null }> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const uri = await vscode.window.showSaveDialog({ title: t("Export Usage"), filters: { CSV: ["csv"] }, ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, `cairn-usage-${by}.csv`) }) });
  if (uri === undefined) return { file: null };
  try {
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(await text()));
  } catch (error) {
    throw new Error(t("The file could not be written: {0}. Choose another folder, or check its permissions.", error instanceof Error ? error.message : String(error)), { cause: error });
  }
  return { file: uri.path.slice(uri.path.lastIndexOf("/") + 1) };
}
