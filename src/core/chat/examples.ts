import { isSecretPath } from "./attachments";

/** Short questions that a person might begin with, about files they have open; none where no file is open. Paths use `/`. */
export function exampleQuestions(activePath: string | undefined, openPaths: readonly string[]): readonly string[] {
  const paths = [...new Set([...(activePath === undefined ? [] : [activePath]), ...openPaths])].filter((path) => !isSecretPath(path));
  const [first, second] = [...new Set(paths.map((path) => path.split("/").at(-1) ?? path))];
  if (first === undefined) return [];
  const other = second === undefined ? `Which tests would you write for ${first}?` : `How does ${first} work together with ${second}?`;
  return [`What does ${first} do?`, `Is there a bug in ${first}?`, other];
}
