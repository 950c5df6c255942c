import type { JSX } from "preact";
import { PRICES_AS_OF } from "../../core/protocol/prices";
import type { UsageReport } from "../../core/protocol/usagePage";
import { barsOf, valueOf } from "./chart";
import type { UsageChoice, UsageState } from "./state";
import { strings } from "./strings";
import { UsageChart } from "./UsageChart";
import { costText, UsageTable } from "./UsageTable";

const RANGES = ["7", "30", "90", "all"] as const;
const GROUPS = ["day", "model", "folder", "chat", "agent"] as const;
const MEASURES = ["cost", "tokens"] as const;

/** What was used, as a chart and in figures. */
export function UsagePage({ state }: { readonly state: UsageState }): JSX.Element {
  const report = state.report.value;
  return (
    <main>
      <h1>{strings.title}</h1>
      <Choices state={state} />
      {state.problem.value !== undefined && (
        <p class="problem" role="alert">
          {state.problem.value}
        </p>
      )}
      <p class="muted" role="status">
        {report === undefined && state.problem.value === undefined ? strings.loading : (state.note.value ?? "")}
      </p>
      {report !== undefined && (report.data.total.answers === 0 ? <Empty range={report.range} /> : <Report report={report.data} by={report.by} state={state} />)}
    </main>
  );
}

function Choices({ state }: { readonly state: UsageState }): JSX.Element {
  const { by, range, measure } = state.choice.value;
  return (
    <div class="actions">
      <Select label={strings.range.label} value={range} options={RANGES} nameOf={(value) => strings.range[value]} onChoose={(value) => void state.choose({ range: value })} />
      <Select label={strings.by.label} value={by} options={GROUPS} nameOf={(value) => strings.by[value]} onChoose={(value) => void state.choose({ by: value })} />
      <Select label={strings.measure.label} value={measure} options={MEASURES} nameOf={(value) => strings.measure[value]} onChoose={(value) => void state.choose({ measure: value })} />
      <button type="button" onClick={() => void state.exportCsv()}>
        {strings.export}
      </button>
    </div>
  );
}

interface SelectProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly T[];
  readonly nameOf: (value: T) => string;
  readonly onChoose: (value: T) => void;
}

function Select<T extends string>({ label, value, options, nameOf, onChoose }: SelectProps<T>): JSX.Element {
  const choose = (chosen: string): void => {
    const option = options.find((candidate) => candidate === chosen);
    if (option !== undefined) onChoose(option);
  };
  return (
    <label class="choice">
      <span>{label}</span>
      <select value={value} onChange={(event) => choose(event.currentTarget.value)}>
        {options.map((option) => (
          <option key={option} value={option} selected={option === value}>
            {nameOf(option)}
          </option>
        ))}
      </select>
    </label>
  );
}

interface ReportProps {
  readonly report: UsageReport;
  readonly by: UsageChoice["by"];
  readonly state: UsageState;
}

function Report({ report, by, state }: ReportProps): JSX.Element {
  const { measure } = state.choice.value;
  return (
    <>
      <p class="summary">{strings.summary(costText(report.total), report.total.answers, valueOf(report.total, "tokens"))}</p>
      <UsageChart bars={barsOf(report, by, measure)} by={by} measure={measure} />
      <UsageTable by={by} report={report} state={state} />
      <p class="muted">{strings.prices(PRICES_AS_OF)}</p>
    </>
  );
}

function Empty({ range }: { readonly range: UsageChoice["range"] }): JSX.Element {
  const isAll = range === "all";
  return (
    <div class="empty">
      <h2>{isAll ? strings.empty.title : strings.empty.rangeTitle}</h2>
      <p>{isAll ? strings.empty.about : `${strings.empty.rangeAbout} ${strings.empty.about}`}</p>
    </div>
  );
}
