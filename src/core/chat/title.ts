import { t } from "../base/l10n";

const MAX_LENGTH = 60;
/** The longest title that a person can give. */
const MAX_NAME_LENGTH = 200;

/** A title as a person has written it, on one line; empty where there is nothing in it. */
export function chatName(written: string): string {
  return written.replace(/\s+/g, " ").trim().slice(0, MAX_NAME_LENGTH);
}

/** A chat's title from its first message: the first line that says something, cut at a word. Never empty. */
export function titleFrom(message: string): string {
  const line = message
    .split("\n")
    .map((text) => text.replace(/^[\s#>*`-]+/, "").replace(/\s+/g, " ").trim())
    .find((text) => text !== "");
  if (line === undefined) return t("New chat");
  const characters = [...line];
  if (characters.length <= MAX_LENGTH) return line;
  const cut = characters.slice(0, MAX_LENGTH).join("");
  const lastSpace = cut.lastIndexOf(" ");
  return `${(lastSpace > MAX_LENGTH / 2 ? cut.slice(0, lastSpace) : cut).trimEnd()}…`;
}
