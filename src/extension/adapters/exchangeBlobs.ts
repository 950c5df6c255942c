import { createHash } from "node:crypto";
import { mkdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import type { ExchangedBlobs } from "../../core/store/exchange/exportChats";
import { isCode } from "./systemErrors";
import { writeWhole } from "./wholeFile";

/** The payloads in `folder`, each a file by the name of its hash. */
export function createExchangedBlobs(folder: string): ExchangedBlobs {
  const fileOf = (sha256: string): string => {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new RangeError(`“${sha256.slice(0, 100)}” is no SHA-256 in hex.`);
    return path.join(folder, sha256);
  };

  return {
    async read(sha256) {
      try {
        return (await readFile(fileOf(sha256))).toString("base64");
      } catch (error) {
        if (isCode(error, "ENOENT")) return undefined;
        throw error;
      }
    },

    async matches(sha256, base64) {
      const bytes = Buffer.from(base64, "base64");
      // What the decoder passes over would not be there again in the next export.
      return bytes.toString("base64") === base64 && createHash("sha256").update(bytes).digest("hex") === sha256;
    },

    async write(sha256, base64) {
      const file = fileOf(sha256);
      const bytes = Buffer.from(base64, "base64");
      if (await isThere(file, bytes.length)) return;
      await mkdir(folder, { recursive: true });
      await writeWhole(file, (handle) => handle.writeFile(bytes));
    },
  };
}

async function isThere(file: string, sizeBytes: number): Promise<boolean> {
  try {
    return (await stat(file)).size === sizeBytes;
  } catch (error) {
    if (isCode(error, "ENOENT")) return false;
    throw error;
  }
}
