import { createHash } from "node:crypto";
import { fail, ok } from "../../../src/core/base/result";
import type { Blobs } from "../../../src/core/ports";

export interface MemoryBlobs extends Blobs {
  /** What is kept, by its hash. */
  readonly kept: Map<string, Uint8Array>;
  damage(sha256: string): void;
  textOf(sha256: string): string | undefined;
}

/** Blobs in a map. */
export function createMemoryBlobs(): MemoryBlobs {
  const kept = new Map<string, Uint8Array>();
  const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
  return {
    kept,
    async put(content) {
      if (typeof content === "string" && !content.isWellFormed()) throw new TypeError("A text with half characters.");
      const bytes = typeof content === "string" ? Buffer.from(content) : Uint8Array.from(content);
      kept.set(hashOf(bytes), bytes);
      return { sha256: hashOf(bytes), sizeBytes: bytes.length };
    },
    async get(sha256) {
      const bytes = kept.get(sha256);
      if (bytes === undefined) return fail({ code: "missing", message: "" });
      return hashOf(bytes) === sha256 ? ok(bytes) : fail({ code: "damaged", message: "" });
    },
    has: async (sha256) => kept.has(sha256),
    damage(sha256) {
      const bytes = kept.get(sha256) ?? Buffer.alloc(0);
      kept.set(sha256, bytes.with(bytes.length >> 1, (bytes[bytes.length >> 1] ?? 0) ^ 1));
    },
    textOf: (sha256) => (kept.has(sha256) ? Buffer.from(kept.get(sha256) ?? []).toString() : undefined),
  };
}
