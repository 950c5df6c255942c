import { t } from "../../core/base/l10n";
import { isCode } from "../adapters/systemErrors";
import type { Io } from "./command";

export interface ProcessIo extends Io {
  /** Settles when all that was written has left this process. */
  drain(): Promise<void>;
}

/** How often progress is shown, ms. */
const PROGRESS_EVERY_MS = 100;
const CLEAR_LINE = "\r\u001b[2K";

/** The process's own streams. A reader that goes away, such as `head`, ends the writing and nothing else. */
export function createIo({ stdout, stderr }: Pick<NodeJS.Process, "stdout" | "stderr">): ProcessIo {
  let isGone = false;
  let shown = "";
  let shownAt = -Infinity;
  let controller: AbortController | undefined;
  // The callbacks of the writes have the errors.
  stdout.on("error", () => undefined);
  stderr.on("error", () => undefined);

  function write(text: string): Promise<boolean> {
    if (isGone) return Promise.resolve(false);
    return new Promise((resolve, reject) => {
      stdout.write(text, (error) => {
        if (error === null || error === undefined) return resolve(true);
        isGone = true;
        if (isCode(error, "EPIPE", "ERR_STREAM_DESTROYED", "EOF")) resolve(false);
        else reject(new Error(t("The output could not be written: {0}.", error.message), { cause: error }));
      });
    });
  }

  function showProgress(line: string): void {
    if (stderr.isTTY !== true || (line !== "" && performance.now() - shownAt < PROGRESS_EVERY_MS)) return;
    if (shown !== "" || line !== "") stderr.write(`${CLEAR_LINE}${line.slice(0, Math.max(0, (stderr.columns ?? 80) - 1))}`);
    [shown, shownAt] = [line, line === "" ? -Infinity : performance.now()];
  }

  return {
    write,
    showProgress,
    say(line) {
      showProgress("");
      stderr.write(`${line}\n`);
    },
    isTerminal: stdout.isTTY === true,
    get signal() {
      controller ??= cancelledByPerson();
      return controller.signal;
    },
    async drain() {
      await write("").catch(() => undefined); // whoever wrote has the error
      await new Promise<void>((resolve) => stderr.write("", () => resolve()));
    },
  };
}

/** Once: the second time the system does what it does anyway. */
function cancelledByPerson(): AbortController {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => controller.abort(new Error(t("Cancelled."))));
  return controller;
}
