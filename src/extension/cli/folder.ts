import { readdir } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import packageJson from "../../../package.json";
import { describeError } from "../../core/base/errors";
import { t } from "../../core/base/l10n";
import { isCode } from "../adapters/systemErrors";
import { misuse, refuse } from "./command";

/** Where the editor keeps what an extension stores for all windows. */
const EXTENSION_FOLDER = `${packageJson.publisher}.${packageJson.name}`;
/** What lies in a data folder: one with other things in it is something else. */
const OURS = new Set(["chats", "tombstones", "writers", "feeds", "locks", "blobs", "quarantine", "search", "index.sqlite", "panel.json"]);
/** Left by the system where a person has looked. */
const NOBODYS = new Set([".DS_Store", "desktop.ini", "Thumbs.db"]);

export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The data folder of Cairn in desktop VS Code, whether it is there or not. */
export function desktopFolder({ platform, home, env }: Machine): string {
  const under = platform === "win32" ? path.win32 : path.posix;
  return under.join(settingsFolder({ platform, home, env }), "User", "globalStorage", EXTENSION_FOLDER);
}

function settingsFolder({ platform, home, env }: Machine): string {
  const portable = env["VSCODE_PORTABLE"] ?? "";
  if (portable !== "") return (platform === "win32" ? path.win32 : path.posix).join(portable, "user-data");
  if (platform === "win32") return path.win32.join(env["APPDATA"] ?? path.win32.join(home, "AppData", "Roaming"), "Code");
  if (platform === "darwin") return path.posix.join(home, "Library", "Application Support", "Code");
  return path.posix.join(env["XDG_CONFIG_HOME"] ?? path.posix.join(home, ".config"), "Code");
}

/** The folder that a command works on: the one given, else that of desktop VS Code. Refuses what is no data folder. */
export async function findFolder(given: string | undefined, env: Machine["env"]): Promise<string> {
  if (given === "") misuse(t("The option {0} needs a value: {0} {1}.", "--data", "DIR"));
  const folder = given === undefined ? desktopFolder({ platform: process.platform, home: homedir(), env }) : path.resolve(given);
  const names = await namesIn(folder);
  if (names === undefined && given === undefined) misuse(t("VS Code keeps nothing of Cairn in {0}. Name the data folder with --data DIR; “Cairn: Show Storage” in the editor says where it is.", folder));
  if (names === undefined) refuse(t("There is no folder {0}. “Cairn: Show Storage” in the editor says where the data folder is; a new one has to be made before it is used.", folder));
  const others = names.filter((name) => !NOBODYS.has(name));
  if (others.length > 0 && !others.some((name) => OURS.has(name))) refuse(t("{0} holds other things and nothing of Cairn's. “Cairn: Show Storage” in the editor says where the data folder is.", folder));
  return folder;
}

/** Undefined where there is no such folder. */
async function namesIn(folder: string): Promise<readonly string[] | undefined> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isCode(error, "ENOENT")) return undefined;
    refuse(isCode(error, "ENOTDIR") ? t("{0} is no folder. Give the data folder with --data DIR.", folder) : t("The folder {0} cannot be read: {1}.", folder, describeError(error)), error);
  }
}
