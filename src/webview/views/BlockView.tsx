import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Block } from "../../core/protocol/chatState";
import { useStore } from "../state/storeContext";
import { strings } from "../strings";
import { duration } from "../ui/duration";
import { Icon } from "../ui/Icon";
import { Markdown } from "../ui/Markdown";
import { ToolBlock } from "./ToolBlock";

/** The text of one block. The only view that repaints with each delta. */
export function BlockView({ turnId, blockId }: { readonly turnId: string; readonly blockId: string }): JSX.Element | null {
  const store = useStore();
  const block = store.chat.block(turnId, blockId)?.value;
  if (block === undefined) return null;
  if (block.role === "user") return <div class="question-text">{block.text}</div>;
  const onLink = (href: string): void => store.ask("link.open", { href });
  if (block.block.kind === "thinking") return <Thinking block={block} text={block.text} onLink={onLink} />;
  if (block.block.kind === "redactedThinking") return <Thinking block={block} text="" onLink={onLink} />; // its text is for the model alone
  if (block.block.kind === "tool") return <ToolBlock block={block} call={block.block} />;
  if (block.block.kind === "notice") return <Notice level={block.block.level} text={block.text} />;
  return block.text.trim() === "" ? null : <Markdown text={block.text} onLink={onLink} />;
}

/** Its kind is said by the icon to the eye, and by a word to whoever cannot see it. */
function Notice({ level, text }: { readonly level: "info" | "warning" | "error"; readonly text: string }): JSX.Element {
  return (
    <p class={`remark remark-${level}`}>
      <Icon name={level} /> <span class="visually-hidden">{strings.notice[level]}</span>
      <span>{text}</span>
    </p>
  );
}

interface ThinkingProps {
  readonly block: Block;
  readonly text: string;
  readonly onLink: (href: string) => void;
}

/** Folded, and unread text is not laid out at all. Where the model keeps its thoughts to itself there is nothing to unfold. */
function Thinking({ block, text, onLink }: ThinkingProps): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  if (text.trim() === "") return <p class="thinking thinking-untold">{thinkingTitle(block)}</p>;
  return (
    <details class="thinking" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <Icon name="chevron-right" /> {thinkingTitle(block)}
      </summary>
      {isOpen && <Markdown text={text} onLink={onLink} />}
    </details>
  );
}

function thinkingTitle({ isOpen, startedAt, endedAt }: Block): string {
  if (isOpen) return strings.conversation.thinkingNow;
  if (startedAt === undefined || endedAt === undefined) return strings.conversation.thought;
  return strings.conversation.thoughtFor(duration(endedAt - startedAt));
}
