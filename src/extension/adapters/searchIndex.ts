import type { Log } from "../../core/ports";
import type { SegmentBuilder } from "../../core/store/search/builder";
import type { IndexedFile } from "../../core/store/search/manifest";
import type { Segment } from "../../core/store/search/segment";
import type { SearchLock } from "./searchLock";
import { createMemorySegment, mergeInMemory } from "./searchMemory";
import type { SearchStore } from "./searchStore";

/** Segments in memory before they become one. */
const MEMORY_SEGMENTS = 6;

/** What the index holds, in files and in memory, and how far each journal is in it. Every write takes along what is in memory. */
export interface SearchIndex {
  readonly segments: () => readonly Segment[];
  readonly files: () => Iterable<IndexedFile>;
  fileOf(fileId: number): IndexedFile | undefined;
  /** What is known of a journal; a file not known yet gets a number of its own. */
  nameFile(stream: string, writer: string): IndexedFile;
  /** Journals' bytes that are in memory alone. */
  readonly tailBytes: () => number;
  /** Takes over what the manifest says; what was in memory alone is to be read again. */
  useManifest(): void;
  /** Takes in texts, and how far the files were read for them, in memory. */
  keep(read: ReadTexts): void;
  /** The same in files. */
  write(read: ReadTexts): Promise<void>;
  /** Writes what is in memory to files. */
  flush(): Promise<void>;
  /** Leaves out the files for which it is told so; one that writes removes every trace of them. */
  drop(isGone: (file: IndexedFile) => boolean, isWriter: boolean): Promise<void>;
  /** Merges segments of about one size while there are `count` of them. */
  merge(count: number): Promise<void>;
}

export interface ReadTexts {
  readonly builder: SegmentBuilder;
  readonly files: readonly IndexedFile[];
  readonly bytes: number;
}

export interface SearchIndexOptions {
  readonly store: SearchStore;
  readonly lock: SearchLock;
  readonly makeName: () => string;
  readonly breathe: () => Promise<void>;
  readonly log: Log;
}

export function createSearchIndex({ store, lock, makeName, breathe, log }: SearchIndexOptions): SearchIndex {
  let memory: readonly Segment[] = [];
  let tailBytes = 0;
  let files = new Map<string, IndexedFile>();
  let byId = new Map<number, IndexedFile>();
  let nextFileId = 0;
  const isKept = (fileId: number): boolean => byId.has(fileId);

  function setFiles(moved: readonly IndexedFile[]): void {
    for (const file of moved) {
      files.set(keyOf(file), file);
      byId.set(file.id, file);
    }
  }

  /** Makes these segments the index; all that is in memory must be in them. */
  async function commit(names: readonly string[]): Promise<void> {
    if (!lock.isHeld()) throw new Error("Another window has taken over the search index; what this one was writing is read again by that one.");
    const left = await store.commit({ nextFileId, files: [...files.values()], names });
    if (left.length > 0) log.warn(`Files of the search index that are no longer used could not be removed yet: ${left.join(", ")}`);
    memory = [];
    tailBytes = 0;
  }

  async function writeMemory(): Promise<readonly string[]> {
    const name = memory.length === 0 ? undefined : await store.writeMerged(memory, isKept, breathe);
    return name === undefined ? [] : [name];
  }

  const names = (): readonly string[] => store.segments().map(({ name }) => name);

  function keep({ builder, files: moved, bytes }: ReadTexts): void {
    setFiles(moved);
    tailBytes += bytes;
    if (builder.documentCount() === 0) return;
    memory = [...memory, createMemorySegment(builder, makeName())];
    if (memory.length >= MEMORY_SEGMENTS) memory = [mergeInMemory(memory, makeName(), isKept)];
  }

  return {
    segments: () => [...memory, ...store.segments()],
    files: () => files.values(),
    fileOf: (fileId) => byId.get(fileId),
    nameFile: (stream, writer) => files.get(keyOf({ stream, writer })) ?? { id: nextFileId++, stream, writer, readFrom: 0, doneTo: 0, mark: "" },
    tailBytes: () => tailBytes,

    useManifest() {
      const manifest = store.manifest();
      [files, byId, memory, tailBytes, nextFileId] = [new Map(), new Map(), [], 0, manifest.nextFileId];
      setFiles(manifest.files);
    },

    keep,

    async write(read) {
      try {
        const written = await store.writeBuilt(read.builder, breathe);
        const inMemory = await writeMemory();
        setFiles(read.files);
        await commit([...names(), ...inMemory, written]);
      } catch (error) {
        keep(read); // such as on a full disk: what was read is found all the same
        throw error;
      }
    },

    async flush() {
      if (tailBytes > 0 || memory.length > 0) await commit([...names(), ...(await writeMemory())]);
    },

    async drop(isGone, isWriter) {
      const gone = new Set<number>();
      for (const file of [...files.values()].filter(isGone)) {
        gone.add(file.id);
        files.delete(keyOf(file));
        byId.delete(file.id);
      }
      if (gone.size === 0 || !isWriter) return;
      const kept: string[] = [];
      for (const segment of store.segments()) {
        const name = segment.files().some((fileId) => gone.has(fileId)) ? await store.writeMerged([segment], isKept, breathe) : segment.name;
        if (name !== undefined) kept.push(name);
      }
      await commit([...kept, ...(await writeMemory())]);
    },

    async merge(count) {
      for (let chosen = chooseMerge(store.segments(), count); chosen.size > 0; chosen = chooseMerge(store.segments(), count)) {
        const name = await store.writeMerged([...chosen, ...memory], isKept, breathe);
        const others = store.segments().filter((segment) => !chosen.has(segment));
        await commit([...others.map((segment) => segment.name), ...(name === undefined ? [] : [name])]);
      }
    },
  };
}

/** Names a journal file as its stream and writer do. */
export function keyOf({ stream, writer }: Pick<IndexedFile, "stream" | "writer">): string {
  return `${stream}/${writer}`;
}

/** Segments of about one size, when there are enough of them; sizes are told apart by powers of four. */
function chooseMerge(segments: readonly Segment[], count: number): ReadonlySet<Segment> {
  const tiers = new Map<number, Segment[]>();
  for (const segment of segments) {
    const tier = Math.floor(Math.log2(Math.max(1, segment.sizeBytes / 65_536)) / 2);
    tiers.set(tier, [...(tiers.get(tier) ?? []), segment]);
  }
  return new Set([...tiers.values()].find((tier) => tier.length >= count));
}
