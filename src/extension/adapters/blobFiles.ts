import { webcrypto } from "node:crypto";
import { readdir, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import path from "node:path";
import type { Log } from "../../core/ports";
import type { BlobFile, BlobFiles } from "../../core/store/blobFiles";
import { createFolders } from "./durableFolders";
import { isCode } from "./systemErrors";
import { writeWhole } from "./wholeFile";

/** The coarsest step in which file systems tell time, ms. */
const TIME_STEP_MS = 2_000;
/** Files asked for at once. */
const PARALLEL = 32;

/** The files in `<root>/blobs`. */
export function createBlobFiles({ root, log }: { readonly root: string; readonly log: Log }): BlobFiles {
  const folder = path.join(root, "blobs");
  const folders = createFolders({ root, log });
  const fileOf = (name: string): string => {
    if (!/^[\w.-]+$/.test(name) || name.startsWith(".")) throw new RangeError(`“${name.slice(0, 100)}” cannot be a file of blobs.`);
    return path.join(folder, name);
  };

  async function look(name: string): Promise<BlobFile | undefined> {
    const found = await ifThere(() => stat(fileOf(name)));
    return found === undefined ? undefined : { name, sizeBytes: found.size, touchedAt: found.mtimeMs };
  }

  return {
    look,

    async list() {
      const names = (await ifThere(() => readdir(folder, { withFileTypes: true })) ?? []).filter((entry) => entry.isFile() && /^[0-9a-f]{64}(?:\.|$)/.test(entry.name)).map((entry) => entry.name);
      const found: BlobFile[] = [];
      for (let start = 0; start < names.length; start += PARALLEL) found.push(...(await Promise.all(names.slice(start, start + PARALLEL).map(look))).filter((file) => file !== undefined));
      return found;
    },

    read: (name) => ifThere(() => readFile(fileOf(name))),

    async write(name, bytes) {
      await folders.make(folder);
      await writeWhole(fileOf(name), (handle) => handle.writeFile(bytes));
      await folders.sync(folder);
    },

    async touch(name) {
      const found = await look(name);
      if (found === undefined) return false;
      // Always another time than before, even where the clock was set back or time goes in steps: a sweep sees that it was touched.
      const at = Math.max(Date.now(), found.touchedAt + TIME_STEP_MS) / 1000;
      return (await ifThere(async () => (await utimes(fileOf(name), at, at), true))) ?? false;
    },

    rename: async (name, to) => (await ifThere(async () => (await rename(fileOf(name), fileOf(to)), true))) ?? false,
    remove: (name) => rm(fileOf(name), { force: true }),
    hash: async (bytes) => Buffer.from(await webcrypto.subtle.digest("SHA-256", bytes)).toString("hex"), // off this thread
  };
}

async function ifThere<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isCode(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}
