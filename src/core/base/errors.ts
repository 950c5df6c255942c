/** Ends an exhaustive switch: a case that the types rule out was reached. */
export function assertNever(value: never, what: string): never {
  throw new Error(`Unexpected ${what}: ${JSON.stringify(value)}`);
}

/** Causes beyond this many say no more, and some lead in a circle. */
const MAX_CAUSES = 8;

/** The text of anything thrown, for logs. */
export function describeError(error: unknown, depth = 0): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined || depth >= MAX_CAUSES ? "" : ` (because: ${describeError(error.cause, depth + 1)})`;
  return `${error.message === "" ? error.name : error.message}${cause}`;
}
