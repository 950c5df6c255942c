/** Carries a translation into the page, whose first module reads it; nothing where the sentences stay as they are. */
export function wordsElement(bundle: Readonly<Record<string, string>> | undefined): string {
  if (bundle === undefined) return "";
  const json = JSON.stringify(bundle).replaceAll("<", "\\u003c"); // no word may end the element
  return `\n<script id="cairn-l10n" type="application/json">${json}</script>`;
}
