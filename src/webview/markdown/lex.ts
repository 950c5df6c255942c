import { Lexer, type Links, type MarkedToken, type Token } from "marked";

/** A Markdown text taken apart, with what is needed to go on when more of the text arrives. */
export interface Lexed {
  /** The whole text, with line ends as \n. */
  readonly source: string;
  readonly tokens: readonly MarkedToken[];
  readonly links: Links;
  /** The leading tokens that no later text can change, and where they end. */
  readonly settled: { readonly count: number; readonly length: number; readonly links: Links };
}

/**
 * Lexes `text` as `marked` does. Given the result for a beginning of it, only the end that may still change is read again,
 * and every token that came out the same is the same object: a view that compares identities repaints the last one alone.
 */
export function lex(text: string, previous?: Lexed): Lexed {
  const source = text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
  if (previous === undefined || !source.startsWith(previous.source)) return settle(source, lexFrom(source, 0, {}), NOTHING_SETTLED, []);
  if (source === previous.source) return previous;
  const { settled } = previous;
  const kept = previous.tokens.slice(0, settled.count);
  const tail = lexFrom(source, settled.length, settled.links);
  // A definition anywhere gives links their targets everywhere, so all text before it is read again.
  if (!isSameLinks(tail.links, previous.links)) return settle(source, lexFrom(source, 0, {}), NOTHING_SETTLED, []);
  const tokens = tail.tokens.map((token, index) => {
    const old = previous.tokens[settled.count + index];
    return old !== undefined && isSameToken(old, token) ? old : token;
  });
  return settle(source, { tokens, links: tail.links }, settled, kept);
}

/** A paragraph's text may differ for the same source: what follows decides how its lines were joined. */
function isSameToken(left: MarkedToken, right: MarkedToken): boolean {
  const textOf = (token: MarkedToken): string => ("text" in token ? token.text : "");
  return left.type === right.type && left.raw === right.raw && textOf(left) === textOf(right);
}

const NOTHING_SETTLED: Lexed["settled"] = { count: 0, length: 0, links: {} };

interface Lexing {
  readonly tokens: readonly MarkedToken[];
  readonly links: Links;
}

function lexFrom(source: string, offset: number, links: Links): Lexing {
  const lexer = new Lexer({ gfm: true });
  Object.assign(lexer.tokens.links, links);
  const tokens = lexer.lex(source.slice(offset)) as MarkedToken[]; // no extension adds tokens of other types
  return { tokens, links: { ...lexer.tokens.links } };
}

/** Moves the settled end over those of the new tokens that are out of reach of whatever comes next. */
function settle(source: string, lexing: Lexing, before: Lexed["settled"], kept: readonly MarkedToken[]): Lexed {
  const { tokens, links } = lexing;
  const result = { source, tokens: [...kept, ...tokens], links };
  const length = tokens.reduce((sum, token) => sum + token.raw.length, 0);
  // A repeated definition leaves no token; then offsets cannot be told from tokens.
  if (length !== source.length - before.length) return { ...result, settled: before };
  const added = settledCount(tokens);
  if (added === 0) return { ...result, settled: before };
  const done = tokens.slice(0, added);
  const settledLinks = { ...before.links };
  collectLinks(done, settledLinks);
  const settledLength = before.length + done.reduce((sum, token) => sum + token.raw.length, 0);
  return { ...result, settled: { count: before.count + added, length: settledLength, links: settledLinks } };
}

/**
 * How many leading tokens are final. A cut is made only after a blank line with something behind it, and not after what goes on
 * across blank lines: a list, indented code. Text from there on is lexed as if it stood alone.
 */
function settledCount(tokens: readonly MarkedToken[]): number {
  let count = 0;
  for (const [index, token] of tokens.entries()) {
    const next = tokens[index + 1];
    if (next === undefined || isOpenDefinition(token, next)) break;
    const block = tokens[index - 1];
    if (token.type === "space" && token.raw.includes("\n\n") && (block === undefined || endsAtBlankLine(block))) count = index + 1;
  }
  return count;
}

function endsAtBlankLine(token: MarkedToken): boolean {
  if (token.type === "code") return token.codeBlockStyle !== "indented";
  return token.type !== "list" && token.type !== "space";
}

/** A link definition whose title or label may still be closed by later text, even beyond a blank line. */
function isOpenDefinition(token: MarkedToken, next: MarkedToken): boolean {
  if (token.type === "def") return /^\s*["'(]/.test(next.raw);
  return token.type === "paragraph" && /^ {0,3}\[(?:\\[\s\S]|[^[\]\\])*(?:\\?$|\]:)/.test(token.raw);
}

function collectLinks(tokens: readonly Token[], into: Links): void {
  for (const token of tokens as readonly MarkedToken[]) {
    if (token.type === "def") {
      if (!Object.hasOwn(into, token.tag)) into[token.tag] = { href: token.href, title: token.title }; // the first one counts
    }
    else if (token.type === "blockquote") collectLinks(token.tokens, into);
    else if (token.type === "list") for (const item of token.items) collectLinks(item.tokens, into);
  }
}

function isSameLinks(left: Links, right: Links): boolean {
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return false;
  return names.every((name) => left[name]?.href === right[name]?.href && left[name]?.title === right[name]?.title);
}
