import { keepsBudget, ratioOf, type BenchRow, type Budget } from "./benchRow";

const columns = ["name", "figure", "unit", "min – p95 – max", "baseline", "ratio", "budget", "verdict"] as const;

/** Columns in which numbers stand: aligned to the right. */
const numeric: ReadonlySet<string> = new Set(["figure", "baseline", "ratio"]);

/** The rows as lines of a table that Markdown reads too. */
export function renderTable(rows: readonly BenchRow[]): readonly string[] {
  const cells = rows.map(cellsOf);
  const widths = columns.map((column, index) => Math.max(column.length, ...cells.map((row) => row[index]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, index) => (numeric.has(columns[index] ?? "") ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0))).join(" | ")} |`;
  const rule = columns.map((column, index) => (numeric.has(column) ? `${"-".repeat((widths[index] ?? 1) - 1)}:` : "-".repeat(widths[index] ?? 0)));
  return [line(columns), line(rule), ...cells.map(line)];
}

function cellsOf(row: BenchRow): readonly string[] {
  const { name, figure, unit, spread, baseline, budget } = row;
  const ratio = ratioOf(row);
  const isKept = keepsBudget(row);
  return [
    name,
    formatNumber(figure),
    unit,
    spread === undefined ? "" : [spread.min, spread.p95, spread.max].map(formatNumber).join(" – "),
    baseline === undefined ? "" : formatNumber(baseline),
    ratio === undefined ? "" : `${formatNumber(ratio)}×`,
    budget === undefined ? "" : formatBudget(budget),
    isKept === undefined ? "" : isKept ? "ok" : "MISSED",
  ];
}

function formatBudget(budget: Budget): string {
  if ("atMost" in budget) return `≤ ${formatNumber(budget.atMost)}`;
  if ("atLeast" in budget) return `≥ ${formatNumber(budget.atLeast)}`;
  return `≥ ${formatNumber(budget.ratioAtLeast)}×`;
}

/** Three significant digits; whole numbers from 1000 on, in groups of three. */
function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString("en-US");
  return String(Number(value.toPrecision(3)));
}
