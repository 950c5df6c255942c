import type { JSX } from "preact";
import { grouped } from "../../core/base/l10n";
import type { BlockKind } from "../../core/protocol/blocks";
import { fileName, lineSuffix } from "../state/fileLabel";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";

export interface AttachmentChipProps {
  readonly block: BlockKind;
  /** Given where it can be left out. */
  readonly onRemove?: () => void;
}

/** What went along with a question, by its name. */
export function AttachmentChip({ block, onRemove }: AttachmentChipProps): JSX.Element | null {
  if (block.kind === "blob") return <Chip label={block.name ?? block.mediaType} title={block.mediaType} onRemove={onRemove} />;
  if (block.kind !== "attachment") return null;
  const label = `${fileName(block.path)}${lineSuffix(block.lines)}`;
  if (block.cutFrom === undefined) return <Chip label={label} title={block.path} onRemove={onRemove} />;
  const cut = strings.conversation.beginningOnly(grouped(block.cutFrom));
  return <Chip label={label} title={`${block.path}\n${cut}`} note={strings.conversation.cut} onRemove={onRemove} />;
}

interface ChipProps {
  readonly label: string;
  readonly title: string;
  readonly note?: string;
  readonly onRemove: (() => void) | undefined;
}

function Chip({ label, title, note, onRemove }: ChipProps): JSX.Element {
  const remove = strings.composer.removeContext(label);
  return (
    <span class="chip" title={title}>
      <Icon name="file" />
      <span class="chip-label">{label}</span>
      {note !== undefined && <span class="chip-note">{note}</span>}
      {onRemove !== undefined && (
        <button type="button" class="chip-remove" aria-label={remove} title={remove} onClick={onRemove}>
          <Icon name="close" />
        </button>
      )}
    </span>
  );
}
