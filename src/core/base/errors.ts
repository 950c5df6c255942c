/** Ends an exhaustive switch: a case that the types rule out was reached. */
export function assertNever(value: never, what: string): never {
  throw new Error(`Unexpected ${what}: ${JSON.stringify(value)}`);
}

/** The text of anything thrown, for logs. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : ` (because: ${describeError(error.cause)})`;
  return `${error.message}${cause}`;
}
