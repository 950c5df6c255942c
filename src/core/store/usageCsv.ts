import type { UsageGroup, UsageReport } from "../protocol/usagePage";

/** What a spreadsheet would take for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/**
 * A report as CSV (RFC 4180, UTF-8): a line of names, then one for each row, each ended by CR LF. The price is empty where none
 * of it is known. A name that a spreadsheet would run as a formula has an apostrophe before it.
 */
export function usageCsv({ rows }: Pick<UsageReport, "rows">, by: UsageGroup): string {
  const names = [by, ...(by === "chat" || by === "folder" ? [by === "chat" ? "chat_id" : "folder_uri"] : []), "input_tokens", "cache_read_tokens", "cache_write_tokens", "output_tokens", "answers", "cost_usd", "answers_without_price"];
  const lines = rows.map((row) => {
    const cost = row.unpricedAnswers === row.answers && row.cost === 0 ? "" : row.cost.toFixed(6);
    const name = [safe(row.label), ...(by === "chat" || by === "folder" ? [safe(row.key)] : [])];
    return [...name, row.inputTokens, row.cacheReadTokens, row.cacheWriteTokens, row.outputTokens, row.answers, cost, row.unpricedAnswers];
  });
  return [names, ...lines].map((line) => `${line.map((field) => quoted(String(field))).join(",")}\r\n`).join("");
}

function safe(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

function quoted(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
