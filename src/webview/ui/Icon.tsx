import type { JSX } from "preact";

/** The glyphs of the codicon font that the panel uses; media/panel/icons.css gives each its code point. */
export const iconNames = [
  "add", "arrow-down", "arrow-left", "arrow-up", "discard", "filter", "pin", "pinned", "search", "tag", "check", "chevron-left", "chevron-right", "circle-slash", "close", "copy", "edit", "error", "file", "files", "go-to-file", "history",
  "info", "insert", "new-file", "repo-forked", "stop", "trash", "warning",
] as const;
export type IconName = (typeof iconNames)[number];

/** A picture beside a name; it says nothing itself. */
export function Icon({ name }: { readonly name: IconName }): JSX.Element {
  return <span class={`icon icon-${name}`} aria-hidden="true" />;
}
