import { describeError } from "../../core/base/errors";
import { t } from "../../core/base/l10n";
import type { StorageError } from "../../core/ports";
import { isCode } from "./systemErrors";

/** Something was to be written for a chat that was removed for good. */
export class RemovedError extends Error {}

/** What went wrong with a write, as part of a sentence; a sentence of its own for a chat that is no more. */
export function describeStorageError(error: unknown): StorageError {
  if (error instanceof RemovedError) return { code: "gone", message: t("This chat was deleted for good. Begin a new one.") };
  const code = isCode(error, "ENOSPC", "EDQUOT", "EFBIG") ? "full" : isCode(error, "EACCES", "EPERM", "EROFS") ? "denied" : "io";
  const reason = { full: "the disk is full", denied: "the folder is not writable", io: "the disk reported an error" }[code];
  return { code, message: `${reason} (${error instanceof Error && "code" in error ? String(error.code) : describeError(error)})` };
}
