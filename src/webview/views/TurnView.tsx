import type { JSX } from "preact";
import { grouped } from "../../core/base/l10n";
import type { BlockKind } from "../../core/protocol/blocks";
import type { BlockPlace, TurnHead } from "../state/chatSignals";
import { fileName, lineSuffix } from "../state/fileLabel";
import { questionText } from "../state/questions";
import { useStore } from "../state/storeContext";
import { strings } from "../strings";
import { CopyButton } from "../ui/CopyButton";
import { Icon } from "../ui/Icon";
import { Timestamp } from "../ui/Timestamp";
import { BlockView } from "./BlockView";
import { TurnFooter } from "./TurnFooter";

export interface TurnViewProps {
  readonly turnId: string;
  /** The turn's place among all of the chat, from 1: those that are not in the page count too. */
  readonly position: number;
  readonly count: number;
}

/** One question and its answer. It reads the turn's head only, so deltas pass it by. */
export function TurnView({ turnId, position, count }: TurnViewProps): JSX.Element | null {
  const turn = useStore().chat.turn(turnId)?.value;
  if (turn === undefined) return null;
  return (
    <article class="turn" data-item={turnId} aria-posinset={position} aria-setsize={count}>
      {turn.retryOf === undefined && <Question turn={turn} />}
      <div class="turn-head">
        <h2 class="speaker">
          {turn.retryOf === undefined ? strings.conversation.claude : strings.conversation.retryHeading} <ModelName id={turn.model} />
        </h2>
        {turn.endedAt !== undefined && <Timestamp at={turn.endedAt} />}
      </div>
      {turn.blocks.filter((place) => place.role === "assistant").map((place) => blockOf(turnId, place))}
      <TurnFooter turn={turn} />
    </article>
  );
}

/** Stands after “Claude”, so it does not say that again. */
function ModelName({ id }: { readonly id: string }): JSX.Element {
  return <span class="speaker-model">{useStore().models.nameOf(id).replace(/^Claude (?=\S)/, "")}</span>;
}

function Question({ turn }: { readonly turn: TurnHead }): JSX.Element {
  const own = turn.blocks.filter((place) => place.role === "user");
  const attached = own.filter((place) => place.block.kind === "attachment" || place.block.kind === "blob");
  return (
    <div class="question">
      <div class="turn-head">
        <h2 class="speaker">{strings.conversation.you}</h2>
        <Timestamp at={turn.startedAt} />
        <CopyQuestion turnId={turn.turnId} />
      </div>
      {own.filter((place) => !attached.includes(place)).map((place) => blockOf(turn.turnId, place))}
      {attached.length > 0 && (
        <ul class="chips" aria-label={strings.conversation.attached}>
          {attached.map((place) => (
            <li key={place.blockId}>
              <Attachment block={place.block} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function CopyQuestion({ turnId }: { readonly turnId: string }): JSX.Element {
  const { chat } = useStore();
  const text = (): string => {
    const state = chat.snapshot();
    const turn = state?.turns.find((candidate) => candidate.turnId === turnId);
    return state === undefined || turn === undefined ? "" : questionText(state, turn);
  };
  return <CopyButton label={strings.conversation.copyQuestion} text={text} />;
}

function Attachment({ block }: { readonly block: BlockKind }): JSX.Element | null {
  if (block.kind === "blob") return <Chip label={block.name ?? block.mediaType} title={block.mediaType} />;
  if (block.kind !== "attachment") return null;
  const label = `${fileName(block.path)}${lineSuffix(block.lines)}`;
  if (block.cutFrom === undefined) return <Chip label={label} title={block.path} />;
  const cut = strings.conversation.beginningOnly(grouped(block.cutFrom));
  return <Chip label={label} title={`${block.path}\n${cut}`} note={strings.conversation.cut} />;
}

function Chip({ label, title, note }: { readonly label: string; readonly title: string; readonly note?: string }): JSX.Element {
  return (
    <span class="chip" title={title}>
      <Icon name="file" />
      <span class="chip-label">{label}</span>
      {note !== undefined && <span class="chip-note">{note}</span>}
    </span>
  );
}

function blockOf(turnId: string, place: BlockPlace): JSX.Element {
  return <BlockView key={place.blockId} turnId={turnId} blockId={place.blockId} />;
}
