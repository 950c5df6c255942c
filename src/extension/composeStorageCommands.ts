import * as vscode from "vscode";
import { DisposableStore, type Disposable } from "../core/base/disposables";
import type { Sessions } from "../core/chat/sessions";
import type { Log } from "../core/ports";
import { randomIds as ids, systemClock as clock } from "./adapters/clock";
import { createExchange } from "./adapters/exchange";
import type { Storage } from "./composeStorage";
import { runReported } from "./editor/commands";
import { exportAllChats, exportChat, importChats, type ExchangeCommandOptions } from "./editor/exchangeCommands";
import { createReports, verifyStorage } from "./editor/storageCommands";
import { createStorageBrowser } from "./view/storageBrowser";

export interface StorageCommandsOptions {
  /** The storage folder. */
  readonly root: string;
  readonly extensionUri: vscode.Uri;
  readonly storage: Pick<Storage, "journal" | "blobs" | "lock" | "tables" | "care" | "look">;
  readonly sessions: Pick<Sessions, "saveNow" | "unsaved">;
  /** The chat that the panel shows. */
  readonly shownChat: () => Promise<string | undefined>;
  readonly log: Log;
}

/** What people can do with all that is stored. */
export interface StorageCommands extends Disposable {
  exportChat(): Promise<void>;
  exportAllChats(): Promise<void>;
  importChats(): Promise<void>;
  showStorage(): void;
  verifyStorage(): Promise<void>;
  browseStorage(): void;
}

export function composeStorageCommands({ root, extensionUri, storage, sessions, shownChat, log }: StorageCommandsOptions): StorageCommands {
  const owned = new DisposableStore();
  const { journal, blobs, lock, tables, care, look } = storage;
  const reports = owned.add(createReports());
  const exchanging: ExchangeCommandOptions = {
    exchange: createExchange({ root, log, journal, saveNow: () => sessions.saveNow(), unsaved: () => sessions.unsaved(), claims: journal.claims, ids, clock, blobs, lock }),
    tables, shownChat,
    onImported: () => browser.changed(),
  };
  const verify = (): Promise<void> => verifyStorage({ care, root, onRepaired: () => browser.changed() }, reports);
  const inFiles = (...names: readonly string[]): vscode.Uri => vscode.Uri.joinPath(extensionUri, ...names);
  const browser = owned.add(
    createStorageBrowser({
      dist: inFiles("dist"), icon: { light: inFiles("media", "cairn-light.svg"), dark: inFiles("media", "cairn-dark.svg") },
      root, care, look, tables, log,
      actions: {
        verify: () => void runReported("cairn.verifyStorage", verify, log),
        export: () => void runReported("cairn.exportAllChats", () => exportAllChats(exchanging), log),
        import: () => void runReported("cairn.importChats", () => importChats(exchanging), log),
      },
    }),
  );
  return {
    exportChat: () => exportChat(exchanging),
    exportAllChats: () => exportAllChats(exchanging),
    importChats: () => importChats(exchanging),
    showStorage: () => browser.show("overview"),
    verifyStorage: verify,
    browseStorage: () => browser.show("tables"),
    dispose: () => owned.dispose(),
  };
}
