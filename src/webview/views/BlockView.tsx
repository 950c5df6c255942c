import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useStore } from "../state/storeContext";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";
import { Markdown } from "../ui/Markdown";

/** The text of one block. The only view that repaints with each delta. */
export function BlockView({ turnId, blockId }: { readonly turnId: string; readonly blockId: string }): JSX.Element | null {
  const store = useStore();
  const block = store.chat.block(turnId, blockId)?.value;
  if (block === undefined) return null;
  if (block.role === "user") return <div class="question-text">{block.text}</div>;
  const onLink = (href: string): void => store.ask("link.open", { href });
  if (block.block.kind === "thinking") return <Thinking text={block.text} onLink={onLink} />;
  return block.text.trim() === "" ? null : <Markdown text={block.text} onLink={onLink} />;
}

/** Folded, and unread text is not laid out at all. */
function Thinking({ text, onLink }: { readonly text: string; readonly onLink: (href: string) => void }): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="thinking" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <Icon name="chevron-right" /> {strings.conversation.thinking}
      </summary>
      {isOpen && <Markdown text={text} onLink={onLink} />}
    </details>
  );
}
