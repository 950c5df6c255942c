import { readdir, stat } from "node:fs/promises";
import type { Dirent } from "node:fs";
import path from "node:path";
import type { JournalFile } from "../../core/ports";
import { isCode } from "./systemErrors";

export const ENDING = ".jsonl";
/** Folders beside the streams, which hold none. */
const NO_STREAMS = new Set(["writers", "feeds", "blobs", "search", "quarantine", "importing", "trash"]);
/** A part of a stream's name; other folders are not ours. */
const PART = /^[A-Za-z0-9_-]+$/;
/** Requests to the file system under way at once: enough to keep its threads busy. */
const PARALLEL = 32;

/** The journals in `root`, or those of one stream, by stream and writer. What is removed meanwhile is left out. */
export async function listJournals(root: string, stream?: string): Promise<readonly JournalFile[]> {
  const found = stream === undefined ? await findAll(root) : journalsIn(stream, await readFolder(path.join(root, stream)));
  const files = await inParallel(found, async ({ stream, writer }) => {
    const sizeBytes = await sizeOf(path.join(root, stream, writer + ENDING));
    return sizeBytes === undefined ? [] : [{ stream, writer, sizeBytes }];
  });
  return files.flat().sort((a, b) => compare(a.stream, b.stream) || compare(a.writer, b.writer));
}

type Name = Pick<JournalFile, "stream" | "writer">;

/** Level by level: a recursive read of the whole tree takes folder after folder, and fails if one is removed meanwhile. */
async function findAll(root: string): Promise<readonly Name[]> {
  const found: Name[][] = [];
  let streams: readonly string[] = (await foldersIn(root)).filter((name) => !NO_STREAMS.has(name));
  while (streams.length > 0) {
    const level = await inParallel(streams, async (stream) => {
      const entries = await readFolder(path.join(root, stream));
      found.push(journalsIn(stream, entries));
      return folderNames(entries).map((name) => `${stream}/${name}`);
    });
    streams = level.flat();
  }
  return found.flat();
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  return folderNames(await readFolder(folder));
}

function folderNames(entries: readonly Dirent[]): readonly string[] {
  return entries.filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && PART.test(entry.name)).map((entry) => entry.name);
}

function journalsIn(stream: string, entries: readonly Dirent[]): Name[] {
  return entries.filter((entry) => !entry.isDirectory() && entry.name.endsWith(ENDING)).map((entry) => ({ stream, writer: entry.name.slice(0, -ENDING.length) }));
}

/** What is in a folder; nothing when it is not there (yet, or any more), is no folder, or leads round in a circle. */
async function readFolder(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isCode(error, "ENOENT", "ENOTDIR", "ELOOP")) return [];
    throw error;
  }
}

async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (isCode(error, "ENOENT", "ENOTDIR", "ELOOP")) return undefined;
    throw error;
  }
}

/** Does the work for each item, at most `PARALLEL` at once; the results in the items' order. */
async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  const left = items.entries();
  const lane = async (): Promise<void> => {
    for (const [index, item] of left) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL, items.length) }, lane));
  return results;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
