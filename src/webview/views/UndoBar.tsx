import type { JSX } from "preact";
import { useStore } from "../state/storeContext";
import { strings } from "../strings";
import { Button } from "../ui/Button";

/** Offers to take a deletion back. It goes by itself, but not under the person's hand. */
export function UndoBar({ onUndo }: { readonly onUndo: () => void }): JSX.Element {
  const store = useStore();
  const { history } = store;
  const isOffered = history.undoable.value !== undefined;
  const undo = (): void => {
    onUndo();
    void store.undoDelete();
  };
  /** Pointer and focus come and go apart; the offer waits for both to be gone. */
  const release = (event: PointerEvent | FocusEvent): void => {
    const bar = event.currentTarget;
    if (!(bar instanceof HTMLElement)) return;
    const isFocusInside = event.type === "focusout" ? bar.contains(event.relatedTarget instanceof Node ? event.relatedTarget : null) : bar.matches(":focus-within");
    if (!isFocusInside && !(event.type === "focusout" && bar.matches(":hover"))) history.releaseUndo();
  };
  return (
    <div class="undo-place">
      {isOffered && (
        <div
          class="undo-bar"
          onPointerEnter={history.holdUndo}
          onPointerLeave={release}
          onFocusIn={history.holdUndo}
          onFocusOut={release}
        >
          <span>{strings.history.deleted}</span> <Button onClick={undo}>{strings.history.undo}</Button>
        </div>
      )}
    </div>
  );
}
