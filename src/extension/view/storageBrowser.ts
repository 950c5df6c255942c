import * as vscode from "vscode";
import { check, describeCheckError } from "../../core/base/check";
import { assertNever, describeError } from "../../core/base/errors";
import { t } from "../../core/base/l10n";
import type { Log, SqlValue } from "../../core/ports";
import { storageRequest, type QueryResult, type StorageAsk, type StorageOverview, type StorageReply } from "../../core/protocol/storagePage";
import type { QueryTable, StorageCare, StorageLook } from "../../core/store/care";
import { STORAGE_KINDS } from "../../core/store/storageSizes";
import { kindText, sizeText } from "../../core/store/storageText";
import type { Tables } from "../../core/store/tables";
import { renderHtml } from "./html";

export interface StorageBrowserOptions {
  readonly dist: vscode.Uri;
  readonly icon: { readonly light: vscode.Uri; readonly dark: vscode.Uri };
  /** The storage folder. */
  readonly root: string;
  readonly care: Pick<StorageCare, "measure">;
  readonly look: StorageLook;
  readonly tables: Pick<Tables, "chatIds">;
  readonly actions: { verify(): void; export(): void; import(): void };
  readonly log: Log;
}

export interface StorageBrowser extends vscode.Disposable {
  /** Brings the page's tab to the front, at that part of it. */
  show(part: "overview" | "tables"): void;
  /** What the page shows may be otherwise now. */
  changed(): void;
}

const TYPE = "cairn.storage";
/** The most rows of one answer. */
const MAX_ROWS = 1_000;
const REVEAL = "revealFileInOS";

/** One editor tab about the storage: how big it is, and a look into the index. */
export function createStorageBrowser(options: StorageBrowserOptions): StorageBrowser {
  let open: { readonly tab: vscode.WebviewPanel; part: "overview" | "tables" } | undefined;
  const post = (reply: StorageReply): void => {
    void open?.tab.webview.postMessage(reply).then(undefined, (error: unknown) => options.log.debug(`A post was lost: ${String(error)}`));
  };

  function create(part: "overview" | "tables"): void {
    const { dist, icon, log } = options;
    const tab = vscode.window.createWebviewPanel(TYPE, t("Cairn Storage"), vscode.ViewColumn.Active, { enableScripts: true, localResourceRoots: [dist] });
    open = { tab, part };
    tab.iconPath = icon;
    tab.onDidDispose(() => (open = undefined));
    tab.webview.onDidReceiveMessage((message: unknown) => {
      const request = check(storageRequest, message);
      if (!request.ok) return log.warn(`Dropped a malformed frame: ${describeCheckError(request.error)}`);
      void answer(request.value.id, request.value.ask);
    });
    tab.webview.html = renderHtml(tab.webview, dist, { bundle: "storage", rootId: "cairn-storage" });
  }

  async function answer(id: number, ask: StorageAsk): Promise<void> {
    try {
      post({ type: "ok", id, value: await handle(ask) });
    } catch (error) {
      options.log.debug(`The storage page asked in vain: ${describeError(error)}`);
      post({ type: "error", id, error: error instanceof Error ? error.message : String(error) });
    }
  }

  async function handle(ask: StorageAsk): Promise<unknown> {
    const { root, look, actions } = options;
    switch (ask.type) {
      case "overview":
        if (open !== undefined) post({ type: "show", part: open.part });
        return overview(options);
      case "query":
        return toResult(await look.query(ask.sql, MAX_ROWS));
      case "act":
        if (ask.action === "reveal") await vscode.commands.executeCommand(REVEAL, vscode.Uri.file(root));
        else actions[ask.action]();
        return null;
      default:
        return assertNever(ask, "request");
    }
  }

  return {
    show(part) {
      if (open === undefined) return create(part);
      open.part = part;
      open.tab.reveal();
      post({ type: "show", part });
    },
    changed: () => post({ type: "changed" }),
    dispose: () => open?.tab.dispose(),
  };
}

async function overview({ root, care, look, tables }: StorageBrowserOptions): Promise<StorageOverview> {
  // One after the other: the first brings the index up to date, the next saves it, and the last measures its file.
  const chats = await tables.chatIds({});
  const sizes = await look.tables();
  const [trash, { kinds }, commands] = await Promise.all([tables.chatIds({ isTrash: true }), care.measure(), vscode.commands.getCommands()]);
  const rows = STORAGE_KINDS.map((kind) => ({ label: kindText(kind), files: kinds[kind].files, size: sizeText(kinds[kind].sizeBytes) }));
  const all = Object.values(kinds).reduce((sum, kind) => ({ files: sum.files + kind.files, sizeBytes: sum.sizeBytes + kind.sizeBytes }));
  return { folder: root, rows: [...rows, { label: t("All of it"), files: all.files, size: sizeText(all.sizeBytes) }], chatCount: chats.length, trashCount: trash.length, canReveal: commands.includes(REVEAL), tables: sizes };
}

function toResult({ columns, rows, isCut }: QueryTable): QueryResult {
  return { columns, rows: rows.map((row) => row.map(toText)), isCut };
}

function toText(value: SqlValue): string | null {
  if (value === null || typeof value === "string") return value;
  return typeof value === "number" ? String(value) : `x'${Buffer.from(value).toString("hex")}'`;
}
