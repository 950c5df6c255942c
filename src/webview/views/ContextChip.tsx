import type { JSX } from "preact";
import { fileName, lineSuffix } from "../state/fileLabel";
import { useStore } from "../state/storeContext";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";

/** What of the editor goes with the next message; it can be left out. */
export function ContextChip(): JSX.Element | null {
  const { composer } = useStore();
  const context = composer.context.value;
  if (context === null) return null;
  const name = fileName(context.path);
  const label = strings.composer.removeContext(name);
  const remove = (): void => {
    composer.removeContext();
    composer.focus();
  };
  return (
    <div class="composer-context" role="group" aria-label={strings.composer.context}>
      <span class="chip" title={context.path}>
        <Icon name="file" />
        <span class="chip-label">
          {name}
          {context.lines !== undefined && <span class="chip-lines">{lineSuffix(context.lines)}</span>}
        </span>
        <button type="button" class="chip-remove" aria-label={label} title={label} onClick={remove}>
          <Icon name="close" />
        </button>
      </span>
    </div>
  );
}
