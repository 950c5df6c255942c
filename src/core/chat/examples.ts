import { t } from "../base/l10n";
import { isSecretPath } from "./attachments";

/** Short questions that a person might begin with, about files they have open; none where no file is open. Paths use `/`. */
export function exampleQuestions(activePath: string | undefined, openPaths: readonly string[]): readonly string[] {
  const paths = [...new Set([...(activePath === undefined ? [] : [activePath]), ...openPaths])].filter((path) => !isSecretPath(path));
  const [first, second] = [...new Set(paths.map((path) => path.split("/").at(-1) ?? path))];
  if (first === undefined) return [];
  const other = second === undefined ? t("Which tests would you write for {0}?", first) : t("How does {0} work together with {1}?", first, second);
  return [t("What does {0} do?", first), t("Is there a bug in {0}?", first), other];
}
