import type { MarkedToken, Token } from "marked";
import { strings } from "../strings";
import { decodeEntities } from "./entities";
import { lex } from "./lex";

/** The words of a Markdown text, for a voice: no marks, one space between blocks; code blocks and tables are only named. */
export function plainText(markdown: string): string {
  return wordsOf(lex(markdown).tokens).replace(/\s+/g, " ").trim();
}

function wordsOf(tokens: readonly Token[]): string {
  return (tokens as readonly MarkedToken[]).map(words).join("");
}

function words(token: MarkedToken): string {
  switch (token.type) {
    case "code":
      return ` ${strings.announce.codeBlock} `;
    case "table":
      return ` ${strings.announce.table} `;
    case "list":
      return token.items.map((item) => ` ${wordsOf(item.tokens)} `).join("");
    case "paragraph":
    case "heading":
    case "blockquote":
      return ` ${wordsOf(token.tokens)} `;
    case "strong":
    case "em":
    case "del":
    case "link":
      return wordsOf(token.tokens);
    case "text":
      return token.tokens === undefined ? decodeEntities(token.text) : wordsOf(token.tokens);
    case "image":
    case "html":
      return decodeEntities(token.text);
    case "escape":
    case "codespan":
      return token.text;
    default:
      return " ";
  }
}

/** At most `maxLength` characters, cut between words. */
export function shorten(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const cut = text.slice(0, maxLength);
  const lastSpace = cut.lastIndexOf(" ");
  return `${(lastSpace > maxLength / 2 ? cut.slice(0, lastSpace) : cut).trimEnd()}…`;
}
