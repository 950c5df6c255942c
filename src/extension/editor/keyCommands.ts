import * as vscode from "vscode";
import { assertNever } from "../../core/base/errors";
import { t } from "../../core/base/l10n";
import type { Connection, SetKeyOutcome } from "../../core/chat/connection";
import { headerSecretName } from "../../core/chat/endpoint";
import type { Secrets } from "../../core/ports";
import { withProgress } from "./cancellation";

/** Asks for a key, tries it and says what came of it. */
export async function askForKey(connection: Connection): Promise<void> {
  const key = await vscode.window.showInputBox({
    title: t("Cairn: Set API Key"),
    prompt: t("Your Anthropic API key. It is tried once, then kept in the editor's secret storage."),
    placeHolder: "sk-ant-…",
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === "" ? t("Paste a key, or press Escape.") : /\s/.test(text.trim()) ? t("A key has no spaces or line breaks.") : undefined),
  });
  if (key === undefined) return;
  await tellOutcome(connection, key, await withProgress(t("Cairn: checking the API key…"), (signal) => connection.setKey(key, signal)));
}

async function tellOutcome(connection: Connection, key: string, outcome: SetKeyOutcome): Promise<void> {
  const tryAgain = t("Try Again");
  const storeAnyway = t("Store Anyway");
  switch (outcome.type) {
    case "cancelled":
      return;
    case "stored":
      // Not a notification: it would lie over the message box that the person turns to now.
      vscode.window.setStatusBarMessage(`$(check) ${t("The API key is stored.")}`, 5_000);
      return;
    case "rejected": {
      const choice = await vscode.window.showErrorMessage(t("{0} The key was not stored.", outcome.failure.message), tryAgain);
      if (choice === tryAgain) await askForKey(connection);
      return;
    }
    case "untried": {
      const choice = await vscode.window.showWarningMessage(t("The key could not be tried, and was not stored: {0}", outcome.failure.message), storeAnyway, tryAgain);
      if (choice === tryAgain) await askForKey(connection);
      if (choice === storeAnyway) await tellOutcome(connection, key, await connection.setKey(key, new AbortController().signal, true));
      return;
    }
    default:
      assertNever(outcome, "outcome");
  }
}

/** Answers the offer of the environment's key: takes it after trying it, or declines it for good. */
export async function answerEnvironmentKey(connection: Connection, use: boolean): Promise<void> {
  if (!use) return void (await connection.answerEnvironmentKey(false, new AbortController().signal));
  const outcome = await withProgress(t("Cairn: checking the API key…"), (signal) => connection.answerEnvironmentKey(true, signal));
  if (outcome === undefined || outcome.type === "cancelled") return;
  if (outcome.type === "stored") vscode.window.setStatusBarMessage(`$(check) ${t("The key from ANTHROPIC_API_KEY is stored.")}`, 5_000);
  else void vscode.window.showErrorMessage(t("{0} The key from ANTHROPIC_API_KEY was not stored.", outcome.failure.message));
}

export async function checkKey(connection: Connection): Promise<void> {
  const { result, isCancelled } = await withProgress(t("Cairn: checking the API key…"), async (signal) => ({ result: await connection.check(signal), isCancelled: signal.aborted }));
  if (isCancelled) return;
  if (result.ok) {
    const count = result.value.length;
    void vscode.window.showInformationMessage(count === 1 ? t("The API key works: 1 model is available.") : t("The API key works: {0} models are available.", count));
    return;
  }
  const setKey = t("Set API Key");
  const choice = await vscode.window.showErrorMessage(result.error.message, ...(result.error.code === "noKey" || result.error.code === "keyRejected" ? [setKey] : []));
  if (choice === setKey) await askForKey(connection);
}

export async function deleteKey(connection: Connection): Promise<void> {
  if (!(await connection.hasKey())) {
    void vscode.window.showInformationMessage(t("There is no API key stored."));
    return;
  }
  const confirm = t("Delete");
  const choice = await vscode.window.showWarningMessage(t("Delete the stored API key? Your chats stay."), { modal: true }, confirm);
  if (choice !== confirm) return;
  await connection.deleteKey();
  void vscode.window.showInformationMessage(t("The API key was deleted."));
}

/** Stores or deletes a secret that `cairn.headers` names. */
export async function setHeaderSecret(secrets: Secrets, connection: Connection): Promise<void> {
  const name = await vscode.window.showInputBox({
    title: t("Cairn: Set Header Secret"),
    prompt: t("The secret's NAME, as in ${secret:NAME} in “cairn.headers”"),
    ignoreFocusOut: true,
    validateInput: (text) => (/^[A-Za-z0-9_.-]+$/.test(text) ? undefined : t("Use letters, digits, dots, dashes and underscores.")),
  });
  if (name === undefined) return;
  const value = await vscode.window.showInputBox({ title: t("Cairn: Set Header Secret {0}", name), prompt: t("Its value; empty deletes it"), password: true, ignoreFocusOut: true });
  if (value === undefined) return;
  if (value === "") await secrets.delete(headerSecretName(name));
  else await secrets.set(headerSecretName(name), value);
  await connection.refresh();
  void vscode.window.showInformationMessage(value === "" ? t("The secret {0} was deleted.", name) : t("The secret {0} is stored.", name));
}
