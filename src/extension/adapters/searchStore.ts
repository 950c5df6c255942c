import path from "node:path";
import { INDEX_VERSION, EMPTY_MANIFEST, type IndexedFile, type Manifest } from "../../core/store/search/manifest";
import { mergeSegments } from "../../core/store/search/merge";
import { DamagedIndexError } from "../../core/store/search/pages";
import { openSegment, type Segment } from "../../core/store/search/segment";
import type { SegmentBuilder } from "../../core/store/search/builder";
import { createSink, fastChecksum, loadManifest, manifestStamp, openSource, removeManifest, removeOthers, storeManifest, type FileSource } from "./searchFiles";
import { isCode } from "./systemErrors";

/** A manifest may be replaced while its segments are being opened; more often than this in a row something else is wrong. */
const MAX_TRIES = 5;

/** The files of an index: the manifest and the segments that it names. */
export interface SearchStore {
  readonly manifest: () => Manifest;
  readonly segments: () => readonly Segment[];
  /** Reads on if another process has replaced the manifest; whether it had. Throws DamagedIndexError on unusable files. */
  refresh(): boolean;
  /** Whether another process has replaced the manifest since. */
  isReplaced(): boolean;
  /** Writes a segment that is not part of the index until `commit` names it. */
  writeBuilt(builder: SegmentBuilder, breathe: () => Promise<void>): Promise<string>;
  /** Merges segments into a new file; gives its name, or undefined when nothing was left. */
  writeMerged(segments: readonly Segment[], keeps: (fileId: number) => boolean, breathe: () => Promise<void>): Promise<string | undefined>;
  /** Makes these the index, whole or not at all, and removes all other segments; gives those that could not be removed yet. */
  commit(index: { readonly nextFileId: number; readonly files: readonly IndexedFile[]; readonly names: readonly string[] }): Promise<readonly string[]>;
  /** Throws the index away. */
  discard(): void;
  /** Leaves the index aside, which is another process's to throw away, until it is written anew. */
  leave(): void;
  close(): void;
}

export function createSearchStore({ folder, makeName, token }: { readonly folder: string; readonly makeName: () => string; readonly token: string }): SearchStore {
  const open = new Map<string, { readonly segment: Segment; readonly source: FileSource }>();
  let manifest = EMPTY_MANIFEST;
  let segments: readonly Segment[] = [];
  let stamp = "";

  function openNamed(name: string): Segment {
    const known = open.get(name);
    if (known !== undefined) return known.segment;
    const source = openSource(path.join(folder, `${name}.seg`));
    try {
      const segment = openSegment(source, name, fastChecksum);
      open.set(name, { segment, source });
      return segment;
    } catch (error) {
      source.close();
      throw asDamage(error, name);
    }
  }

  function use(next: Manifest): void {
    const opened = next.segments.map(({ name, sizeBytes }) => {
      const segment = openNamed(name);
      if (segment.sizeBytes !== sizeBytes) throw new DamagedIndexError(`${name} has ${segment.sizeBytes} bytes instead of ${sizeBytes}.`);
      return segment;
    });
    manifest = next;
    segments = opened;
    closeBut(new Set(next.segments.map(({ name }) => name)));
  }

  function closeBut(names: ReadonlySet<string>): void {
    for (const [name, { source }] of open) {
      if (names.has(name)) continue;
      source.close();
      open.delete(name);
    }
  }

  function leave(): void {
    closeBut(new Set());
    [manifest, segments, stamp] = [EMPTY_MANIFEST, [], manifestStamp(folder)];
  }

  async function writeFile(write: (name: string, onPage: (page: Uint8Array) => void) => Promise<boolean>): Promise<string | undefined> {
    const name = makeName();
    const sink = createSink(path.join(folder, `${name}.seg`));
    try {
      if (await write(name, (page) => sink.write(page))) {
        await sink.finish();
        return name;
      }
      sink.discard();
      return undefined;
    } catch (error) {
      sink.discard();
      throw error;
    }
  }

  return {
    manifest: () => manifest,
    segments: () => segments,

    refresh() {
      const now = manifestStamp(folder);
      if (now === stamp) return false;
      for (let tries = 1; ; tries++) {
        stamp = manifestStamp(folder);
        try {
          use(loadManifest(folder));
          return true;
        } catch (error) {
          const isMissing = isCode(error, "ENOENT");
          if (isMissing && tries < MAX_TRIES && manifestStamp(folder) !== stamp) continue;
          stamp = "";
          throw isMissing ? new DamagedIndexError("A segment of the search index is missing.", { cause: error }) : error;
        }
      }
    },

    isReplaced: () => manifestStamp(folder) !== stamp,

    async writeBuilt(builder, breathe) {
      const name = await writeFile(async (made, onPage) => {
        const steps = builder.write(made, fastChecksum, onPage);
        while (steps.next().done !== true) await breathe();
        return true;
      });
      return name ?? "";
    },

    writeMerged: (inputs, keeps, breathe) =>
      writeFile(async (name, onPage) => {
        const steps = mergeSegments(inputs, { name, checksum: fastChecksum, keeps, onPage });
        let step = steps.next();
        for (; step.done !== true; step = steps.next()) await breathe();
        return step.value > 0;
      }),

    async commit({ nextFileId, files, names }) {
      const next = { version: INDEX_VERSION, nextFileId, files, segments: names.map((name) => ({ name, sizeBytes: openNamed(name).sizeBytes })) };
      await storeManifest(folder, next, token);
      stamp = manifestStamp(folder);
      use(next);
      return removeOthers(folder, next);
    },

    discard() {
      leave();
      removeManifest(folder);
      removeOthers(folder, EMPTY_MANIFEST);
      stamp = manifestStamp(folder);
    },

    leave,

    close: () => closeBut(new Set()),
  };
}

/** Each version of the index has a folder of its own: windows of different builds do not throw away each other's. */
export function searchFolder(root: string): string {
  return path.join(root, `v${INDEX_VERSION}`);
}

/** Numbers that lead beyond the end of what was read are damage too, such as of a foreign file. */
function asDamage(error: unknown, name: string): unknown {
  return error instanceof RangeError ? new DamagedIndexError(`${name} is no segment.`, { cause: error }) : error;
}
