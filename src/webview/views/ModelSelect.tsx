import type { JSX } from "preact";
import type { OfferedModel } from "../state/models";
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
            {labelOf(model)}
          </option>
        ))}
      </select>
    </span>
  );
}

/** How hard the model thinks, where that can be said. The empty value leaves it to the model. */
export function EffortSelect(): JSX.Element | null {
  const { models } = useStore();
  const efforts = models.efforts.value;
  if (efforts.length === 0) return null;
  return (
    <span class="model effort">
      <select
        aria-label={strings.composer.effort}
        title={strings.composer.effort}
        value={models.effort.value ?? ""}
        onChange={(event) => void models.chooseEffort(event.currentTarget.value === "" ? null : event.currentTarget.value)}
      >
        <option value="">{strings.composer.defaultEffort}</option>
        {efforts.map((effort) => (
          <option key={effort} value={effort}>
            {effort.charAt(0).toUpperCase() + effort.slice(1)}
          </option>
        ))}
      </select>
    </span>
  );
}

/** A deprecated model says so, with the day it retires if that is set. */
function labelOf({ name, retiresAt }: OfferedModel): string {
  if (retiresAt === undefined) return name;
  return retiresAt === "" ? strings.composer.deprecated(name) : strings.composer.retires(name, retiresAt.slice(0, 10));
}
