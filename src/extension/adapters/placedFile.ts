import { link, mkdir, open, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { encodeLine } from "../../core/store/line";
import { namesIn } from "./folderNames";
import { isCode } from "./systemErrors";

/** In the storage folder: files that are not whole yet, named for their writer and a number. */
export const BEGUN = "importing";

/** Writes a new file of the storage folder that appears whole, or not at all: what a crash leaves of it lies in `importing`. Gives its size, bytes. */
export async function writePlaced(root: string, name: string, pieces: AsyncIterable<Uint8Array>, place: (temporary: string) => Promise<void>): Promise<number> {
  const temporary = path.join(root, BEGUN, name);
  await mkdir(path.dirname(temporary), { recursive: true });
  try {
    const handle = await open(temporary, "w");
    let sizeBytes = 0;
    try {
      for await (const piece of pieces) {
        await handle.appendFile(piece);
        sizeBytes += piece.byteLength;
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    await place(temporary);
    return sizeBytes;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Batches of values as journal lines. Throws what `encodeLine` throws. */
export async function* encoded(batches: AsyncIterable<readonly unknown[]>): AsyncGenerator<Uint8Array> {
  for await (const batch of batches) yield Buffer.concat(batch.map((value) => encodeLine(value)));
}

/** Gives a file another name that nothing has; false when something has it. */
export async function moveTo(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (isCode(error, "EEXIST")) return false;
    if (!isCode(error, "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK")) throw error;
    // A file system without links.
    if (await isThere(to)) return false;
    await rename(from, to);
    return true;
  }
}

/** Removes what writers that are gone have begun. */
export async function removeBegun(root: string, isGone: (writer: string) => Promise<boolean>): Promise<void> {
  const folder = path.join(root, BEGUN);
  for (const name of await namesIn(folder)) if (await isGone(name.split("~")[0] ?? "")) await rm(path.join(folder, name), { force: true });
}

async function isThere(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if (isCode(error, "ENOENT")) return false;
    throw error;
  }
}
