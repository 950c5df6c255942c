import { appendFile, mkdir, open, rm, stat } from "node:fs/promises";
import path from "node:path";
import { describeError } from "../../core/base/errors";
import type { FeedMarks, Log } from "../../core/ports";
import { namesIn } from "./folderNames";
import { isCode } from "./systemErrors";

const FOLDER = "feeds";
const ENDING = ".feed";
/** While a stream is written to, others hear of it this often, ms. */
const SAY_EVERY_MS = 250;
/** Windows that are not looked at read feeds late: those of the ended are kept for so long. */
const FORGOTTEN_MS = 24 * 60 * 60 * 1000;

/** What one writer tells the others: which streams it writes to. Lost words cost a later look at every folder, nothing else. */
export interface Feed {
  /** Before the first write to a stream: whoever finds this feed after a crash knows where to look. */
  before(stream: string): Promise<void>;
  /** After a write; said soon, once for many. */
  after(stream: string): void;
  close(): Promise<void>;
}

export interface FeedOptions {
  readonly root: string;
  readonly writer: string;
  readonly log: Log;
}

export function createFeed({ root, writer, log }: FeedOptions): Feed {
  const file = path.join(root, FOLDER, writer + ENDING);
  const known = new Set<string>();
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let last: Promise<void> = Promise.resolve();

  function say(streams: readonly string[]): Promise<void> {
    last = last.then(() => write(streams)).catch((error: unknown) => log.debug(`The feed was not written: ${describeError(error)}`));
    return last;
  }

  async function write(streams: readonly string[]): Promise<void> {
    const lines = streams.map((stream) => `${stream}\n`).join("");
    try {
      await appendFile(file, lines);
    } catch (error) {
      if (!isCode(error, "ENOENT")) throw error;
      await mkdir(path.dirname(file), { recursive: true });
      await appendFile(file, lines);
    }
  }

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const streams = [...changed];
    changed.clear();
    return streams.length === 0 ? last : say(streams);
  }

  return {
    async before(stream) {
      if (known.has(stream)) return;
      known.add(stream);
      await say([stream]);
    },
    after(stream) {
      changed.add(stream);
      timer ??= setTimeout(() => void flush(), SAY_EVERY_MS).unref();
    },
    close: flush,
  };
}

/** Reads on in all feeds. A writer without a mark is read from its beginning. */
export async function readFeeds(root: string, marks: FeedMarks): Promise<{ readonly streams: readonly string[]; readonly marks: FeedMarks }> {
  const folder = path.join(root, FOLDER);
  const streams = new Set<string>();
  const next: Record<string, number> = {};
  for (const name of await namesIn(folder)) {
    if (!name.endsWith(ENDING)) continue;
    const writer = name.slice(0, -ENDING.length);
    const from = marks[writer] ?? 0;
    const text = await readFrom(path.join(folder, name), from);
    const end = text.lastIndexOf(0x0a) + 1; // a line that is still being written is read the next time
    next[writer] = from + end;
    for (const stream of text.subarray(0, end).toString("utf8").split("\n")) if (stream !== "") streams.add(stream);
  }
  return { streams: [...streams], marks: next };
}

/** The feeds of writers that ended long ago. What the others have not heard of them by now, a look at every folder tells. */
export async function endedFeeds(root: string, isAlive: (writer: string) => Promise<boolean>): Promise<readonly string[]> {
  const folder = path.join(root, FOLDER);
  const ended: string[] = [];
  for (const name of await namesIn(folder)) {
    if (!name.endsWith(ENDING)) continue;
    const found = await stat(path.join(folder, name)).catch(() => undefined); // another window may be clearing away too
    if (found !== undefined && Date.now() - found.mtimeMs > FORGOTTEN_MS && !(await isAlive(name.slice(0, -ENDING.length)))) ended.push(name);
  }
  return ended;
}

/** Removes what `endedFeeds` gave: to be called when every folder has been looked at since, and that is on disk. */
export async function removeFeeds(root: string, names: readonly string[]): Promise<void> {
  for (const name of names) await rm(path.join(root, FOLDER, name), { force: true });
}

async function readFrom(file: string, offset: number): Promise<Buffer> {
  try {
    const handle = await open(file, "r");
    try {
      const sizeBytes = (await handle.stat()).size;
      if (sizeBytes <= offset) return Buffer.alloc(0);
      const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(sizeBytes - offset), position: offset });
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (isCode(error, "ENOENT")) return Buffer.alloc(0); // its writer or another window has just removed it
    throw error;
  }
}
