import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useStore } from "../state/storeContext";
import { strings } from "../strings";
import { IconButton } from "../ui/IconButton";

const DAY_MS = 24 * 60 * 60 * 1000;
/** Days back, as choices. */
const PERIODS = [1, 7, 30, 365] as const;

/** Above the list: words to search for, and what narrows list and search down. */
export function HistoryTools(): JSX.Element {
  const { history } = useStore();
  const isNarrowed = Object.values(history.filter.value).some((value) => value !== undefined && value !== false);
  const [isOpen, setOpen] = useState(isNarrowed);
  return (
    <div class="history-tools">
      <div class="history-search">
        <input
          type="search"
          class="search-box"
          role="searchbox"
          aria-label={strings.history.search}
          placeholder={strings.history.search}
          value={history.search.text.value}
          onInput={(event) => history.search.write(event.currentTarget.value)}
          onKeyDown={clearOnEscape}
        />
        <IconButton icon="filter" label={strings.history.filter} isPressed={isOpen || isNarrowed} onClick={() => setOpen(!isOpen)} />
        <IconButton icon="trash" label={strings.history.trash} isPressed={history.filter.value.isTrash === true} onClick={() => history.setFilter({ isTrash: history.filter.peek().isTrash === true ? undefined : true })} />
      </div>
      {isOpen && <Filters />}
    </div>
  );
}

/** The first Escape empties the box; only the next one leaves the history. */
function clearOnEscape(event: KeyboardEvent & { readonly currentTarget: HTMLInputElement }): void {
  if (event.key !== "Escape" || event.currentTarget.value === "") return;
  event.preventDefault();
  event.currentTarget.value = "";
  event.currentTarget.dispatchEvent(new Event("input", { bubbles: true }));
}

function Filters(): JSX.Element {
  const { history, models } = useStore();
  const { filter, facets } = history;
  const since = filter.value.since;
  const days = since === undefined ? "" : String(PERIODS.find((period) => Math.abs(Date.now() - period * DAY_MS - since) < DAY_MS / 2) ?? "");
  return (
    <div class="history-filters" role="group" aria-label={strings.history.filter}>
      <Choice label={strings.history.folder} value={filter.value.folder} values={facets.value.folders} onChange={(folder) => history.setFilter({ folder })} />
      <Choice label={strings.history.model} value={filter.value.model} values={facets.value.models} nameOf={models.nameOf} onChange={(model) => history.setFilter({ model })} />
      <label class="filter">
        <span>{strings.history.date}</span>
        <select value={days} onChange={(event) => history.setFilter({ since: event.currentTarget.value === "" ? undefined : Date.now() - Number(event.currentTarget.value) * DAY_MS })}>
          <option value="">{strings.history.any}</option>
          {PERIODS.map((period) => (
            <option key={period} value={String(period)}>
              {strings.history.lastDays(period)}
            </option>
          ))}
        </select>
      </label>
      <Choice label={strings.history.agent} value={filter.value.agent} values={facets.value.agents} onChange={(agent) => history.setFilter({ agent })} />
      <Choice label={strings.history.tag} value={filter.value.tag} values={facets.value.tags} onChange={(tag) => history.setFilter({ tag })} />
      <label class="filter filter-check">
        <input type="checkbox" checked={filter.value.hasEdits === true} onChange={(event) => history.setFilter({ hasEdits: event.currentTarget.checked ? true : undefined })} />
        <span>{strings.history.hasEdits}</span>
      </label>
    </div>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly values: readonly string[];
  readonly nameOf?: (value: string) => string;
  readonly onChange: (value: string | undefined) => void;
}

/** Not there where there is nothing to choose from. */
function Choice({ label, value, values, nameOf = (text) => text, onChange }: ChoiceProps): JSX.Element | null {
  if (values.length === 0 && value === undefined) return null;
  return (
    <label class="filter">
      <span>{label}</span>
      <select value={value ?? ""} onChange={(event) => onChange(event.currentTarget.value === "" ? undefined : event.currentTarget.value)}>
        <option value="">{strings.history.any}</option>
        {values.map((item) => (
          <option key={item} value={item}>
            {nameOf(item)}
          </option>
        ))}
      </select>
    </label>
  );
}
