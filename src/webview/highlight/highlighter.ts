// The bundle dist/highlight.js: loaded at the first code block whose language is said, and never before the page's first paint.
import { hljs } from "./grammars";
import type { Highlighter, Tokenised } from "./token";
import { TokenList } from "./tokenList";

export { grammarOf } from "./grammars";

export const tokenise: Highlighter["tokenise"] = (code, grammar): Tokenised | undefined => {
  const { _emitter: emitter, _top: top, errorRaised } = hljs.highlight(code, { language: grammar, ignoreIllegals: true });
  if (errorRaised !== undefined || !(emitter instanceof TokenList)) return undefined;
  const { tokens } = emitter;
  // What is shown is the code itself, whatever a grammar does.
  if (tokens.map(({ text }) => text).join("") !== code) return undefined;
  return { tokens, isSettled: top === hljs.getLanguage(grammar) };
};
