import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { strings } from "../strings";
import { CopyButton } from "./CopyButton";
import { useOverflowFocus } from "./overflowFocus";

export interface CodeBlockProps {
  readonly code: string;
  /** What follows the opening fence; the first word of it names the language. */
  readonly info: string | undefined;
}

export function CodeBlock({ code, info }: CodeBlockProps): JSX.Element {
  const box = useRef<HTMLPreElement>(null);
  useOverflowFocus(box);
  const language = info?.trim().split(/\s/)[0] || strings.code.plain;
  return (
    <div class="code">
      <div class="code-head">
        <span class="code-language">{language}</span>
        <CopyButton label={strings.code.copy} text={() => code} />
      </div>
      <pre ref={box} role="group" aria-label={strings.code.label(language)}>
        <code>{code}</code>
      </pre>
    </div>
  );
}
