import { h, type JSX } from "preact";

/**
 * Something is under way. The toolkit's ring calls itself an alert named “Loading”; in here it is decoration beside words,
 * so it is taken out of the accessibility tree with all it says.
 */
export function ProgressRing(): JSX.Element {
  return (
    <span class="ring" aria-hidden="true">
      {h("vscode-progress-ring", {})}
    </span>
  );
}
