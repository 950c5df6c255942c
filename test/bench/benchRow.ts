/** One figure of a report. */
export interface BenchRow {
  readonly name: string;
  readonly figure: number;
  readonly unit: string;
  /** Between which values the rounds lay, in the same unit. */
  readonly spread?: { readonly min: number; readonly p95: number; readonly max: number };
  /** What the figure is compared with, measured in the same run, in the same unit. */
  readonly baseline?: number;
  /** Which way is good. Default "lower". */
  readonly better?: "lower" | "higher";
  readonly budget?: Budget;
}

/** What must hold, of the figure itself, or of how many times better than the baseline it is. */
export type Budget = { readonly atMost: number } | { readonly atLeast: number } | { readonly ratioAtLeast: number };

/** How many times better than its baseline the row is; undefined without a baseline. */
export function ratioOf({ figure, baseline, better = "lower" }: BenchRow): number | undefined {
  if (baseline === undefined) return undefined;
  return better === "lower" ? baseline / figure : figure / baseline;
}

/** Whether the row keeps its budget; undefined without one. NaN keeps none. */
export function keepsBudget(row: BenchRow): boolean | undefined {
  const { budget, figure } = row;
  if (budget === undefined) return undefined;
  if ("atMost" in budget) return figure <= budget.atMost;
  if ("atLeast" in budget) return figure >= budget.atLeast;
  return (ratioOf(row) ?? NaN) >= budget.ratioAtLeast;
}
