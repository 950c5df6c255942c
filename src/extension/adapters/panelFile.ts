import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { check, obj, opt, str } from "../../core/base/check";
import { describeError } from "../../core/base/errors";
import type { Log, PanelMemory, PanelState } from "../../core/ports";

const stored = obj({ chatId: opt(str), draft: str });
const EMPTY: PanelState = { draft: "" };

/**
 * What a window's panel showed, in a file of its own. The editor's own store for this is written with a delay, which a
 * reload right after a key press outruns; a file that was written is there whatever happens to the process.
 */
export function createPanelFile({ file, log }: { readonly file: string; readonly log: Log }): PanelMemory {
  let state: Promise<PanelState> | undefined;
  let last: Promise<void> = Promise.resolve();
  let onDisk: PanelState | undefined;

  async function load(): Promise<PanelState> {
    try {
      const found = check(stored, JSON.parse(await readFile(file, "utf8")));
      return found.ok ? found.value : EMPTY;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) log.warn(`The panel's last state could not be read: ${describeError(error)}`);
      return EMPTY;
    }
  }

  async function storeNewest(): Promise<void> {
    const newest = await state;
    if (newest === undefined || newest === onDisk) return;
    await mkdir(path.dirname(file), { recursive: true });
    const temporary = `${file}.${process.pid}.tmp`;
    await writeFile(temporary, JSON.stringify(newest));
    await rename(temporary, file);
    onDisk = newest;
  }

  return {
    read: () => (state ??= load()),
    change(edit) {
      state = (state ??= load()).then(edit);
      // One write at a time, each of the newest state, so that many changes at once end in one or two.
      last = last.then(storeNewest).catch((error: unknown) => log.warn(`The panel's state was not kept: ${describeError(error)}`));
      return last;
    },
  };
}
