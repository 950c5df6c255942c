import { t } from "../base/l10n";
import { fail, ok, type Result } from "../base/result";
import type { BlobProblem, Blobs } from "../ports";
import type { Block } from "../protocol/chatState";
import type { Failure } from "../protocol/failures";
import { readBlobText } from "../store/blobContent";

/** The text of a block, wherever it is kept. */
export type TextOf = (block: Block) => string;

/** The text as it stands in the block itself. */
export const inlineText: TextOf = ({ text }) => text;

/** Fetches the texts of attached files that are kept apart. Fails with a sentence that names the first that cannot be had. */
export async function fetchAttached(blobs: Pick<Blobs, "get">, blocks: Iterable<Block>): Promise<Result<TextOf, Failure>> {
  const texts = new Map<string, string>();
  for (const { block } of blocks) {
    if (block.kind !== "attachment" || block.blob === undefined || texts.has(block.blob.sha256)) continue;
    const text = await readBlobText(blobs, block.blob);
    if (!text.ok) return fail({ code: "storage", message: lost(block.path, text.error) });
    texts.set(block.blob.sha256, text.value);
  }
  return ok(({ block, text }) => (block.kind === "attachment" && block.blob !== undefined ? (texts.get(block.blob.sha256) ?? text) : text));
}

function lost(path: string, { code, message }: BlobProblem): string {
  const help = t("Attach it again as it was, or edit the question that it went with and leave it out.");
  switch (code) {
    case "missing":
      return t("{0}, attached in this conversation, is missing in Cairn's storage, so that nothing was sent. {1}", path, help);
    case "damaged":
      return t("{0}, attached in this conversation, is damaged in Cairn's storage, so that nothing was sent. {1}", path, help);
    case "io":
      return t("{0}, attached in this conversation, could not be read from Cairn's storage ({1}), so that nothing was sent. Check the folder's permissions, then retry.", path, message);
  }
}
