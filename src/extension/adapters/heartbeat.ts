import { mkdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { describeError } from "../../core/base/errors";
import type { Log } from "../../core/ports";

const BEAT_MS = 3_000;
/** After this long without a beat a writer counts as gone, even if another process has got its pid since. */
const STALE_MS = 15_000;

export interface Heartbeat {
  /** Begins to beat; a second call does nothing. */
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

  async function beat(): Promise<void> {
    try {
      const now = new Date();
      await utimes(own, now, now);
    } catch (error) {
      log.debug(`The heartbeat failed: ${describeError(error)}`);
    }
  }

  return {
    async start() {
      if (timer !== undefined) return;
      timer = setInterval(() => void beat(), BEAT_MS);
      timer.unref();
      await mkdir(folder, { recursive: true });
      await writeFile(own, String(process.pid));
    },

    async stop() {
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
