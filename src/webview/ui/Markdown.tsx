import type { MarkedToken, Token, Tokens } from "marked";
import { h, type ComponentChild, type JSX } from "preact";
import { useRef } from "preact/hooks";
import { decodeEntities } from "../markdown/entities";
import { lex, type Lexed } from "../markdown/lex";
import { strings } from "../strings";
import { CodeBlock } from "./CodeBlock";
import { linkTarget } from "./links";
import { useOverflowFocus } from "./overflowFocus";

export interface MarkdownProps {
  readonly text: string;
  /** A link was followed. The page itself never navigates. */
  readonly onLink: (href: string) => void;
}

/** Tokens whose blocks stand in one element; a blank line is one, too. Few such elements are quickly gone through, and the page leaves out those far out of sight. */
const TOKENS_IN_PART = 24;

/**
 * An answer's Markdown as elements. Tokens become elements directly and HTML in the text becomes text, so there is nothing to
 * sanitise. While the text grows only the last block is made anew.
 */
export function Markdown({ text, onLink }: MarkdownProps): JSX.Element {
  const lexed = useRef<Lexed | undefined>(undefined);
  const made = useRef<readonly Made[]>([]);
  const parts = useRef<readonly Part[]>([]);
  lexed.current = lex(text, lexed.current);
  made.current = elementsOf(lexed.current.tokens, made.current);
  parts.current = partsOf(made.current, parts.current);
  const follow = (event: MouseEvent): void => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (link === null) return;
    event.preventDefault();
    event.stopPropagation(); // the editor's own handler of links in webviews would open it a second time
    onLink(link.getAttribute("href") ?? "");
  };
  return (
    <div class="markdown" onClick={follow}>
      {parts.current.map(({ element }) => element)}
    </div>
  );
}

interface BlockProps {
  readonly token: MarkedToken;
  /** The level of a heading's element. */
  readonly level: number | undefined;
}

/** Some blocks that follow each other, in an element of their own. */
interface Part {
  readonly blocks: readonly Made[];
  readonly element: JSX.Element;
}

function partsOf(made: readonly Made[], before: readonly Part[]): readonly Part[] {
  const parts: Part[] = [];
  for (let start = 0; start < made.length; start += TOKENS_IN_PART) {
    const blocks = made.slice(start, start + TOKENS_IN_PART);
    const known = before[parts.length];
    const isSame = known?.blocks.length === blocks.length && blocks.every((block, index) => block === known.blocks[index]);
    parts.push(isSame ? known : { blocks, element: <div key={parts.length} class="markdown-part">{blocks.map(({ element }) => element)}</div> });
  }
  return parts;
}

/** A block's element with what it was made of: the same element again is skipped without a look inside. */
interface Made extends BlockProps {
  readonly element: JSX.Element;
}

/**
 * The panel's own headings go down to level 2. Whatever depth an answer begins with, its headings go on from there without a gap.
 * What is as it was `before` is not made again.
 */
function elementsOf(tokens: readonly MarkedToken[], before: readonly Made[]): readonly Made[] {
  let first: number | undefined;
  let last = 2;
  const levelOf = (token: MarkedToken): number | undefined => {
    if (token.type !== "heading") return undefined;
    first ??= token.depth;
    last = Math.max(3, Math.min(6, last + 1, 3 + token.depth - first));
    return last;
  };
  return tokens.map((token, index) => {
    const level = levelOf(token);
    const known = before[index];
    return known?.token === token && known.level === level ? known : { token, level, element: <Block key={index} token={token} level={level} /> };
  });
}

function Block({ token, level }: BlockProps): JSX.Element {
  return <>{level === undefined ? block(token, 0) : heading(token as Tokens.Heading, `h${level}`, 0)}</>;
}

function heading(token: Tokens.Heading, element: string, key: number): ComponentChild {
  return h(element, { key, class: `heading heading-${token.depth}` }, inlines(token.tokens));
}

function blocks(tokens: readonly Token[]): ComponentChild[] {
  return tokens.map(block);
}

function block(token: Token, index: number): ComponentChild {
  const known = token as MarkedToken; // the lexer has no extension that adds types
  switch (known.type) {
    case "heading":
      return heading(known, "p", index); // inside a quote or a list, where it heads nothing of the answer
    case "paragraph":
      return <p key={index}>{inlines(known.tokens)}</p>;
    case "text":
      return known.tokens === undefined ? decodeEntities(known.text) : <span key={index}>{inlines(known.tokens)}</span>;
    case "code":
      return <CodeBlock key={index} code={known.text} info={known.lang} />;
    case "blockquote":
      return <blockquote key={index}>{blocks(known.tokens)}</blockquote>;
    case "list":
      return list(known, index);
    case "table":
      return <Table key={index} table={known} />;
    case "html":
      return <p key={index} class="raw">{known.text.trimEnd()}</p>;
    case "hr":
      return <hr key={index} />;
    case "checkbox":
      return <input key={index} type="checkbox" disabled checked={known.checked} aria-label={known.checked ? strings.task.done : strings.task.open} />;
    case "space":
    case "def":
      return null;
    default:
      return inline(token, index);
  }
}

function list(token: Tokens.List, key: number): ComponentChild {
  const items = token.items.map((item, index) => (
    <li key={index} class={item.task ? "task" : undefined}>
      {blocks(item.tokens)}
    </li>
  ));
  if (!token.ordered) return <ul key={key}>{items}</ul>;
  return (
    <ol key={key} start={token.start === "" ? 1 : token.start}>
      {items}
    </ol>
  );
}

function Table({ table }: { readonly table: Tokens.Table }): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  useOverflowFocus(box);
  const cell = (part: Tokens.TableCell, index: number): JSX.Element =>
    h(part.header ? "th" : "td", { key: index, class: part.align === null ? undefined : `align-${part.align}` }, inlines(part.tokens));
  return (
    <div class="table-box" ref={box} role="group" aria-label={strings.table}>
      <table>
        <thead>
          <tr>{table.header.map(cell)}</tr>
        </thead>
        <tbody>
          {table.rows.map((row, index) => (
            <tr key={index}>{row.map(cell)}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function inlines(tokens: readonly Token[]): ComponentChild[] {
  return tokens.map(inline);
}

function inline(token: Token, index: number): ComponentChild {
  const known = token as MarkedToken; // as above
  switch (known.type) {
    case "strong":
    case "em":
    case "del":
      return h(known.type, { key: index }, inlines(known.tokens));
    case "codespan":
      return <code key={index}>{known.text}</code>;
    case "br":
      return <br key={index} />;
    case "link":
      return link({ key: index, href: known.href, title: known.title, content: inlines(known.tokens) });
    case "image":
      // Nothing is loaded for an answer: a picture is its description, as a link.
      return link({ key: index, href: known.href, title: known.title, content: decodeEntities(known.text) || known.href });
    case "escape":
      return known.text;
    case "text":
      return known.tokens === undefined ? decodeEntities(known.text) : inlines(known.tokens);
    default:
      return known.raw;
  }
}

interface LinkParts {
  readonly key: number;
  readonly href: string;
  readonly title: string | null | undefined;
  readonly content: ComponentChild;
}

function link({ key, href, title, content }: LinkParts): ComponentChild {
  const target = linkTarget(decodeEntities(href));
  if (target === undefined) return <span key={key}>{content}</span>;
  return (
    <a key={key} href={target} title={title ? decodeEntities(title) : target}>
      {content}
    </a>
  );
}
