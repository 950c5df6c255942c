import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { BlockPlace } from "../state/chatSignals";
import { composerAction } from "../state/composerKeys";
import { useStore } from "../state/storeContext";
import { strings } from "../strings";
import { Button } from "../ui/Button";
import { AttachmentChip } from "./AttachmentChip";

const HINT_ID = "edit-hint";

/** A question in an editor at its place, with what went along with it: Enter asks it anew, Escape leaves it as it was. */
export function QuestionEditor({ attached }: { readonly attached: readonly BlockPlace[] }): JSX.Element | null {
  const { branches } = useStore();
  const box = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    const end = box.current?.value.length ?? 0;
    box.current?.focus();
    box.current?.setSelectionRange(end, end);
  }, []);
  const edit = branches.edit.value;
  if (edit === undefined) return null;
  const kept = attached.filter((place) => !edit.removed.includes(place.blockId));
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && !event.isComposing) {
      event.preventDefault(); // one taken here does not stop the answer
      return branches.cancelEdit();
    }
    if (event.target !== box.current || composerAction(event, { isRunning: false, isEmpty: false, isRecalled: false }) !== "send") return;
    event.preventDefault();
    void branches.resend();
  };
  const remove = (blockId: string): void => {
    branches.removeAttachment(blockId);
    box.current?.focus();
  };
  return (
    <div class="question-editor" onKeyDown={onKeyDown}>
      <div class="composer-box">
        <textarea
          ref={box}
          class="composer-text"
          rows={1}
          aria-label={strings.branches.editLabel}
          aria-describedby={edit.hint === undefined ? undefined : HINT_ID}
          value={edit.text}
          onInput={(event) => branches.write(event.currentTarget.value)}
        />
        {kept.length > 0 && (
          <ul class="chips" aria-label={strings.composer.context}>
            {kept.map((place) => (
              <li key={place.blockId}>
                <AttachmentChip block={place.block} onRemove={() => remove(place.blockId)} />
              </li>
            ))}
          </ul>
        )}
        <div class="question-editor-actions">
          <Button class="small" onClick={() => void branches.resend()}>
            {strings.branches.send}
          </Button>
          <Button class="small" appearance="secondary" onClick={() => branches.cancelEdit()}>
            {strings.branches.cancel}
          </Button>
        </div>
      </div>
      {edit.hint !== undefined && (
        <p id={HINT_ID} class="question-editor-hint" role="alert">
          {edit.hint.text}
        </p>
      )}
    </div>
  );
}
