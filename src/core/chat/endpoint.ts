import { t } from "../base/l10n";
import { fail, ok, type Result } from "../base/result";
import type { ConnectionSettings, Secrets } from "../ports";

export const API_URL = "https://api.anthropic.com";
const KEY_NAME = "apiKey";
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\xa0-\xff]*$/;
const HEADER_SECRET = /\$\{secret:([A-Za-z0-9_.-]+)\}/g;

/** The base address to use, or one sentence on what is wrong with it: https anywhere, http on this machine only. */
export function checkBaseUrl(text: string): Result<string, string> {
  if (text.trim() === "") return ok(API_URL);
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    return fail(t("“cairn.baseUrl” is not an address: {0}. Write something like https://gateway.example.com.", text));
  }
  const isLoopback = url.hostname === "localhost" || url.hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback)) {
    return fail(t("“cairn.baseUrl” must begin with https:// (http:// is accepted on this machine only): {0}.", text));
  }
  if (url.search !== "" || url.hash !== "") return fail(t("“cairn.baseUrl” must end with its path, without ? or #: {0}.", text));
  if (url.username !== "" || url.password !== "") return fail(t("“cairn.baseUrl” must not hold a user name or password. Put secrets into “cairn.headers”."));
  return ok(url.href.replace(/\/+$/, "").replace(/\/v1(\/(messages|models))?$/, ""));
}

/** The headers with their secrets filled in, or one sentence on the one that is missing. */
export async function resolveHeaders(settings: Pick<ConnectionSettings, "headers">, secrets: Secrets): Promise<Result<Readonly<Record<string, string>>, string>> {
  const resolved: Record<string, string> = {};
  for (const [name, template] of Object.entries(settings.headers)) {
    const values = new Map<string, string>();
    for (const [, secret = ""] of template.matchAll(HEADER_SECRET)) {
      const value = await readSecret(secrets, secret);
      if (value === undefined) return fail(t("The header {0} needs the secret {1}. Store it with “Cairn: Set Header Secret”.", name, secret));
      values.set(secret, value);
    }
    const value = template.replace(HEADER_SECRET, (_, secret: string) => values.get(secret) ?? "");
    if (value.includes("${secret:")) return fail(t("“cairn.headers”: the name of the secret in {0} may have letters, digits, dots, dashes and underscores only.", name));
    // Said here, where the setting is known: a request would only fail with a riddle. The value may hold a secret.
    if (!HEADER_NAME.test(name)) return fail(t("“cairn.headers”: {0} cannot be a header's name.", JSON.stringify(name)));
    if (!HEADER_VALUE.test(value)) return fail(t("“cairn.headers”: the value of {0} has characters that a header cannot hold, such as a line break.", name));
    resolved[name] = value;
  }
  return ok(resolved);
}

async function readSecret(secrets: Secrets, name: string): Promise<string | undefined> {
  try {
    return await secrets.get(headerSecretName(name));
  } catch {
    return undefined; // a store that cannot be read has no secret for us; the sentence that follows says what to do
  }
}

export function headerSecretName(name: string): string {
  return `header.${name}`;
}

export { KEY_NAME };
