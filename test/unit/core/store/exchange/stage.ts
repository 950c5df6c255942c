import { createHash } from "node:crypto";
import type { ExchangedBlobs, ExportCounts, ExportOptions } from "../../../../../src/core/store/exchange/exportChats";
import { exportChats } from "../../../../../src/core/store/exchange/exportChats";
import { importChats, type ImportOptions } from "../../../../../src/core/store/exchange/importChats";
import { createMemoryClaims } from "../../../../support/fakes/claims";
import { createManualClock } from "../../../../support/fakes/clock";
import { createCountingIds } from "../../../../support/fakes/ids";
import { createMemoryJournal, type MemoryJournal } from "../../../../support/fakes/journal";

export const never = new AbortController().signal;
export const noPause = (): Promise<void> => Promise.resolve();

export interface MemoryBlobs extends ExchangedBlobs {
  readonly kept: Map<string, string>;
  /** Keeps a text, and gives its hash. */
  put(text: string): string;
}

export function createMemoryBlobs(): MemoryBlobs {
  const kept = new Map<string, string>();
  const hashOf = (base64: string): string => createHash("sha256").update(Buffer.from(base64, "base64")).digest("hex");
  return {
    kept,
    put(text) {
      const base64 = Buffer.from(text).toString("base64");
      kept.set(hashOf(base64), base64);
      return hashOf(base64);
    },
    read: async (sha256) => kept.get(sha256),
    matches: async (sha256, base64) => hashOf(base64) === sha256,
    write: async (sha256, base64) => void kept.set(sha256, base64),
  };
}

/** One data folder: what is exported from and imported into. */
export function createPlace(journal: MemoryJournal = createMemoryJournal({ writer: "here" })) {
  const blobs = createMemoryBlobs();
  const claims = createMemoryClaims("here");
  const clock = createManualClock(5_000);
  const ids = createCountingIds("new");
  return {
    journal, blobs, claims, clock,
    async export(options: Partial<ExportOptions> = {}): Promise<{ readonly text: string; readonly counts: ExportCounts }> {
      const counts: ExportCounts = { chats: 0, lostLines: 0, missingBlobs: 0 };
      let text = "";
      for await (const piece of exportChats({ journal, blobs, hasTrash: false, exportedAt: "2026-01-02T03:04:05.678Z", pause: noPause, ...options }, counts, never)) text += piece;
      return { text, counts };
    },
    import(text: string, options: Partial<ImportOptions> = {}, signal = never) {
      return importChats({ open: () => oneByOne(text), journal, claims, blobs, ids, clock, pause: noPause, ...options }, signal);
    },
  };
}

/** In pieces that cut through everything. */
export async function* oneByOne(text: string, size = 7): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}
