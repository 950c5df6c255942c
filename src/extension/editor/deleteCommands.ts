import * as vscode from "vscode";
import { t } from "../../core/base/l10n";
import type { Tables } from "../../core/store/tables";

export interface DeleteOptions {
  readonly tables: Pick<Tables, "chatIds" | "find">;
  /** Every chat of which anything is kept: also those in which nothing was asked, which no list shows. */
  readonly stored: () => Promise<readonly string[]>;
  /** Removes chats for good; gives those that stay because another window has them open. */
  readonly purge: (chatIds: readonly string[]) => Promise<{ readonly removed: readonly string[]; readonly busy: readonly string[] }>;
  /** Stops what is being answered. */
  readonly stopAll: () => Promise<void>;
}

/** Asks, then removes a chat that is in the trash for good, or all that are in it. */
export async function emptyTrash({ tables, purge }: DeleteOptions, chatId?: string): Promise<void> {
  const trash = await tables.chatIds({ isTrash: true });
  const meant = chatId === undefined ? trash : trash.filter((id) => id === chatId);
  if (meant.length === 0) return void vscode.window.showInformationMessage(t("The trash is empty."));
  const only = meant.length === 1 ? await tables.find(meant[0] ?? "") : undefined;
  const question = only === undefined ? t("Delete {0} chats in the trash for good?", meant.length) : t("Delete “{0}” for good?", only.title);
  if (await confirmed(question, t("Their files are removed. This cannot be undone."), t("Delete for Good"))) tellOutcome(await purge(meant));
}

/** Asks, then removes all chats for good, those in the trash and those that are not. Settings and the key stay. */
export async function deleteEverything({ tables, stored, purge, stopAll }: DeleteOptions): Promise<void> {
  const listed = [...(await tables.chatIds({})), ...(await tables.chatIds({ isTrash: true }))];
  const all = [...new Set([...listed, ...(await stored())])];
  if (all.length === 0) return void vscode.window.showInformationMessage(t("There are no chats to delete."));
  // People count the chats that they see.
  const count = listed.length === 0 ? all.length : listed.length;
  const detail = t("All {0} chats are removed from this machine, in every folder, with all that was kept about them. Export them first if you may want them again. This cannot be undone. Your settings and your API key stay.", count);
  if (!(await confirmed(t("Delete everything?"), detail, t("Delete Everything")))) return;
  await stopAll();
  const { removed, busy } = await purge([...new Set([...all, ...(await stored())])]); // what was begun while the question stood
  const isListed = new Set(listed);
  tellOutcome({ removed: listed.length === 0 ? removed : removed.filter((chatId) => isListed.has(chatId)), busy });
}

/** Says that a chat which somebody looks at here is no more. */
export function tellRemovedElsewhere(title: string): void {
  void vscode.window.showInformationMessage(t("“{0}” was deleted for good in another window.", title === "" ? t("Untitled chat") : title));
}

async function confirmed(question: string, detail: string, yes: string): Promise<boolean> {
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) === yes;
}

function tellOutcome({ removed, busy }: { readonly removed: readonly string[]; readonly busy: readonly string[] }): void {
  const gone = removed.length === 1 ? t("1 chat was deleted for good.") : t("{0} chats were deleted for good.", removed.length);
  if (busy.length === 0) return void vscode.window.showInformationMessage(gone);
  void vscode.window.showWarningMessage(t("{0} {1} stayed, being open in another window: close them there, then try again.", gone, busy.length));
}
