import { createHash } from "node:crypto";
import type { BlobFile, BlobFiles } from "../../../src/core/store/blobFiles";

export interface MemoryBlobFiles extends BlobFiles {
  readonly files: Map<string, { bytes: Uint8Array; touchedAt: number }>;
  /** From now on writing fails with this, until it is undefined. */
  failWith(error: Error | undefined): void;
}

export interface MemoryBlobFilesOptions {
  readonly now: () => number;
  /** Before each step that another process could come in between. */
  readonly step?: () => Promise<void>;
  /** What another process has there. */
  readonly files?: MemoryBlobFiles["files"];
}

/** The folder of blobs in memory, shared by all who use it. What is several steps on a disk is several here. */
export function createMemoryBlobFiles({ now, step = async () => undefined, files = new Map() }: MemoryBlobFilesOptions): MemoryBlobFiles {
  let failure: Error | undefined;
  const describe = (name: string): BlobFile | undefined => {
    const file = files.get(name);
    return file === undefined ? undefined : { name, sizeBytes: file.bytes.length, touchedAt: file.touchedAt };
  };
  return {
    files,
    failWith: (error) => void (failure = error),
    async list() {
      const names = [...files.keys()];
      const found: BlobFile[] = [];
      for (const name of names) {
        await step();
        const file = describe(name);
        if (file !== undefined) found.push(file);
      }
      return found;
    },
    async look(name) {
      await step();
      return describe(name);
    },
    async read(name) {
      await step();
      return files.get(name)?.bytes;
    },
    async write(name, bytes) {
      await step();
      if (failure !== undefined) throw failure;
      await step();
      files.set(name, { bytes, touchedAt: now() });
      await step();
    },
    async touch(name) {
      await step();
      const before = files.get(name)?.touchedAt;
      if (before === undefined) return false;
      await step();
      const file = files.get(name);
      if (file === undefined) return false;
      file.touchedAt = Math.max(now(), before + 2_000);
      return true;
    },
    async rename(name, to) {
      await step();
      const file = files.get(name);
      if (file === undefined) return false;
      files.delete(name);
      files.set(to, file);
      return true;
    },
    async remove(name) {
      await step();
      files.delete(name);
    },
    hash: async (bytes) => createHash("sha256").update(bytes).digest("hex"),
  };
}
