import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { isBlobName } from "../../core/protocol/blobNames";
import { decodeBlob } from "../../core/store/blobContent";
import type { ContentOf } from "../../core/store/search/documents";

/** Of a payload that is larger only the excerpt in its line is found: one text must not hold up a search, or its thread's memory. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Reads payloads kept apart, as the search's thread reads journals: synchronously. */
export function createContentOf(journalRoot: string): ContentOf {
  return (blob) => {
    if (!isBlobName(blob.sha256) || blob.sizeBytes > MAX_BYTES) return undefined;
    try {
      const bytes = readFileSync(path.join(journalRoot, "blobs", blob.sha256));
      return createHash("sha256").update(bytes).digest("hex") === blob.sha256 ? decodeBlob(bytes, blob) : undefined;
    } catch {
      return undefined; // missing, or no text: verifying the storage says so; what the line itself says is found
    }
  };
}
