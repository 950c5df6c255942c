import { fail, ok, type Result } from "../base/result";
import type { BlobProblem, Blobs } from "../ports";
import type { BlobRef } from "../protocol/blocks";

// A byte order mark is part of a file's text.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** What a blob's bytes say: a text, or what JSON says where the event names that. Throws when they say neither. */
export function decodeBlob(bytes: Uint8Array, { mediaType }: Pick<BlobRef, "mediaType">): unknown {
  const text = decoder.decode(bytes);
  return mediaType === "application/json" ? JSON.parse(text) : text;
}

/** The text of a blob; of a payload that is no text its JSON. */
export async function readBlobText(blobs: Pick<Blobs, "get">, ref: BlobRef): Promise<Result<string, BlobProblem>> {
  const bytes = await blobs.get(ref.sha256);
  if (!bytes.ok) return bytes;
  try {
    const value = decodeBlob(bytes.value, ref);
    return ok(typeof value === "string" ? value : JSON.stringify(value, null, 2));
  } catch (error) {
    return fail({ code: "damaged", message: String(error) }); // it is what was put, and that was no text
  }
}
