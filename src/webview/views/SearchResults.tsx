import type { JSX } from "preact";
import type { SearchHit } from "../../core/protocol/calls";
import type { SearchResults as Results } from "../state/historySearch";
import { useStore } from "../state/storeContext";
import { strings } from "../strings";
import { Button } from "../ui/Button";
import { relativeTime } from "../ui/relativeTime";

/** What was found, each with the words around it; choosing one opens its chat there. */
export function SearchResults({ results }: { readonly results: Results }): JSX.Element {
  const { history } = useStore();
  return (
    <div class="history-results">
      <p class="history-count" role="status">
        {results.isComplete ? strings.history.found(results.count, results.isExact) : strings.history.stillReading(results.count)}
      </p>
      <ul class="history-list" aria-label={strings.history.results}>
        {results.hits.map((hit, index) => (
          <li key={`${hit.chatId} ${hit.blockId ?? ""} ${index}`} class="history-row">
            <Hit hit={hit} />
          </li>
        ))}
        {results.hasMore && (
          <li class="history-more">
            <Button appearance="secondary" onClick={() => void history.search.showMore()}>
              {strings.history.showMore}
            </Button>
          </li>
        )}
      </ul>
    </div>
  );
}

function Hit({ hit }: { readonly hit: SearchHit }): JSX.Element {
  const store = useStore();
  return (
    <button type="button" class="history-open" onClick={() => void store.openAt(hit)}>
      <span class="history-title">{hit.title === "" ? strings.history.untitled : hit.title}</span>
      <span class="history-excerpt">{marked(hit.excerpt)}</span>
      <span class="history-about">
        {strings.history.kinds[hit.kind]} · {relativeTime(hit.at, Date.now())}
      </span>
    </button>
  );
}

/** The text with what was found marked in it. */
export function marked({ text, marks }: SearchHit["excerpt"]): readonly (string | JSX.Element)[] {
  const parts: (string | JSX.Element)[] = [];
  let end = 0;
  for (const [from = 0, to = 0] of marks) {
    if (from > end) parts.push(text.slice(end, from));
    parts.push(<mark key={from}>{text.slice(from, to)}</mark>);
    end = to;
  }
  return [...parts, text.slice(end)];
}
