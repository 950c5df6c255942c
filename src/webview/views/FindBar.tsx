import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useStore } from "../state/storeContext";
import { strings } from "../strings";
import { IconButton } from "../ui/IconButton";

/** Finds words in the shown chat. Enter goes to the next older place, Shift+Enter to the next newer one, Escape closes. */
export function FindBar(): JSX.Element | null {
  const { find, composer } = useStore();
  const box = useRef<HTMLInputElement>(null);
  const isOpen = find.isOpen.value;
  useLayoutEffect(() => box.current?.focus(), [isOpen]);
  if (!isOpen) return null;
  const close = (): void => {
    find.close();
    composer.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing || (event.key !== "Enter" && event.key !== "Escape")) return;
    event.preventDefault();
    if (event.key === "Escape") close();
    else void find.go(event.shiftKey ? -1 : 1);
  };
  const results = find.search.results.value;
  return (
    <div class="find-bar" role="search" aria-label={strings.find.label}>
      <input ref={box} type="search" class="search-box" role="searchbox" aria-label={strings.find.label} placeholder={strings.find.label} value={find.search.text.value} onInput={(event) => find.search.write(event.currentTarget.value)} onKeyDown={onKeyDown} />
      <span class="find-position" role="status">
        {results === undefined ? "" : results.count === 0 ? strings.find.nothing : strings.find.position(find.position.value, results.count)}
      </span>
      <IconButton icon="arrow-up" label={strings.find.next} onClick={() => void find.go(1)} />
      <IconButton icon="arrow-down" label={strings.find.previous} onClick={() => void find.go(-1)} />
      <IconButton icon="close" label={strings.find.close} onClick={close} />
    </div>
  );
}
