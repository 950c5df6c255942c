import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { questionTurnId } from "../state/branches";
import type { TurnHead } from "../state/chatSignals";
import { questionText } from "../state/questions";
import { useStore } from "../state/storeContext";
import { strings } from "../strings";
import { CopyButton } from "../ui/CopyButton";
import { IconButton } from "../ui/IconButton";
import { Timestamp } from "../ui/Timestamp";
import { AttachmentChip } from "./AttachmentChip";
import { BlockView } from "./BlockView";
import { QuestionEditor } from "./QuestionEditor";
import { Versions } from "./Versions";

/** What was asked in a turn; a retry has the words of the turn that it repeats. */
export function Question({ turn }: { readonly turn: TurnHead }): JSX.Element {
  const { chat, branches } = useStore();
  const asked = turn.retryOf === undefined ? turn : (chat.turn(questionTurnId(chat.snapshot() ?? { turns: [] }, turn.turnId))?.value ?? turn);
  const own = asked.blocks.filter((place) => place.role === "user");
  const attached = own.filter((place) => place.block.kind === "attachment" || place.block.kind === "blob");
  const isEdited = branches.edit.value?.turnId === turn.turnId;
  return (
    <div class="question">
      <div class="turn-head">
        <h2 class="speaker">{strings.conversation.you}</h2>
        <Timestamp at={turn.startedAt} />
        <span class="question-acts">
          <Versions turnId={turn.turnId} />
          {isEdited ? <span class="question-edit-place" /> : <EditButton turnId={turn.turnId} />}
          <CopyQuestion turnId={turn.turnId} />
        </span>
      </div>
      {isEdited ? (
        <QuestionEditor attached={attached} />
      ) : (
        <>
          {own.filter((place) => !attached.includes(place)).map((place) => (
            <BlockView key={place.blockId} turnId={asked.turnId} blockId={place.blockId} />
          ))}
          {attached.length > 0 && (
            <ul class="chips" aria-label={strings.conversation.attached}>
              {attached.map((place) => (
                <li key={place.blockId}>
                  <AttachmentChip block={place.block} />
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </div>
  );
}

/** Gets the focus back when the editing that it began is over. */
function EditButton({ turnId }: { readonly turnId: string }): JSX.Element {
  const { branches } = useStore();
  const place = useRef<HTMLSpanElement>(null);
  const wish = branches.focusWish.value;
  useLayoutEffect(() => {
    if (wish?.turnId !== turnId || wish.target !== "edit") return;
    place.current?.querySelector("button")?.focus();
    branches.focused();
  }, [wish, turnId, branches]);
  return (
    <span ref={place} class="question-edit">
      <IconButton icon="edit" label={strings.branches.edit} onClick={() => branches.beginEdit(turnId)} />
    </span>
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
