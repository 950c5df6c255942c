import { open } from "node:fs/promises";
import { isCode } from "./systemErrors";

const MAGIC = "SQLite format 3\0";
/** Where the header of a SQLite file has its `user_version`, four bytes, the highest first. */
const VERSION_OFFSET = 60;

/** The version of the tables in an image, without opening it; undefined where there is no image, or none that looks like one. */
export async function readImageVersion(file: string): Promise<number | undefined> {
  try {
    const handle = await open(file, "r");
    try {
      const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(VERSION_OFFSET + 4), position: 0 });
      return bytesRead === buffer.length && buffer.toString("latin1", 0, MAGIC.length) === MAGIC ? buffer.readUInt32BE(VERSION_OFFSET) : undefined;
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (isCode(error, "ENOENT", "EISDIR")) return undefined;
    throw error;
  }
}
