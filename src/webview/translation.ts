import { useTranslation } from "../core/base/l10n";

// Before any sentence is read, so this is the first import of the page. The host puts the words of a translation into the page.
const words = document.getElementById("cairn-l10n")?.textContent;
useTranslation({
  language: document.documentElement.lang,
  bundle: words ? (JSON.parse(words) as Readonly<Record<string, string>>) : undefined,
});
