import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { isCode } from "./systemErrors";

const FORGET = /^forget\.[a-z0-9]+\.json$/;
const DAMAGED = "damaged";

/** What processes ask of the one that writes the index, as files in its folder; they outlast both. */
export interface SearchRequests {
  /** Asks that chats be removed; gives the request's name. */
  askToForget(chatIds: readonly string[]): string;
  isPending(name: string): boolean;
  askToRebuild(): void;
  /** Whether anything is asked. */
  hasAny(): boolean;
  isRebuildAsked(): boolean;
  /** The index has been thrown away. */
  rebuildBegun(): void;
  forgetting(): readonly { readonly name: string; readonly chatIds: readonly string[] }[];
  forgotten(name: string): void;
}

export function createSearchRequests(folder: string, makeName: () => string): SearchRequests {
  const place = (name: string): string => path.join(folder, name);

  function names(): readonly string[] {
    try {
      return readdirSync(folder).filter((name) => FORGET.test(name));
    } catch (error) {
      if (isCode(error, "ENOENT")) return [];
      throw error;
    }
  }

  return {
    askToForget(chatIds) {
      mkdirSync(folder, { recursive: true });
      const name = `forget.${makeName()}.json`;
      writeFileSync(place(`${name}.tmp`), JSON.stringify(chatIds));
      renameSync(place(`${name}.tmp`), place(name));
      return name;
    },
    isPending: (name) => existsSync(place(name)),
    askToRebuild: () => writeFileSync(place(DAMAGED), ""),
    hasAny: () => existsSync(place(DAMAGED)) || names().length > 0,
    isRebuildAsked: () => existsSync(place(DAMAGED)),
    rebuildBegun: () => rmSync(place(DAMAGED), { force: true }),
    forgetting: () => names().map((name) => ({ name, chatIds: readChats(place(name)) })),
    forgotten: (name) => rmSync(place(name), { force: true }),
  };
}

/** A request that cannot be read asks for nothing: that the chats' journals are gone is noticed by catching up too. */
function readChats(file: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
  } catch {
    return [];
  }
}
