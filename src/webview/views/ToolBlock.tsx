import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { BlockKind } from "../../core/protocol/blocks";
import type { Block } from "../../core/protocol/chatState";
import { inputSummary } from "../state/inputSummary";
import { strings } from "../strings";
import { duration } from "../ui/duration";
import { Icon, type IconName } from "../ui/Icon";
import { ProgressRing } from "../ui/ProgressRing";

export type ToolCall = Extract<BlockKind, { readonly kind: "tool" }>;

interface ToolBlockProps {
  readonly block: Block;
  readonly call: ToolCall;
}

const ICONS: { readonly [S in NonNullable<ToolCall["status"]> | "brokenOff"]: IconName } = {
  ok: "check", error: "error", denied: "circle-slash", cancelled: "circle-slash", brokenOff: "warning",
};
/** What is laid out of a very long output; the rest is in the store. */
const SHOWN_LENGTH = 20_000;

/** One call of a tool in one line: what was done, to what, and what came of it. Unfolded, all that went in and came out. */
export function ToolBlock({ block, call }: ToolBlockProps): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const status = call.status ?? "brokenOff";
  return (
    <details class={`tool tool-${block.isOpen ? "running" : status}`} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {block.isOpen ? <ProgressRing /> : <Icon name={ICONS[status]} />}
        <span class="tool-name">{call.tool}</span>
        <span class="tool-input">{inputSummary(call.input)}</span>
        <span class="tool-status">{statusText(block, call)}</span>
      </summary>
      {isOpen && (
        <div class="tool-detail">
          <Part label={strings.tool.input} text={JSON.stringify(call.input, null, 2) ?? ""} />
          <Part label={strings.tool.output} text={block.text} />
        </div>
      )}
    </details>
  );
}

function Part({ label, text }: { readonly label: string; readonly text: string }): JSX.Element | null {
  if (text === "") return null;
  return (
    <>
      <p class="tool-label">{label}</p>
      <pre class="tool-text" role="group" aria-label={label} tabIndex={0}>
        {text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}\n${strings.tool.moreCharacters(text.length - SHOWN_LENGTH)}` : text}
      </pre>
    </>
  );
}

function statusText({ isOpen }: Block, { status, durationMs }: ToolCall): string {
  if (isOpen) return strings.tool.running;
  if (status === undefined) return strings.tool.brokenOff;
  const took = durationMs === undefined || durationMs < 1000 ? "" : duration(durationMs);
  return status === "ok" ? took || strings.tool.ok : [strings.tool[status], took].filter((text) => text !== "").join(", ");
}
