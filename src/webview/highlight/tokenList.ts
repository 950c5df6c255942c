import type { Emitter } from "highlight.js";
import { kindOf } from "./kinds";
import type { Kind, Token } from "./token";

/**
 * What the highlighter writes its findings into: a flat list of tokens instead of markup, so that no HTML is ever made of code.
 * Of scopes within each other the innermost counts.
 */
export class TokenList implements Emitter {
  readonly tokens: Token[] = [];
  readonly #open: (Kind | undefined)[] = [];

  addText(text: string): void {
    this.#add(text, this.#open.at(-1));
  }

  startScope(scope: string): void {
    this.#open.push(kindOf(scope, this.#open.at(-1)));
  }

  endScope(): void {
    this.#open.pop();
  }

  /** The same by the name that other places of the highlighter call it. */
  openNode(scope: string): void {
    this.startScope(scope);
  }

  closeNode(): void {
    this.endScope();
  }

  __addSublanguage(inner: Emitter): void {
    if (!(inner instanceof TokenList)) throw new Error("A language within another wrote its tokens elsewhere.");
    const outer = this.#open.at(-1);
    for (const { text, kind } of inner.tokens) this.#add(text, kind ?? outer);
  }

  finalize(): void {
    this.#open.length = 0;
  }

  toHTML(): string {
    return "";
  }

  /** Neighbours of one kind are one token: fewer elements in the page. */
  #add(text: string, kind: Kind | undefined): void {
    if (text === "") return;
    const last = this.tokens.at(-1);
    if (last !== undefined && last.kind === kind) this.tokens[this.tokens.length - 1] = { text: last.text + text, kind };
    else this.tokens.push({ text, kind });
  }
}
