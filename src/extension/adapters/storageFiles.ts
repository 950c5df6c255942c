import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { addUp, type StorageFile, type StorageSizes } from "../../core/store/storageSizes";
import type { BadLine } from "../../core/store/verify";
import { quarantine } from "./quarantine";
import { isCode } from "./systemErrors";

/** How much lies in the storage folder, by what it is for. Links are not followed. */
export async function measureStorage(root: string): Promise<StorageSizes> {
  const files: StorageFile[] = [];
  const folders = [""];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await entriesOf(path.join(root, folder))) {
      const name = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) folders.push(name);
      else files.push({ path: name, sizeBytes: await sizeOf(path.join(root, name)) });
    }
  }
  return addUp(files);
}

/** Puts copies of the lines into quarantine, as reading a chat does with those it finds. Gives how many were not there yet. */
export async function quarantineLines(root: string, lines: readonly BadLine[]): Promise<number> {
  let count = 0;
  for (const line of lines) if ((await quarantine(root, line, line)) !== undefined) count++;
  return count;
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isCode(error, "ENOENT", "ENOTDIR")) return []; // it went while we looked, or nothing was stored yet
    throw error;
  }
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (isCode(error, "ENOENT", "ENOTDIR", "ELOOP")) return 0;
    throw error;
  }
}
