import type { JSX } from "preact";
import { useContext, useRef } from "preact/hooks";
import { useHighlight } from "../highlight/useHighlight";
import { strings } from "../strings";
import { CodeActionsContext } from "./codeActions";
import { ColouredCode } from "./ColouredCode";
import { CopyButton } from "./CopyButton";
import { IconButton } from "./IconButton";
import { useOverflowFocus } from "./overflowFocus";

export interface CodeBlockProps {
  readonly code: string;
  /** What follows the opening fence; the first word of it names the language. */
  readonly info: string | undefined;
}

export function CodeBlock({ code, info }: CodeBlockProps): JSX.Element {
  const box = useRef<HTMLPreElement>(null);
  const actions = useContext(CodeActionsContext);
  useOverflowFocus(box);
  const language = info?.trim().split(/\s/)[0] ?? "";
  const pieces = useHighlight(code, language);
  const shown = language === "" ? strings.code.plain : language;
  return (
    <div class="code">
      <div class="code-head">
        <span class="code-language">{shown}</span>
        <div class="code-actions">
          <CopyButton label={strings.code.copy} text={() => code} />
          {actions !== undefined && <IconButton icon="insert" label={strings.code.insert} onClick={() => actions.insert(code)} />}
          {actions !== undefined && <IconButton icon="new-file" label={strings.code.newFile} onClick={() => actions.newFile(code, language)} />}
        </div>
      </div>
      <pre ref={box} role="group" aria-label={strings.code.label(shown)}>
        <code>
          <ColouredCode code={code} pieces={pieces} />
        </code>
      </pre>
    </div>
  );
}
