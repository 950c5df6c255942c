import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { describeError } from "../../core/base/errors";
import type { Log } from "../../core/ports";

const BEAT_MS = 3_000;
/** After this long without a beat a writer counts as gone, even if another process has got its pid since. */
const STALE_MS = 15_000;
/** A writer whose last beat is not of now is watched for so long before it counts as gone: a little longer than from beat to beat. */
const WATCH_MS = BEAT_MS + 1_000;
/** How often it is looked at then, ms. */
const LOOK_MS = 100;
/** The file of a writer that has been silent for this long is removed: one that only slept writes its own again. */
const FORGOTTEN_MS = 24 * 60 * 60 * 1000;

export interface Heartbeat {
  /** Begins to beat, and settles when others can see it; a second call waits for the first, one after a failure tries again. */
  start(): Promise<void>;
  stop(): Promise<void>;
  isAlive(writer: string): Promise<boolean>;
}

export interface HeartbeatOptions {
  readonly folder: string;
  readonly writer: string;
  readonly log: Log;
  /** For tests. */
  readonly watchMs?: number;
}

/**
 * Says which writers of a data folder still live: each keeps `<folder>/<writer>` holding its pid, and touches it. A killed
 * process is known at once by its pid, one whose pid was given away by its silence. A last beat that is long ago, or to come,
 * may also be the clock's doing, or a machine's that slept: then it is waited for the next one.
 */
export function createHeartbeat({ folder, writer, log, watchMs = WATCH_MS }: HeartbeatOptions): Heartbeat {
  const own = path.join(folder, writer);
  let timer: NodeJS.Timeout | undefined;
  let starting: Promise<void> | undefined;
  let sweeping: Promise<void> | undefined;
  /** Of writers with an odd last beat, what watching them gave, by that beat's time. */
  const watched = new Map<string, { readonly beatMs: number; readonly isBeating: Promise<boolean> }>();

  async function show(): Promise<void> {
    await mkdir(folder, { recursive: true });
    await writeFile(own, String(process.pid));
  }

  async function begin(): Promise<void> {
    await show();
    timer = setInterval(() => void beat(), BEAT_MS);
    timer.unref();
    // Nobody waits for it: the first line of a chat does not depend on it.
    sweeping = sweep().catch((error: unknown) => log.debug(`Old heartbeats were left: ${describeError(error)}`));
  }

  async function sweep(): Promise<void> {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (!entry.isFile() || entry.name === writer) continue;
      const file = path.join(folder, entry.name);
      const found = await stat(file).catch(() => undefined); // another window may be sweeping too
      if (found !== undefined && Math.abs(Date.now() - found.mtimeMs) > FORGOTTEN_MS) await rm(file, { force: true });
    }
  }

  async function beat(): Promise<void> {
    try {
      const now = new Date();
      await utimes(own, now, now);
    } catch (error) {
      log.debug(`The heartbeat failed: ${describeError(error)}`);
      // The folder may have been emptied under us: without its file this writer would count as dead.
      await show().catch((again: unknown) => log.debug(`The heartbeat could not be begun anew: ${describeError(again)}`));
    }
  }

  return {
    start() {
      starting ??= begin().catch((error: unknown) => {
        starting = undefined;
        throw error;
      });
      return starting;
    },

    async stop() {
      await starting?.catch(() => undefined); // whoever started has the error
      await sweeping;
      starting = undefined;
      clearInterval(timer);
      timer = undefined;
      await rm(own, { force: true });
    },

    async isAlive(name) {
      if (name === writer) return true;
      try {
        const file = path.join(folder, name);
        if (!isRunning(Number(await readFile(file, "utf8")))) return false;
        const beatMs = (await stat(file)).mtimeMs;
        if (Math.abs(Date.now() - beatMs) < STALE_MS) return true;
        const known = watched.get(name);
        const watching = known?.beatMs === beatMs ? known : { beatMs, isBeating: isBeating(file, beatMs, watchMs) };
        watched.set(name, watching);
        return await watching.isBeating;
      } catch {
        return false; // no file: it ended and took its file with it
      }
    },
  };
}

/** Whether another beat comes after the last one. */
async function isBeating(file: string, lastBeatMs: number, watchMs: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < watchMs; waitedMs += LOOK_MS) {
    await new Promise<void>((resolve) => setTimeout(resolve, Math.min(LOOK_MS, watchMs)));
    try {
      if ((await stat(file)).mtimeMs !== lastBeatMs) return true;
    } catch {
      return false; // it has ended meanwhile
    }
  }
  return false;
}

function isRunning(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM"; // it lives, under another user
  }
}
