/** An error's causes, itself first; those of an error that gathers several tries follow it. */
function* causesOf(error: unknown, depth = 0): Generator<Error & Readonly<Record<string, unknown>>> {
  if (!(error instanceof Error) || depth > 8) return;
  yield error as Error & Readonly<Record<string, unknown>>; // any object has fields
  if (error instanceof AggregateError) for (const inner of error.errors.slice(0, 8)) yield* causesOf(inner, depth + 1);
  yield* causesOf(error.cause, depth + 1);
}

/** The `code`s along an error's causes. */
export function codesOf(error: unknown): readonly string[] {
  return [...causesOf(error)].flatMap(({ code }) => (typeof code === "string" ? [code] : []));
}

/**
 * Whether it was a proxy that failed on the way to `host` (`name` or `name:port`): the system's errors name what was really
 * connected to, and a tunnel that was refused has the proxy's status.
 */
export function isOfProxy(error: unknown, host: string): boolean {
  const wanted = new URL(`https://${host}`);
  const isElsewhere = (cause: Readonly<Record<string, unknown>>): boolean => {
    if (typeof cause["hostname"] === "string") return bare(cause["hostname"]) !== bare(wanted.hostname);
    if (typeof cause["port"] !== "number") return false;
    // Without a port of its own the address is https, or http on this machine, which no proxy stands before.
    return cause["port"] !== Number(wanted.port === "" ? 443 : wanted.port) && !(wanted.port === "" && cause["port"] === 80);
  };
  return [...causesOf(error)].some((cause) => cause["syscall"] !== undefined && isElsewhere(cause)) || codesOf(error).includes("UND_ERR_ABORTED");
}

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, "").toLowerCase();
}
