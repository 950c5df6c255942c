import { uiLanguage } from "../../core/base/l10n";
import type { UsageGroup, UsageReport, UsageSums } from "../../core/protocol/usagePage";

export type Measure = "cost" | "tokens";

export interface Bar {
  readonly key: string;
  readonly label: string;
  readonly value: number;
}

/** More days than this become months: thinner bars cannot be told apart. */
const MAX_DAYS = 120;
/** Of other groups so many are drawn. */
const MAX_GROUPS = 12;
const DAY_MS = 24 * 60 * 60 * 1000;

export function valueOf(sums: UsageSums, measure: Measure): number {
  return measure === "cost" ? sums.cost : sums.inputTokens + sums.cacheReadTokens + sums.cacheWriteTokens + sums.outputTokens;
}

/** The bars of a report: every day of the range, or month where those are too many; of other groups the largest. */
export function barsOf(report: Pick<UsageReport, "rows" | "firstDay" | "lastDay">, by: UsageGroup, measure: Measure): readonly Bar[] {
  if (by !== "day") {
    const bars = report.rows.map((row) => ({ key: row.key, label: row.label, value: valueOf(row, measure) }));
    return bars.filter((bar) => bar.value > 0).toSorted((left, right) => right.value - left.value).slice(0, MAX_GROUPS);
  }
  if (report.firstDay === "") return [];
  const values = new Map(report.rows.map((row) => [row.key, valueOf(row, measure)]));
  // A clock that was set back leaves days after today.
  const lastDay = [report.lastDay, ...report.rows.map((row) => row.key)].reduce((left, right) => (left > right ? left : right));
  const days = Math.round((Date.parse(lastDay) - Date.parse(report.firstDay)) / DAY_MS) + 1;
  const length = days > MAX_DAYS ? "2026-11".length : "2026-11-20".length;
  const bars = new Map<string, number>();
  for (let index = 0; index < days; index++) {
    const day = new Date(Date.parse(report.firstDay) + index * DAY_MS).toISOString().slice(0, 10);
    const key = day.slice(0, length);
    bars.set(key, (bars.get(key) ?? 0) + (values.get(day) ?? 0));
  }
  return [...bars].map(([key, value]) => ({ key, label: dateLabel(key), value }));
}

/** A day, or a month, as people write it: 2026-11-20, or 2026-11. */
export function dateLabel(day: string): string {
  const isMonth = day.length < "2026-11-20".length;
  const date = new Date(`${day}${isMonth ? "-01" : ""}T00:00:00Z`);
  return date.toLocaleDateString(uiLanguage(), { timeZone: "UTC", ...(isMonth ? { month: "long", year: "numeric" } : { dateStyle: "medium" }) });
}

/** US dollars: small amounts to a hundredth of a cent. */
export function money(amount: number): string {
  const digits = amount > 0 && amount < 0.1 ? 4 : 2;
  return amount.toLocaleString(uiLanguage(), { style: "currency", currency: "USD", minimumFractionDigits: digits, maximumFractionDigits: digits });
}
