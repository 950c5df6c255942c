import type { JSX } from "preact";
import { useStore } from "../state/storeContext";
import { strings } from "../strings";
import { CairnMark } from "../ui/CairnMark";
import { KeyActions } from "./KeyActions";

/** What the open workspace suggests comes first; more would hide how to begin behind a list. */
const MAX_EXAMPLES = 6;

/** The panel without a conversation: how to begin. */
export function EmptyState(): JSX.Element {
  const { connection } = useStore();
  return <div class="empty">{connection.value?.status === "noKey" ? <WithoutKey /> : <WithKey />}</div>;
}

function WithoutKey(): JSX.Element {
  return (
    <>
      <CairnMark />
      <h2 class="empty-title">{strings.empty.noKeyTitle}</h2>
      <p class="empty-lead">{strings.tagline}</p>
      <p class="empty-text">{strings.empty.noKey}</p>
      <KeyActions />
      <p class="empty-text">{strings.empty.demoHint}</p>
    </>
  );
}

function WithKey(): JSX.Element {
  const { composer, examples } = useStore();
  const offered = [...new Set([...examples.value, ...strings.empty.examples])].slice(0, MAX_EXAMPLES);
  const fill = (text: string): void => {
    composer.write(text);
    composer.focus();
  };
  return (
    <>
      <CairnMark />
      <h2 class="empty-title">{strings.empty.title}</h2>
      <ul class="examples" aria-label={strings.empty.examplesLabel}>
        {offered.map((example) => (
          <li key={example}>
            <button type="button" class="example" onClick={() => fill(example)}>
              {example}
            </button>
          </li>
        ))}
      </ul>
      <p class="empty-text">{strings.empty.context}</p>
    </>
  );
}

