import type { QueryResult } from "../../core/protocol/storagePage";

/** The result as CSV (RFC 4180): lines end in CR LF, NULL is an empty field and the empty text a quoted one. */
export function toCsv({ columns, rows }: Pick<QueryResult, "columns" | "rows">): string {
  return [columns, ...rows].map((row) => `${row.map(field).join(",")}\r\n`).join("");
}

function field(value: string | null): string {
  if (value === null) return "";
  return value === "" || /[",\r\n]/.test(value) ? `"${value.replace(/"/g, '""')}"` : value;
}
