import type { JSX } from "preact";
import { grouped } from "../../core/base/l10n";
import type { UsageGroup, UsageReport, UsageRow, UsageSums } from "../../core/protocol/usagePage";
import { dateLabel, money } from "./chart";
import type { Column, UsageChoice, UsageState } from "./state";
import { strings } from "./strings";

const NUMBERS = ["inputTokens", "cacheReadTokens", "cacheWriteTokens", "outputTokens", "answers"] as const;

export interface UsageTableProps {
  readonly by: UsageGroup;
  readonly report: UsageReport;
  readonly state: UsageState;
}

/** The sums in figures, to be sorted by any column. */
export function UsageTable({ by, report, state }: UsageTableProps): JSX.Element {
  const { sort } = state.choice.value;
  const head = (column: Column, label: string): JSX.Element => <Head column={column} label={label} sort={sort} onSort={() => state.sortBy(column)} />;
  return (
    <>
      <div class="scrolled-sideways" role="region" aria-label={strings.table} tabIndex={0}>
        <table aria-label={strings.table}>
          <thead>
            <tr>
              {head("label", strings.by[by])}
              {NUMBERS.map((column) => head(column, strings.columns[column]))}
              {head("cost", strings.columns.cost)}
            </tr>
          </thead>
          <tbody>
            {state.rows.value.map((row) => (
              <tr key={row.key}>
                <th scope="row" title={by === "folder" ? row.key : undefined}>
                  {nameOf(row, by)}
                </th>
                <Sums sums={row} />
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{strings.total}</th>
              <Sums sums={report.total} />
            </tr>
          </tfoot>
        </table>
      </div>
      {report.rowCount > report.rows.length && <p class="muted">{strings.dearest(report.rows.length, report.rowCount)}</p>}
    </>
  );
}

interface HeadProps {
  readonly column: Column;
  readonly label: string;
  readonly sort: UsageChoice["sort"];
  readonly onSort: () => void;
}

function Head({ column, label, sort, onSort }: HeadProps): JSX.Element {
  const isSorted = sort.column === column;
  return (
    <th scope="col" class={column === "label" ? undefined : "number"} aria-sort={isSorted ? (sort.isDescending ? "descending" : "ascending") : undefined}>
      <button type="button" class="sort" onClick={onSort}>
        {label}
        <span class="sort-mark" aria-hidden="true">
          {isSorted ? (sort.isDescending ? "▾" : "▴") : ""}
        </span>
      </button>
    </th>
  );
}

function Sums({ sums }: { readonly sums: UsageSums }): JSX.Element {
  return (
    <>
      {NUMBERS.map((column) => (
        <td key={column} class="number">
          {grouped(sums[column])}
        </td>
      ))}
      <td class="number">{costText(sums)}</td>
    </>
  );
}

/** What is known of the cost, and that some of it is not. */
export function costText({ cost, answers, unpricedAnswers }: UsageSums): string {
  if (unpricedAnswers === 0) return money(cost);
  return unpricedAnswers === answers ? strings.unpriced : `${money(cost)} ${strings.unpricedPart(unpricedAnswers)}`;
}

function nameOf(row: UsageRow, by: UsageGroup): string {
  if (row.label === "") return strings.untitled[by];
  return by === "day" ? dateLabel(row.label) : row.label;
}
