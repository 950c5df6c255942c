import { t, type Translation } from "../../core/base/l10n";
import type { Command, Group } from "./command";

/**
 * A word after `cairn`: one command, or a group of them. What it needs is loaded when it is called, as a bundle of its own, which is told
 * the language: bundles share no modules.
 */
export type Entry =
  | { readonly type: "command"; readonly summary: () => string; readonly load: (translation: Translation) => Promise<Command> }
  | { readonly type: "group"; readonly summary: () => string; readonly load: (translation: Translation) => Promise<Group> };

/** All that `cairn` can do, in the order of its help. */
export const ENTRIES: Readonly<Record<string, Entry>> = {
  chats: { type: "group", summary: () => t("Your chats: list, show, search, export, import, rename, delete, restore."), load: async (translation) => (await import("./data")).dataCommands(translation).chats },
  storage: { type: "group", summary: () => t("Where they are kept: show, verify."), load: async (translation) => (await import("./data")).dataCommands(translation).storage },
  usage: { type: "command", summary: () => t("Tokens and cost by day, model, folder, chat or agent."), load: async (translation) => (await import("./data")).dataCommands(translation).usage },
};
