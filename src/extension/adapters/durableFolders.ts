import { mkdir, open } from "node:fs/promises";
import path from "node:path";
import { describeError } from "../../core/base/errors";
import type { Log } from "../../core/ports";
import { isCode } from "./systemErrors";

export interface DurableFolders {
  /** Makes a folder, and all above it that are missing. */
  make(folder: string): Promise<void>;
  /** Makes the names durable that lead to a new file in `folder`: its own, and those of the folders up to the root. */
  sync(folder: string): Promise<void>;
}

/** Folders in `root` whose names survive a loss of power. */
export function createFolders({ log, ...options }: { readonly root: string; readonly log: Log }): DurableFolders {
  const root = path.resolve(options.root);
  /** The root, or above it when folders up there were made too and are not synced yet. */
  let top = root;

  return {
    async make(folder) {
      const firstMade = await mkdir(folder, { recursive: true });
      if (firstMade !== undefined && path.dirname(firstMade).length < top.length) top = path.dirname(firstMade);
    },

    async sync(folder) {
      // Nothing to do on Windows, where folders cannot be synced and the file system does not need it.
      if (process.platform === "win32") return;
      for (const name of foldersBetween(path.resolve(folder), top)) await syncFolder(name, log);
      top = root;
    },
  };
}

/**
 * From `leaf` up to `top`, both included. All of them, not only those just made: the others may have been made a moment ago,
 * by another window or a try that failed, and not be synced yet; where there is nothing to write, a sync is quick.
 */
export function foldersBetween(leaf: string, top: string): readonly string[] {
  const folders = [leaf];
  for (let at = leaf; at !== top && path.dirname(at) !== at; ) folders.push((at = path.dirname(at)));
  return folders;
}

async function syncFolder(folder: string, log: Log): Promise<void> {
  try {
    const handle = await open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    // Some network file systems sync no folders, and one above the root may not be ours to open: no reason to store nothing.
    if (!isCode(error, "EINVAL", "ENOTSUP", "EOPNOTSUPP", "EACCES", "EPERM")) throw error;
    log.debug(`A folder could not be synced: ${describeError(error)}`);
  }
}
