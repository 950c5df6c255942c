import { blobsNeeded, isBlobName } from "../protocol/blobNames";
import type { SessionEvent } from "../protocol/events";
import type { BlobFile, BlobFiles } from "./blobFiles";

/** A payload that an event needs and does not find whole. */
export interface LostBlob {
  readonly sha256: string;
  readonly kind: "missing" | "damaged";
  /** What of it a person knows, such as an attached file's path. */
  readonly what: string;
  readonly chats: readonly string[];
}

export interface BlobsFound {
  readonly fileCount: number;
  readonly sizeBytes: number;
  readonly lost: readonly LostBlob[];
  /** Files that no chat needs: what deleted chats had, or what was about to be named when a process ended. They go by themselves. */
  readonly unneeded: readonly BlobFile[];
}

/** What events need, as they are read. */
export interface NeededBlobs {
  take(event: SessionEvent): void;
  readonly all: ReadonlyMap<string, { readonly what: string; readonly chats: ReadonlySet<string> }>;
}

export function createNeededBlobs(): NeededBlobs {
  const all = new Map<string, { readonly what: string; readonly chats: Set<string> }>();
  return {
    all,
    take(event) {
      for (const { blob, what } of blobsNeeded(event)) {
        const known = all.get(blob.sha256) ?? { what, chats: new Set<string>() };
        if (event.chatId !== undefined) known.chats.add(event.chatId);
        all.set(blob.sha256, known);
      }
    },
  };
}

export interface CheckBlobsOptions {
  readonly files: BlobFiles;
  readonly needed: NeededBlobs["all"];
  /** All that lines name now, when the files have been looked at: a chat may have gone meanwhile. */
  readonly named: () => Promise<ReadonlySet<string>>;
  readonly onRead: (bytes: number) => void;
}

/** Reads every file and compares it with its name, and both with what the lines need. Rejects with the signal's reason when it is aborted. */
export async function checkBlobs({ files, needed, named, onRead }: CheckBlobsOptions, signal: AbortSignal): Promise<BlobsFound> {
  const listed = await files.list();
  const damaged = new Set<string>();
  for (const { name, sizeBytes } of listed) {
    signal.throwIfAborted();
    const bytes = isBlobName(name) ? await files.read(name) : undefined;
    if (bytes !== undefined && (await files.hash(bytes)) !== name) damaged.add(name);
    onRead(sizeBytes);
  }
  const there = new Set(listed.map(({ name }) => name));
  const stillNamed = await named();
  const lost: LostBlob[] = [];
  for (const [sha256, { what, chats }] of needed) {
    // What came after the files were listed is there.
    const kind = damaged.has(sha256) ? "damaged" : there.has(sha256) || (await files.look(sha256)) !== undefined ? undefined : "missing";
    if (kind !== undefined && stillNamed.has(sha256)) lost.push({ sha256, kind, what, chats: [...chats] });
  }
  return { fileCount: listed.length, sizeBytes: listed.reduce((sum, file) => sum + file.sizeBytes, 0), lost, unneeded: listed.filter(({ name }) => !stillNamed.has(name)) };
}
