import { useTranslation, type Translation } from "../../core/base/l10n";
import type { Command, Group } from "./command";
import { deleteChat } from "./chats/delete";
import { exportCommand } from "./chats/export";
import { importCommand } from "./chats/import";
import { list } from "./chats/list";
import { rename } from "./chats/rename";
import { restore } from "./chats/restore";
import { search } from "./chats/search";
import { show } from "./chats/show";
import { showStorage } from "./storage/show";
import { verifyStorage } from "./storage/verify";
import { usage } from "./usage";

export interface DataCommands {
  readonly chats: Group;
  readonly storage: Group;
  readonly usage: Command;
}

/** What works on the data folder: one bundle, loaded by the first of these commands. */
export function dataCommands(translation: Translation): DataCommands {
  useTranslation(translation);
  return {
    chats: { list, show, search, export: exportCommand, import: importCommand, rename, delete: deleteChat, restore },
    storage: { show: showStorage, verify: verifyStorage },
    usage,
  };
}
