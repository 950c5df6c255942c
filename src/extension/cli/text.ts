import { t } from "../../core/base/l10n";

/** A moment as `2026-11-20 14:55`, in the machine's own time. */
export function timeText(at: number): string {
  const date = new Date(at);
  return `${dayText(at)} ${[date.getHours(), date.getMinutes()].map((part) => String(part).padStart(2, "0")).join(":")}`;
}

/** The day of a moment as people here call it, such as `2026-11-20`. */
export function dayText(at: number): string {
  const date = new Date(at);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

export function titleText(title: string): string {
  return title === "" ? t("Untitled chat") : onOneLine(title);
}

export function onOneLine(text: string): string {
  return printable(text.replace(/\s+/g, " ").trim());
}

/** Without what would steer a terminal: texts come from models and files. Line feeds and tabs stay. */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "\ufffd");
}

/** Rows with their columns under each other; those in `right` end under each other. */
export function table(rows: readonly (readonly string[])[], right: ReadonlySet<number> = new Set()): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows.map((row) => `${row.map((cell, column) => (right.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join("  ").trimEnd()}\n`).join("");
}

export function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
