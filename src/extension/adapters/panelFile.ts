import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { check, dict, obj, opt, str } from "../../core/base/check";
import { describeError } from "../../core/base/errors";
import { defined } from "../../core/base/records";
import type { Log, PanelMemory, PanelState } from "../../core/ports";

const stored = obj({ chatId: opt(str), drafts: dict(str) });
/** As earlier builds wrote it: one draft, of the chat that was shown. */
const storedOnce = obj({ chatId: opt(str), draft: str });
const EMPTY: PanelState = { drafts: {} };

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
      const value: unknown = JSON.parse(await readFile(file, "utf8"));
      const found = check(stored, value);
      if (found.ok) return withoutEmptyDrafts(found.value);
      const old = check(storedOnce, value);
      if (!old.ok) return EMPTY;
      const { chatId, draft } = old.value;
      return withoutEmptyDrafts(defined({ chatId, drafts: { [chatId ?? ""]: draft } }));
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
      state = (state ??= load()).then((before) => withoutEmptyDrafts(edit(before)));
      // One write at a time, each of the newest state, so that many changes at once end in one or two.
      last = last.then(storeNewest).catch((error: unknown) => log.warn(`The panel's state was not kept: ${describeError(error)}`));
      return last;
    },
  };
}

function withoutEmptyDrafts(state: PanelState): PanelState {
  return { ...state, drafts: Object.fromEntries(Object.entries(state.drafts).filter(([, draft]) => draft !== "")) };
}
