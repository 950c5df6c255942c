import path from "node:path";
import { grouped, t } from "../../core/base/l10n";
import type { Log } from "../../core/ports";
import { SCHEMA_VERSION } from "../../core/store/migrations";
import type { LazyTables } from "../adapters/lazyTables";
import { readImageVersion } from "../adapters/imageVersion";
import { openStores, type Stores } from "../composeStores";
import { refuse, type Context, type ExitCode, type Options } from "./command";
import { findFolder } from "./folder";

/** What every command has that works on the data folder. */
export const DATA_OPTIONS = {
  data: { type: "string", value: "DIR", about: () => t("The data folder; without it that of desktop VS Code.") },
  verbose: { type: "boolean", about: () => t("Says on stderr what happens underneath.") },
} as const satisfies Options;

export interface DataValues {
  readonly data?: string;
  readonly verbose?: boolean;
}

/** The data folder as this process has it open: a writer among the windows, by the same rules. */
export interface OpenFolder extends Stores {
  readonly root: string;
  readonly logOf: (room: string) => Log;
  /** The tables after a look at every folder, for what no feed has told of, such as a backup: unlike a window, a command looks once. */
  upToDate(): Promise<LazyTables>;
}

const MEGABYTE = 1_000_000;

export interface Opening {
  /** Whether the command changes what is stored. Of a newer Cairn's folder that is refused; it can be read. */
  readonly changes: boolean;
}

/** Opens the folder for one command, and closes it whatever comes of that. */
export async function withFolder(values: DataValues, { io, dist, translation, env }: Context, { changes }: Opening, work: (folder: OpenFolder) => Promise<ExitCode>): Promise<ExitCode> {
  const root = await findFolder(values.data, env);
  if (changes && ((await readImageVersion(path.join(root, "index.sqlite"))) ?? 0) > SCHEMA_VERSION) refuse(t("A newer Cairn has been at work in {0}: this one reads it and changes nothing. Update Cairn, then try again.", root));
  const logOf = (room: string): Log => createLog(room, values.verbose === true ? io.say : () => undefined);
  const stores = openStores({
    root, dist, translation, logOf,
    onNewer: () => io.say(t("The index was written by a newer Cairn: the chats are read without it, which takes longer.")),
    onProgress: ({ readBytes, totalBytes }) => io.showProgress(t("reading chats: {0} of {1} MB", grouped(Math.round(readBytes / MEGABYTE)), grouped(Math.round(totalBytes / MEGABYTE)))),
  });
  try {
    return await work({
      ...stores, root, logOf,
      async upToDate() {
        await stores.tables.blobRefs(); // looks at all of them
        return stores.tables;
      },
    });
  } finally {
    await stores.close();
    io.showProgress("");
  }
}

function createLog(room: string, say: (line: string) => void): Log {
  const at = (level: string) => (message: string): void => say(`${level} [${room}] ${message}`);
  return { error: at("error"), warn: at("warning"), info: at("info"), debug: at("debug"), trace: () => undefined };
}
