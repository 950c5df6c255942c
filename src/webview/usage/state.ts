import { batch, computed, signal, type ReadonlySignal } from "@preact/signals";
import { bool, literal, nullable, obj, str, type Infer } from "../../core/base/check";
import { usageGroup, usageRange, usageReport, type UsageAsk, type UsageReport, type UsageRow } from "../../core/protocol/usagePage";
import type { PageHost } from "../pageHost";
import { strings } from "./strings";

const column = literal("label", "inputTokens", "cacheReadTokens", "cacheWriteTokens", "outputTokens", "answers", "cost");
export type Column = Infer<typeof column>;

/** How the page is set: it stays with the tab. */
export const usageChoice = obj({
  by: usageGroup,
  range: usageRange,
  measure: literal("cost", "tokens"),
  sort: obj({ column, isDescending: bool }),
});
export type UsageChoice = Infer<typeof usageChoice>;

const FIRST: UsageChoice = { by: "day", range: "30", measure: "cost", sort: { column: "label", isDescending: true } };

/** What the usage's page shows; one place writes it. */
export interface UsageState {
  readonly choice: ReadonlySignal<UsageChoice>;
  /** Undefined until it was read once. It may still be that of the choice before. */
  readonly report: ReadonlySignal<{ readonly by: UsageChoice["by"]; readonly range: UsageChoice["range"]; readonly data: UsageReport } | undefined>;
  /** The rows as they are sorted. */
  readonly rows: ReadonlySignal<readonly UsageRow[]>;
  readonly problem: ReadonlySignal<string | undefined>;
  /** What became of an export. */
  readonly note: ReadonlySignal<string | undefined>;
  refresh(): Promise<void>;
  choose(part: Partial<Pick<UsageChoice, "by" | "range" | "measure">>): Promise<void>;
  /** Sorts by a column: names and days upwards first, numbers downwards; by the same again the other way round. */
  sortBy(column: Column): void;
  exportCsv(): Promise<void>;
}

export function createUsageState(host: PageHost<UsageAsk>, left: UsageChoice | undefined): UsageState {
  const choice = signal<UsageChoice>(left ?? FIRST);
  const report = signal<{ readonly by: UsageChoice["by"]; readonly range: UsageChoice["range"]; readonly data: UsageReport } | undefined>(undefined);
  const problem = signal<string | undefined>(undefined);
  const note = signal<string | undefined>(undefined);
  let latest = 0;

  async function refresh(): Promise<void> {
    const mine = ++latest;
    const { by, range } = choice.peek();
    try {
      const data = await host.ask({ type: "report", by, range }, usageReport);
      if (mine !== latest) return;
      batch(() => {
        report.value = { by, range, data };
        problem.value = undefined;
      });
    } catch (error) {
      if (mine === latest) problem.value = messageOf(error);
    }
  }

  return {
    choice, report, problem, note, refresh,
    rows: computed(() => sorted(report.value?.data.rows ?? [], choice.value.sort)),
    async choose(part) {
      const before = choice.peek();
      const isNewGroup = part.by !== undefined && part.by !== before.by;
      const sort = isNewGroup ? ({ column: part.by === "day" ? "label" : "cost", isDescending: true } as const) : before.sort;
      choice.value = { ...before, ...part, sort };
      note.value = undefined;
      if (part.by !== undefined || part.range !== undefined) await refresh();
    },
    sortBy(next) {
      const { sort } = choice.peek();
      choice.value = { ...choice.peek(), sort: { column: next, isDescending: sort.column === next ? !sort.isDescending : next !== "label" } };
    },
    async exportCsv() {
      const { by, range } = choice.peek();
      note.value = undefined;
      try {
        const { file } = await host.ask({ type: "export", by, range }, obj({ file: nullable(str) }));
        if (file !== null) note.value = strings.exported(file);
      } catch (error) {
        problem.value = messageOf(error);
      }
    },
  };
}

function sorted(rows: readonly UsageRow[], { column: name, isDescending }: UsageChoice["sort"]): readonly UsageRow[] {
  const compare = (left: UsageRow, right: UsageRow): number => (name === "label" ? left.label.localeCompare(right.label) : left[name] - right[name]);
  return rows.toSorted((left, right) => (isDescending ? compare(right, left) : compare(left, right)));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
