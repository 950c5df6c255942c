/** Schemes that an answer may link to. Whether and how one is opened is the host's decision. */
const ALLOWED = new Set(["http", "https", "mailto", "file"]);

/** Where a link of an answer goes, or undefined when it must not be followed. Paths without a scheme are files of the workspace. */
export function linkTarget(href: string): string | undefined {
  // Browsers ignore such characters inside a scheme, so that they would hide one.
  const bare = href.replace(/[\u0000-\u0020\u007f]/g, "");
  const scheme = /^([a-zA-Z][a-zA-Z\d+.-]*):/.exec(bare)?.[1]?.toLowerCase();
  if (bare === "" || (scheme !== undefined && !ALLOWED.has(scheme))) return undefined;
  return href;
}
