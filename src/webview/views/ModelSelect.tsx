import type { JSX } from "preact";
import { useStore } from "../state/storeContext";
import { strings } from "../strings";

export function ModelSelect(): JSX.Element {
  const { models } = useStore();
  const choices = models.choices.value;
  return (
    <span class={choices.length === 0 ? "model model-unknown" : "model"}>
      <select
        aria-label={strings.composer.model}
        title={models.note.value ?? strings.composer.model}
        value={models.current.value}
        onChange={(event) => void models.choose(event.currentTarget.value)}
      >
        {choices.map((model) => (
          <option key={model.id} value={model.id}>
            {model.name}
          </option>
        ))}
      </select>
    </span>
  );
}
