import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, unlinkSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { isCode } from "./systemErrors";

const BEAT_MS = 3_000;
/** After this long without a beat its holder counts as gone, even if another process has got its pid since. */
const STALE_MS = 15_000;

export interface SearchLock {
  /** Whether this process holds the lock, taken now if it is free or its holder is gone. Throws the system's errors. */
  take(): boolean;
  /** Whether the lock is still this process's: one that slept for long may have lost it. */
  isHeld(): boolean;
  release(): void;
}

/**
 * Who may write the index's files: a file with the holder's pid and token, touched while it lives. The lock saves work; it
 * is not what keeps the index right. Should two processes ever hold it at once, each writes segments of its own and a
 * manifest that fits them, and the last manifest counts.
 */
export function createSearchLock({ folder, token }: { readonly folder: string; readonly token: string }): SearchLock {
  const file = path.join(folder, "lock");
  const own = path.join(folder, `lock.${token}`);
  const content = `${process.pid} ${token}`;
  let timer: NodeJS.Timeout | undefined;

  function isHeld(): boolean {
    return timer !== undefined && readLock(file) === content;
  }

  function stop(): void {
    clearInterval(timer);
    timer = undefined;
  }

  function beat(): void {
    if (!isHeld()) return stop();
    const now = new Date();
    utimesSync(file, now, now);
  }

  function create(): boolean {
    // Written whole under a name of its own first: nobody ever sees a lock without its holder.
    writeFileSync(own, content);
    try {
      linkSync(own, file);
      return true;
    } catch (error) {
      if (isCode(error, "EEXIST")) return false;
      if (!isCode(error, "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK")) throw error;
      return createExclusively(file, content); // a file system without links
    } finally {
      rmSync(own, { force: true });
    }
  }

  function removeStale(): void {
    const before = readLock(file);
    if (before === undefined || isAlive(file, before)) return;
    // Moved away first, and looked at again: between the look and the move another may have taken it.
    const moved = path.join(folder, `lock.${token}.stale`);
    try {
      renameSync(file, moved);
    } catch (error) {
      if (isCode(error, "ENOENT", "EPERM", "EBUSY")) return;
      throw error;
    }
    if (readLock(moved) !== before) {
      try {
        linkSync(moved, file);
      } catch (error) {
        if (!isCode(error, "EEXIST", "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS")) throw error; // its holder notices at the next beat, and takes it anew
      }
    }
    rmSync(moved, { force: true });
  }

  return {
    take() {
      if (isHeld()) return true;
      stop();
      mkdirSync(folder, { recursive: true });
      if (!create()) {
        removeStale();
        if (!create()) return false;
      }
      timer = setInterval(() => {
        try {
          beat();
        } catch {
          stop(); // the folder is gone or not ours any more; the next take tells why
        }
      }, BEAT_MS);
      timer.unref();
      return true;
    },

    isHeld,

    release() {
      const isOwn = isHeld();
      stop();
      if (!isOwn) return;
      try {
        unlinkSync(file);
      } catch (error) {
        if (!isCode(error, "ENOENT")) throw error;
      }
    },
  };
}

function createExclusively(file: string, content: string): boolean {
  try {
    writeFileSync(file, content, { flag: "wx" });
    return true;
  } catch (error) {
    if (isCode(error, "EEXIST")) return false;
    throw error;
  }
}

function readLock(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (isCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

function isAlive(file: string, content: string): boolean {
  try {
    // A beat in the future is as little one of now: the clock was set back, and a holder that lives beats anew.
    if (Math.abs(Date.now() - statSync(file).mtimeMs) >= STALE_MS) return false;
  } catch (error) {
    if (isCode(error, "ENOENT")) return true; // let go meanwhile: the next try creates it
    throw error;
  }
  const pid = Number(content.split(" ")[0]);
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isCode(error, "EPERM"); // it lives, under another user
  }
}
