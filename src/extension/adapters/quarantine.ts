import { mkdir, open, writeFile } from "node:fs/promises";
import path from "node:path";
import type { ByteRange, JournalFile } from "../../core/ports";
import { ENDING } from "./journalFiles";
import { checkStream } from "./journalNames";
import { isCode } from "./systemErrors";

/** The folder in the storage folder. */
export const QUARANTINE = "quarantine";
/** Of one damaged stretch so much is copied: a foreign file may be of any size, and stays where it is. */
const MAX_BYTES = 1024 * 1024;

/**
 * Copies a damaged stretch of a journal into `<root>/quarantine`, under a name that says where it is from. Gives the copy's path,
 * or undefined when it is there already.
 */
export async function quarantine(root: string, { stream, writer }: Pick<JournalFile, "stream" | "writer">, { startOffset, endOffset }: ByteRange): Promise<string | undefined> {
  const folder = path.join(root, QUARANTINE);
  const copy = path.join(folder, `${quarantinePrefix(checkStream(stream))}${writer}~${startOffset}.bin`);
  await mkdir(folder, { recursive: true });
  const source = await open(path.join(root, stream, writer + ENDING), "r");
  try {
    const { buffer, bytesRead } = await source.read({ buffer: Buffer.alloc(Math.min(endOffset - startOffset, MAX_BYTES)), position: startOffset });
    await writeFile(copy, buffer.subarray(0, bytesRead), { flag: "wx" });
    return copy;
  } catch (error) {
    if (isCode(error, "EEXIST")) return undefined;
    throw error;
  } finally {
    await source.close();
  }
}

/** How the names of all copies from a stream begin. */
export function quarantinePrefix(stream: string): string {
  return `${stream.replaceAll("/", "~")}~`;
}
