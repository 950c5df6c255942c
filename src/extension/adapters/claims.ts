import { link, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { t } from "../../core/base/l10n";
import type { Claims } from "../../core/ports";
import { checkStream } from "./journalNames";
import { isCode } from "./systemErrors";

const WANTED = "wanted";
const OWNER = /^owner\.(\d{1,15})$/;
/** What stands in a claim that was given up. */
const NOBODY = "-";
/** Losing so many races in a row does not happen; going round for ever must not. */
const MAX_TRIES = 20;

export interface ClaimsOptions {
  readonly root: string;
  readonly writer: string;
  /** Makes this writer count as living: claims of the dead are anybody's. */
  readonly start: () => Promise<void>;
  readonly isAlive: (writer: string) => Promise<boolean>;
  /** Whether a stream was removed for good: nobody can have it, and its folder is not to come back. */
  readonly isRemoved?: (stream: string) => Promise<boolean>;
}

/**
 * Claims as files beside a stream's journals: `owner.<n>` holds a writer's name, and that with the highest number counts. A
 * number is taken once, by a hard link, so of all who find a stream free one gets the next. Who wants a stream writes its own
 * name into `wanted`.
 */
export function createClaims({ root, writer, start, isAlive, isRemoved }: ClaimsOptions): Claims {
  /** The number of each claim held. */
  const ours = new Map<string, number>();
  let puts = 0;
  const folderOf = (stream: string): string => path.join(root, checkStream(stream));

  async function claim(stream: string): Promise<string | undefined> {
    if (ours.has(stream)) return undefined;
    const folder = folderOf(stream);
    if ((await isRemoved?.(stream)) === true) throw new Error(t("This chat was deleted for good."));
    await start();
    await mkdir(folder, { recursive: true });
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const highest = Math.max(0, ...(await numbersIn(folder)));
      const owner = highest === 0 ? NOBODY : await read(path.join(folder, `owner.${highest}`));
      if (owner === undefined) continue; // it went while we looked
      if (owner !== NOBODY && owner !== writer && (await isAlive(owner))) return owner;
      const number = highest + 1;
      if (!(await put(folder, number, writer))) continue;
      const now = await numbersIn(folder);
      if (Math.max(...now) > number) continue; // ours was taken before it came, and cleared away
      ours.set(stream, number);
      for (const old of now) if (old < number) await rm(path.join(folder, `owner.${old}`), { force: true });
      await rm(path.join(folder, WANTED), { force: true });
      return undefined;
    }
    throw new Error("Too many windows want this chat at once. Try again.");
  }

  async function release(stream: string): Promise<void> {
    const number = ours.get(stream);
    if (!ours.delete(stream) || number === undefined) return;
    await put(folderOf(stream), number + 1, NOBODY);
    await rm(path.join(folderOf(stream), `owner.${number}`), { force: true });
  }

  /** Whether the number was still to be had. It appears with its content, or not at all. */
  async function put(folder: string, number: number, content: string): Promise<boolean> {
    const temporary = path.join(folder, `owner.${writer}.${++puts}.tmp`); // a name for each: giving up and taking again may overlap
    try {
      await writeFile(temporary, content);
      await link(temporary, path.join(folder, `owner.${number}`));
      return true;
    } catch (error) {
      if (isCode(error, "EEXIST", "ENOENT")) return false; // ENOENT: the chat itself was removed
      throw error;
    } finally {
      await rm(temporary, { force: true });
    }
  }

  return {
    claim,
    release,
    async want(stream) {
      await writeFile(path.join(folderOf(stream), WANTED), writer);
    },
    async wanted() {
      const found: string[] = [];
      for (const stream of ours.keys()) if ((await read(path.join(folderOf(stream), WANTED))) !== undefined) found.push(stream);
      return found;
    },
    forget: async (stream) => void ours.delete(stream),
    async close() {
      for (const stream of [...ours.keys()]) await release(stream);
    },
  };
}

async function numbersIn(folder: string): Promise<readonly number[]> {
  return (await readdir(folder)).flatMap((name) => {
    const digits = OWNER.exec(name)?.[1];
    return digits === undefined ? [] : [Number(digits)];
  });
}

async function read(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (isCode(error, "ENOENT")) return undefined;
    throw error;
  }
}
