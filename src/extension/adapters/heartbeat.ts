import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { describeError } from "../../core/base/errors";
import type { Log } from "../../core/ports";

const BEAT_MS = 3_000;
/** After this long without a beat a writer counts as gone, even if another process has got its pid since. */
const STALE_MS = 15_000;
/** The file of a writer that has been silent for this long is removed: one that only slept writes its own again. */
const FORGOTTEN_MS = 24 * 60 * 60 * 1000;

export interface Heartbeat {
  /** Begins to beat, and settles when others can see it; a second call waits for the first, one after a failure tries again. */
  start(): Promise<void>;
  stop(): Promise<void>;
  isAlive(writer: string): Promise<boolean>;
}

/**
 * Says which writers of a data folder still live: each keeps `<folder>/<writer>` holding its pid, and touches it. A killed
 * process is known at once by its pid, one whose pid was given away by its silence.
 */
export function createHeartbeat({ folder, writer, log }: { readonly folder: string; readonly writer: string; readonly log: Log }): Heartbeat {
  const own = path.join(folder, writer);
  let timer: NodeJS.Timeout | undefined;
  let starting: Promise<void> | undefined;
  let sweeping: Promise<void> | undefined;

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
      if (found !== undefined && Date.now() - found.mtimeMs > FORGOTTEN_MS) await rm(file, { force: true });
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
        const age = Date.now() - (await stat(file)).mtimeMs;
        return age < STALE_MS && isRunning(Number(await readFile(file, "utf8")));
      } catch {
        return false; // no file: it ended and took its file with it
      }
    },
  };
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
