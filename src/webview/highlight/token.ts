/** What a piece of code is, as far as its colour goes. Each has a rule in media/panel/highlight.css. */
export const KINDS = ["comment", "keyword", "literal", "number", "string", "function", "type", "name", "meta", "added", "removed"] as const;

export type Kind = (typeof KINDS)[number];

/** Never empty. Without a kind it has the colour of plain code. */
export interface Token {
  readonly text: string;
  readonly kind: Kind | undefined;
}

/** Neighbouring tokens that are painted together. */
export interface Piece {
  readonly text: string;
  readonly tokens: readonly Token[];
  /** Nothing is open at its end, neither a string nor a comment nor a bracket that matters: code may be read anew from there. */
  readonly isSettled: boolean;
}

export interface Tokenised {
  /** Their texts, put together, are the code given, to the character. */
  readonly tokens: readonly Token[];
  readonly isSettled: boolean;
}

/** What the bundle of the grammars exports. */
export interface Highlighter {
  /** The grammar's own name for what a code fence calls its language; undefined where there is no grammar. */
  grammarOf(language: string): string | undefined;
  /** Tokens of a text that begins outside of everything; undefined when its grammar fails on it. The first call of a grammar takes longest. */
  tokenise(code: string, grammar: string): Tokenised | undefined;
}
