import { describeError } from "../../core/base/errors";
import type { StorageError } from "../../core/ports";

/** Whether an error is the system's, with one of these codes. */
export function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}

/** Why the disk did not take something, as part of a sentence. */
export function describeStorageError(error: unknown): StorageError {
  const code = isCode(error, "ENOSPC", "EDQUOT", "EFBIG") ? "full" : isCode(error, "EACCES", "EPERM", "EROFS") ? "denied" : "io";
  const reason = { full: "the disk is full", denied: "the folder is not writable", io: "the disk reported an error" }[code];
  return { code, message: `${reason} (${error instanceof Error && "code" in error ? String(error.code) : describeError(error)})` };
}

/** Whether the system has said no, as it does with files. */
export function isSystemError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error && "code" in error;
}
