import { literal, nat, obj, opt, str, variants, type Infer } from "../base/check";

/** Lines of a file, 1-based, both ends included. */
export const lineRange = obj({ startLine: nat, endLine: nat });
export type LineRange = Infer<typeof lineRange>;

/**
 * What a block is, without its text: the text of every kind arrives by `block.delta` and `block.part`.
 * An attachment's text is the file's content as it was sent.
 */
export const blockKind = variants("kind", {
  text: obj({ kind: literal("text") }),
  thinking: obj({ kind: literal("thinking"), signature: opt(str) }),
  attachment: obj({
    kind: literal("attachment"),
    path: str,
    language: str,
    lines: opt(lineRange),
    /** The whole length when only the beginning was sent, UTF-16 units. */
    cutFrom: opt(nat),
  }),
  blob: obj({ kind: literal("blob"), sha256: str, mediaType: str, sizeBytes: nat, name: opt(str) }),
});
export type BlockKind = Infer<typeof blockKind>;

export const role = literal("user", "assistant");
export type Role = Infer<typeof role>;
