import { anything, literal, nat, num, obj, openVariants, opt, str, type Infer } from "../base/check";

/** Lines of a file, 1-based, both ends included. */
export const lineRange = obj({ startLine: nat, endLine: nat });
export type LineRange = Infer<typeof lineRange>;

/** A payload too large for a line, kept apart under the hash of its bytes. What `mediaType` does not say is text in UTF-8. */
export const blobRef = obj({ sha256: str, sizeBytes: nat, mediaType: opt(str) });
export type BlobRef = Infer<typeof blobRef>;

/**
 * What a block is, without its text: the text of every kind arrives by `block.delta` and `block.part`.
 * An attachment's text is the file's content as it was sent.
 */
const knownKinds = {
  text: obj({ kind: literal("text") }),
  /** The signature comes at the block's end; the model needs it to take its own thinking back. */
  thinking: obj({ kind: literal("thinking"), signature: opt(str) }),
  /** Thinking that only the model can read; its text is the opaque data. */
  redactedThinking: obj({ kind: literal("redactedThinking") }),
  attachment: obj({
    kind: literal("attachment"),
    path: str,
    language: str,
    lines: opt(lineRange),
    /** The whole length when only the beginning was sent, UTF-16 units. */
    cutFrom: opt(nat),
    /** Where the text is when it is too large for lines: it has none of its own then. */
    blob: opt(blobRef),
  }),
  blob: obj({ kind: literal("blob"), sha256: str, mediaType: str, sizeBytes: nat, name: opt(str) }),
  /**
   * A call of a tool; its text is what the tool said. `status` comes with its end, and is missing where it was broken off. Where
   * blobs are named, what stands here is an excerpt.
   */
  tool: obj({
    kind: literal("tool"),
    tool: str,
    input: anything,
    inputBlob: opt(blobRef),
    status: opt(literal("ok", "error", "denied", "cancelled")),
    durationMs: opt(num),
    outputBlob: opt(blobRef),
  }),
  /** Something to know about the conversation that nobody in it said. */
  notice: obj({ kind: literal("notice"), level: literal("info", "warning", "error") }),
  /** A kind that only a newer build knows. */
  other: obj({ kind: literal("other"), name: str }),
};
export const blockKind = openVariants("kind", knownKinds, (name) => ({ kind: "other" as const, name }));
export type BlockKind = Infer<typeof blockKind>;

export const role = literal("user", "assistant");
export type Role = Infer<typeof role>;
