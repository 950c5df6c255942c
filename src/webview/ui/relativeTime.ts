import { uiLanguage } from "../../core/base/l10n";
import { strings } from "../strings";

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["minute", 60],
  ["hour", 60 * 60],
  ["day", 24 * 60 * 60],
  ["week", 7 * 24 * 60 * 60],
  ["month", 30 * 24 * 60 * 60],
  ["year", 365 * 24 * 60 * 60],
];

/** How long ago `atMs` was, in words, as seen at `nowMs`; both ms since 1970. */
export function relativeTime(atMs: number, nowMs: number): string {
  const seconds = Math.max(0, (nowMs - atMs) / 1000);
  if (seconds < 60) return strings.history.justNow;
  const [unit, size] = UNITS.findLast(([, length]) => seconds >= length) ?? ["minute", 60];
  return new Intl.RelativeTimeFormat(uiLanguage(), { numeric: "auto" }).format(-Math.floor(seconds / size), unit);
}
