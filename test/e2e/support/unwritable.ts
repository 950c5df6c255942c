import { spawnSync } from "node:child_process";
import { cpSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Tests may run as root, whom no permission stops: each way takes a folder's files from being written all the same. */
export interface Block {
  undo(): void;
}

/**
 * Stands for a folder without permission, or a disk that has become read-only: nothing in it can be written, made or removed, not
 * even through files that are open. Undefined where file systems know no such attribute, or nobody may set it.
 */
export function makeImmutable(folder: string): Block | undefined {
  const set = (flag: "+i" | "-i"): boolean => spawnSync("chattr", ["-R", flag, folder]).status === 0;
  const undo = (): void => void set("-i");
  if (set("+i") && !canWrite(folder)) return { undo };
  undo();
  return undefined;
}

/**
 * Stands for a disk that is taken away, such as a network drive: the folder's files are gone, and where the folder was none can be
 * made. Works everywhere. Undoing it brings the files back as they were.
 */
export function takeAway(folder: string): Block {
  const kept = `${folder}.away`;
  cpSync(folder, kept, { recursive: true }); // a copy: files that are open would only move along
  rmSync(folder, { recursive: true });
  writeFileSync(folder, "a file where the folder should be");
  return {
    undo() {
      rmSync(folder);
      renameSync(kept, folder);
    },
  };
}

/** Stands for a full disk: no file that these processes write can grow. Undefined where the system has no such limit. */
export function fillUp(pids: readonly number[]): Block | undefined {
  const limit = (size: string): boolean => pids.every((pid) => spawnSync("prlimit", [`--pid=${pid}`, `--fsize=${size}:`]).status === 0);
  const undo = (): void => void limit("unlimited");
  if (limit("0")) return { undo };
  undo();
  return undefined;
}

function canWrite(folder: string): boolean {
  const probe = join(folder, "probe");
  try {
    writeFileSync(probe, "");
    rmSync(probe);
    return true;
  } catch {
    return false;
  }
}
