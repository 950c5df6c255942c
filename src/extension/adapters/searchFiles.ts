import { closeSync, fstatSync, fsync, openSync, readdirSync, readFileSync, readSync, renameSync, rmSync, writeFileSync, writeSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import * as zlib from "node:zlib";
import { crc32 } from "../../core/base/crc32";
import { decodeManifest, EMPTY_MANIFEST, encodeManifest, type Manifest } from "../../core/store/search/manifest";
import { DamagedIndexError, type ByteSource, type Checksum } from "../../core/store/search/pages";
import { isCode } from "./systemErrors";

const MANIFEST = "manifest";
/** Segments, and what a killed process left of writing one or a manifest. */
const WRITTEN = /^(?:[a-z0-9]+\.seg(?:\.tmp)?|manifest\.[a-z0-9]+\.tmp)$/;
const WRITE_BYTES = 256 * 1024;
const RENAME_TRIES = 10;
const syncFile = promisify(fsync);

/** The platform's own where there is one: pages are checked whenever they are read. */
export const fastChecksum: Checksum = typeof zlib.crc32 === "function" ? (bytes) => zlib.crc32(bytes) : crc32;

export interface FileSource extends ByteSource {
  close(): void;
}

/** A file by synchronous reads at places: for a thread of its own. Throws the system's errors. */
export function openSource(file: string): FileSource {
  const handle = openSync(file, "r");
  let isOpen = true;
  return {
    sizeBytes: fstatSync(handle).size,
    read(offset, length, into) {
      const bytes = into !== undefined && into.length >= length ? into.subarray(0, length) : new Uint8Array(length);
      let filled = 0;
      while (filled < length) {
        const count = readSync(handle, bytes, filled, length - filled, offset + filled);
        if (count === 0) break;
        filled += count;
      }
      return filled === length ? bytes : bytes.subarray(0, filled);
    },
    close() {
      if (isOpen) closeSync(handle);
      isOpen = false;
    },
  };
}

export interface FileSink {
  write(page: Uint8Array): void;
  /** Makes the file durable under its name; it is there whole or not at all. */
  finish(): Promise<void>;
  /** Removes what was written. May follow a failed `finish`. */
  discard(): void;
}

export function createSink(file: string): FileSink {
  const temporary = `${file}.tmp`;
  const handle = openSync(temporary, "w");
  const buffer = Buffer.alloc(WRITE_BYTES);
  let filled = 0;
  let isOpen = true;

  function flush(): void {
    for (let at = 0; at < filled; ) at += writeSync(handle, buffer, at, filled - at);
    filled = 0;
  }
  function close(): void {
    if (isOpen) closeSync(handle);
    isOpen = false;
  }
  return {
    write(page) {
      if (filled + page.length > buffer.length) flush();
      buffer.set(page, filled);
      filled += page.length;
    },
    async finish() {
      flush();
      await syncFile(handle);
      close();
      renameSync(temporary, file);
    },
    discard() {
      close();
      rmSync(temporary, { force: true });
    },
  };
}

/** The manifest of an index's folder; an empty one where there is none. Throws DamagedIndexError on one that cannot be read. */
export function loadManifest(folder: string): Manifest {
  let text: string;
  try {
    text = readFileSync(path.join(folder, MANIFEST), "utf8");
  } catch (error) {
    if (isCode(error, "ENOENT", "ENOTDIR")) return EMPTY_MANIFEST;
    throw error;
  }
  const found = decodeManifest(text, fastChecksum);
  if (!found.ok) throw new DamagedIndexError(`The search index's manifest is not usable: ${found.error}.`);
  return found.value;
}

/** Tells manifests apart without reading them. */
export function manifestStamp(folder: string): string {
  try {
    const handle = openSync(path.join(folder, MANIFEST), "r");
    try {
      const { ino, size, mtimeMs } = fstatSync(handle);
      return `${ino} ${size} ${mtimeMs}`;
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    if (isCode(error, "ENOENT", "ENOTDIR")) return "none";
    throw error;
  }
}

/** Replaces the manifest, whole or not at all; `token` makes the temporary file this writer's own. */
export async function storeManifest(folder: string, manifest: Manifest, token: string): Promise<void> {
  const temporary = path.join(folder, `${MANIFEST}.${token}.tmp`);
  const handle = openSync(temporary, "w");
  try {
    writeFileSync(handle, encodeManifest(manifest, fastChecksum));
    await syncFile(handle);
  } finally {
    closeSync(handle);
  }
  for (let tries = 1; ; tries++) {
    try {
      return renameSync(temporary, path.join(folder, MANIFEST));
    } catch (error) {
      // Another window may be reading it, which on Windows keeps it from being replaced for a moment.
      if (tries === RENAME_TRIES || !isCode(error, "EPERM", "EBUSY", "EACCES")) throw error;
      await new Promise((resolve) => setTimeout(resolve, tries * 5));
    }
  }
}

/** Removes every segment that the manifest does not name, and what was only begun; gives the names of those that would not go. */
export function removeOthers(folder: string, manifest: Manifest): readonly string[] {
  const kept = new Set(manifest.segments.map(({ name }) => `${name}.seg`));
  return readdirSync(folder).filter((name) => {
    if (kept.has(name) || !WRITTEN.test(name)) return false;
    try {
      rmSync(path.join(folder, name), { force: true });
      return false;
    } catch (error) {
      if (error instanceof Error && "code" in error) return true; // another window has it open, on a system that minds
      throw error;
    }
  });
}

export function removeManifest(folder: string): void {
  rmSync(path.join(folder, MANIFEST), { force: true });
}
