import { config, t as translate } from "@vscode/l10n";

/** What the editor speaks. */
export interface Translation {
  /** A BCP 47 tag, such as `de` or `pt-br`. */
  readonly language: string;
  /** From the English sentence, as it stands in the code, to the translated one; none for English. */
  readonly bundle: Readonly<Record<string, string>> | undefined;
}

let language = "en";

/** Set once in each bundle, before its first sentence: bundles share no modules. */
export function useTranslation(translation: Translation): void {
  language = isLanguage(translation.language) ? translation.language : "en";
  config({ contents: { ...translation.bundle } });
}

/**
 * The sentence in the editor's language. `message` stands there as a literal, from which `l10n/bundle.l10n.json` is made;
 * `{0}`, `{1}`… are where the values go.
 */
export function t(message: string, ...values: readonly (string | number)[]): string {
  return translate(message, ...values);
}

/** The language in which numbers and times are written. */
export function uiLanguage(): string {
  return language;
}

/** A whole number with the language's grouping, such as 12,345. */
export function grouped(value: number): string {
  return value.toLocaleString(language);
}

function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
