import type { JSX } from "preact";
import { useStore } from "../state/storeContext";
import { strings } from "../strings";
import { Timestamp } from "../ui/Timestamp";
import { BlockView } from "./BlockView";
import { Question } from "./Question";
import { TurnFooter } from "./TurnFooter";

export interface TurnViewProps {
  readonly turnId: string;
  /** The turn's place among all of the chat, from 1: those that are not in the page count too. */
  readonly position: number;
  readonly count: number;
}

/** One question and its answer. It reads the turn's head only, so deltas pass it by. */
export function TurnView({ turnId, position, count }: TurnViewProps): JSX.Element | null {
  const store = useStore();
  const turn = store.chat.turn(turnId)?.value;
  if (turn === undefined) return null;
  return (
    <article class={store.found.value?.turnId === turnId ? "turn turn-found" : "turn"} tabIndex={-1} data-item={turnId} aria-posinset={position} aria-setsize={count}>
      <Question turn={turn} />
      <div class="turn-head">
        <h2 class="speaker">
          {strings.conversation.claude} <ModelName id={turn.model} />
        </h2>
        {turn.endedAt !== undefined && <Timestamp at={turn.endedAt} />}
      </div>
      {turn.blocks.filter((place) => place.role === "assistant").map((place) => (
        <BlockView key={place.blockId} turnId={turnId} blockId={place.blockId} />
      ))}
      <TurnFooter turn={turn} />
    </article>
  );
}

/** Stands after “Claude”, so it does not say that again. */
function ModelName({ id }: { readonly id: string }): JSX.Element {
  return <span class="speaker-model">{useStore().models.nameOf(id).replace(/^Claude (?=\S)/, "")}</span>;
}
