import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Direction } from "../state/branches";
import { useStore } from "../state/storeContext";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";

/** Where branches part: which of them is shown, and the way to the others. Nothing where there is but one. */
export function Versions({ turnId }: { readonly turnId: string }): JSX.Element | null {
  const { chat, branches } = useStore();
  const place = useRef<HTMLSpanElement>(null);
  const versions = chat.versions.value.get(turnId) ?? [];
  const wish = branches.focusWish.value;
  useLayoutEffect(() => {
    if (wish?.turnId !== turnId || wish.target === "edit") return;
    place.current?.querySelector<HTMLElement>(`.version-${wish.target}`)?.focus({ preventScroll: true });
    branches.focused();
  }, [wish, turnId, branches]);
  if (versions.length < 2) return null;
  const number = versions.indexOf(turnId) + 1;
  const go = (direction: Direction): void => {
    const top = place.current?.closest("[data-item]")?.getBoundingClientRect().top ?? 0;
    void branches.showVersion(turnId, direction, top);
  };
  return (
    <span class="versions" role="group" aria-label={strings.branches.group} ref={place}>
      <Step direction="previous" label={strings.branches.previous} isEnd={number === 1} onClick={() => go("previous")} />
      <span class="versions-place">
        <span aria-hidden="true">{strings.branches.place(number, versions.length)}</span>
        <span class="visually-hidden">{strings.branches.placeWords(number, versions.length)}</span>
      </span>
      <Step direction="next" label={strings.branches.next} isEnd={number === versions.length} onClick={() => go("next")} />
    </span>
  );
}

interface StepProps {
  readonly direction: Direction;
  readonly label: string;
  readonly isEnd: boolean;
  readonly onClick: () => void;
}

/** At the end it stays where the focus can be: whoever goes through versions by key is not thrown out. */
function Step({ direction, label, isEnd, onClick }: StepProps): JSX.Element {
  return (
    <button type="button" class={`icon-button version-${direction}`} aria-label={label} title={label} aria-disabled={isEnd ? "true" : undefined} onClick={() => !isEnd && onClick()}>
      <Icon name={direction === "previous" ? "chevron-left" : "chevron-right"} />
    </button>
  );
}
