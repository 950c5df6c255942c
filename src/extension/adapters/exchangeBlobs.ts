import { createHash } from "node:crypto";
import type { ExchangedBlobs } from "../../core/store/exchange/exportChats";
import type { StoredBlobs } from "./blobs";

/** Payloads as a file of chats holds them. One that is damaged here is as if it were missing: no import would take the file. */
export function createExchangedBlobs(blobs: StoredBlobs): ExchangedBlobs {
  return {
    async read(sha256) {
      const bytes = await blobs.get(sha256);
      if (bytes.ok) return Buffer.from(bytes.value).toString("base64");
      if (bytes.error.code === "io") throw new Error(bytes.error.message);
      return undefined;
    },

    async matches(sha256, base64) {
      const bytes = Buffer.from(base64, "base64");
      // What the decoder passes over would not be there again in the next export.
      return bytes.toString("base64") === base64 && createHash("sha256").update(bytes).digest("hex") === sha256;
    },

    write: (_sha256, base64) => blobs.write(Buffer.from(base64, "base64")),
  };
}
