import type { JSX } from "preact";
import { uiLanguage } from "../../core/base/l10n";

/** When something was, ms since 1970: the time of day, with the day where that is not today's. The tooltip says all of it. */
export function Timestamp({ at }: { readonly at: number }): JSX.Element {
  const date = new Date(at);
  return (
    <time class="timestamp" dateTime={date.toISOString()} title={date.toLocaleString(uiLanguage(), { dateStyle: "full", timeStyle: "medium" })}>
      {clockTime(date, new Date())}
    </time>
  );
}

/** The shortest that is still clear on the day of `now`. */
export function clockTime(date: Date, now: Date): string {
  const time = date.toLocaleTimeString(uiLanguage(), { hour: "numeric", minute: "2-digit" });
  if (date.toDateString() === now.toDateString()) return time;
  const year = date.getFullYear() === now.getFullYear() ? {} : { year: "numeric" as const };
  return `${date.toLocaleDateString(uiLanguage(), { day: "numeric", month: "short", ...year })}, ${time}`;
}
