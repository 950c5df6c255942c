import { readFileSync } from "node:fs";
import path from "node:path";
import type { Translation } from "../../core/base/l10n";

const ENGLISH: Translation = { language: "en", bundle: undefined };

/** What the terminal speaks, where Cairn's words have been translated into it; English else. `folder` holds the `l10n` of the extension. */
export function translationFor(env: Readonly<Record<string, string | undefined>>, folder: string): Translation {
  const locale = [env["LC_ALL"], env["LC_MESSAGES"], env["LANG"]].find((value) => value !== undefined && value !== "") ?? "";
  const language = (/^[A-Za-z]{2,3}(?:[_-][A-Za-z0-9]+)*/.exec(locale)?.[0] ?? "").replaceAll("_", "-").toLowerCase();
  for (const name of new Set([language, language.split("-")[0] ?? ""])) {
    const bundle = name === "" ? undefined : readBundle(path.join(folder, "l10n", `bundle.l10n.${name}.json`));
    if (bundle !== undefined) return { language: name, bundle };
  }
  return ENGLISH;
}

function readBundle(file: string): Translation["bundle"] {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof value !== "object" || value === null || !Object.values(value).every((text) => typeof text === "string")) return undefined;
    return value as Readonly<Record<string, string>>; // just checked
  } catch {
    return undefined; // there is none, or none that can be read: English will do
  }
}
