import { homedir } from "node:os";
import path from "node:path";
import * as vscode from "vscode";
import { grouped, t } from "../../core/base/l10n";
import { fileNameOf } from "../../core/store/exchange/chatMarkdown";
import type { ChatExchange, OnExportProgress } from "../../core/store/exchange/exchange";
import type { ExportCounts } from "../../core/store/exchange/exportChats";
import { describeOutcome } from "../../core/store/exchange/outcomeText";
import type { Tables } from "../../core/store/tables";
import { withProgress, type Report } from "./cancellation";

export interface ExchangeCommandOptions {
  readonly exchange: ChatExchange;
  readonly tables: Pick<Tables, "listChats" | "find" | "poll">;
  /** The chat that the panel shows. */
  readonly shownChat: () => Promise<string | undefined>;
  /** Chats have come. */
  readonly onImported: () => void;
}

/** So many chats are offered to choose from, the newest first. */
const MAX_OFFERED = 1_000;

/** Exports the chat that the panel shows, or one that is chosen, as Markdown or JSON by the name of the file. */
export async function exportChat({ exchange, tables, shownChat }: ExchangeCommandOptions): Promise<void> {
  const shown = await shownChat();
  const chat = (shown === undefined ? undefined : await tables.find(shown)) ?? (await chooseChat(tables));
  if (chat === undefined) return;
  const target = await vscode.window.showSaveDialog({
    title: t("Export “{0}”", titleOf(chat)),
    defaultUri: suggested(`${fileNameOf(chat)}.md`),
    filters: { Markdown: ["md"], JSON: ["json"] },
    saveLabel: t("Export"),
  });
  const file = pathOf(target);
  if (file === undefined) return;
  const counts = await working(t("Cairn: exporting the chat…"), (signal, report) =>
    path.extname(file).toLowerCase() === ".json" ? exchange.exportJson(file, { chatIds: [chat.chatId], hasTrash: true }, told(report), signal) : exchange.exportMarkdown(file, chat.chatId, signal),
  );
  if (counts !== undefined) await tellExported(counts, t("The chat was exported to {0}.", path.basename(file)), file);
}

/** Exports all chats: as one file that can be imported, or as a file a chat to be read. */
export async function exportAllChats({ exchange, tables }: ExchangeCommandOptions): Promise<void> {
  const { chats: trash } = await tables.listChats({ isTrash: true }, 1);
  const json = { label: t("JSON: one file"), detail: t("Can be imported again, with nothing lost."), isJson: true, hasTrash: false };
  const markdown = { label: t("Markdown: one file per chat"), detail: t("To be read; cannot be imported."), isJson: false, hasTrash: false };
  const withTrash = { label: t("JSON, with the trash"), detail: t("Deleted chats that can still be restored go along."), isJson: true, hasTrash: true };
  const choice = await vscode.window.showQuickPick(trash.length === 0 ? [json, markdown] : [json, markdown, withTrash], { title: t("Export all chats") });
  if (choice === undefined) return;
  const target = choice.isJson
    ? await vscode.window.showSaveDialog({ title: t("Export all chats"), defaultUri: suggested("cairn-chats.json"), filters: { JSON: ["json"] }, saveLabel: t("Export") })
    : (await vscode.window.showOpenDialog({ title: t("Choose the folder for the chats' files"), defaultUri: suggested(""), canSelectFolders: true, canSelectFiles: false, openLabel: t("Export Here") }))?.[0];
  const place = pathOf(target);
  if (place === undefined) return;
  const { hasTrash } = choice;
  const counts = await working(t("Cairn: exporting chats…"), (signal, report) => (choice.isJson ? exchange.exportJson(place, { hasTrash }, told(report), signal) : exchange.exportMarkdownFiles(place, { hasTrash }, told(report), signal)));
  if (counts === undefined) return;
  await tellExported(counts, counts.chats === 1 ? t("1 chat was exported to {0}.", path.basename(place)) : t("{0} chats were exported to {1}.", grouped(counts.chats), path.basename(place)), choice.isJson ? place : undefined);
}

/** Imports a file that one of the exports has written. */
export async function importChats({ exchange, tables, onImported }: ExchangeCommandOptions): Promise<void> {
  const [source] = (await vscode.window.showOpenDialog({ title: t("Import chats"), defaultUri: suggested(""), filters: { JSON: ["json"] }, openLabel: t("Import") })) ?? [];
  const file = pathOf(source);
  if (file === undefined) return;
  const result = await withProgress(t("Cairn: importing chats…"), (signal, report) =>
    exchange.importFile(file, ({ isChecking, chatsDone, chatCount }) => (isChecking ? report(t("checking, {0} chats so far", grouped(chatsDone))) : report(t("{0} of {1}", grouped(chatsDone), grouped(chatCount)), chatsDone / chatCount)), signal),
  );
  const outcome = result.ok ? result.value : result.error.before;
  if (outcome.imported + outcome.copied > 0) {
    await tables.poll();
    onImported();
  }
  const nothing = outcome.imported + outcome.copied + outcome.present === 0;
  if (!result.ok) void vscode.window.showErrorMessage(nothing ? result.error.message : `${result.error.message} ${describeOutcome(outcome)}`);
  else if (!result.value.isCancelled || !nothing) void vscode.window.showInformationMessage(describeOutcome(outcome));
}

async function chooseChat(tables: ExchangeCommandOptions["tables"]): Promise<{ readonly chatId: string; readonly title: string } | undefined> {
  const { chats } = await tables.listChats({}, MAX_OFFERED);
  if (chats.length === 0) return void vscode.window.showInformationMessage(t("There are no chats to export."));
  const items = chats.map((chat) => ({ label: titleOf(chat), description: chat.folder ?? "", chat }));
  return (await vscode.window.showQuickPick(items, { title: t("Export a chat"), placeHolder: t("Choose a chat") }))?.chat;
}

async function tellExported({ lostLines, missingBlobs }: ExportCounts, said: string, file: string | undefined): Promise<void> {
  const open = t("Open");
  const actions = file === undefined ? [] : [open];
  const lost = [
    ...(lostLines === 0 ? [] : [t("{0} damaged lines could not be read and are not in it; “Cairn: Verify Storage” says where.", grouped(lostLines))]),
    ...(missingBlobs === 0 ? [] : [t("{0} attached files are missing or damaged on this machine and are not in it.", grouped(missingBlobs))]),
  ];
  const choice = lost.length === 0 ? await vscode.window.showInformationMessage(said, ...actions) : await vscode.window.showWarningMessage([said, ...lost].join(" "), ...actions);
  if (choice === open && file !== undefined) await vscode.window.showTextDocument(vscode.Uri.file(file));
}

/** Undefined when it was cancelled. */
async function working<T>(title: string, work: (signal: AbortSignal, report: Report) => Promise<T>): Promise<T | undefined> {
  return withProgress(title, async (signal, report) => {
    try {
      return await work(signal, report);
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  });
}

function told(report: Report): OnExportProgress {
  return (done, count) => report(t("{0} of {1}", grouped(done), grouped(count)), done / count);
}

function titleOf({ title }: { readonly title: string }): string {
  return title === "" ? t("Untitled chat") : title;
}

function suggested(name: string): vscode.Uri {
  return vscode.Uri.joinPath(vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === "file")?.uri ?? vscode.Uri.file(homedir()), name);
}

function pathOf(uri: vscode.Uri | undefined): string | undefined {
  if (uri === undefined || uri.scheme === "file") return uri?.fsPath;
  throw new Error(t("Choose a place on the machine that Cairn runs on; it cannot write to {0}.", uri.scheme));
}
