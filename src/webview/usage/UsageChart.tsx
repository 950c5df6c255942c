import type { JSX } from "preact";
import type { UsageGroup } from "../../core/protocol/usagePage";
import { money, type Bar, type Measure } from "./chart";
import { strings } from "./strings";

const HEIGHT = 140;
/** What is there is to be seen, however little. */
const LEAST = 2;

export interface UsageChartProps {
  readonly bars: readonly Bar[];
  readonly by: UsageGroup;
  readonly measure: Measure;
}

/** The bars, for the eye: who listens is told the largest, and has the table. Nothing where all is zero. */
export function UsageChart({ bars, by, measure }: UsageChartProps): JSX.Element | null {
  const words = (value: number): string => (measure === "cost" ? money(value) : strings.chart.tokensOf(value));
  const labelOf = (bar: Bar): string => (bar.label === "" ? strings.untitled[by] : bar.label);
  const most = bars.reduce<Bar | undefined>((best, bar) => (best === undefined || bar.value > best.value ? bar : best), undefined);
  if (most === undefined || most.value === 0) return null;
  const summary = `${strings.chart[measure]} ${strings.chart.most(labelOf(most), words(most.value))}`;
  if (by !== "day") {
    return (
      <div class="bars" role="img" aria-label={summary}>
        {bars.map((bar) => (
          <div key={bar.key} class="bars-row">
            <span class="bars-label" title={labelOf(bar)}>
              {labelOf(bar)}
            </span>
            <svg class="bars-bar" width="100%" height="12">
              <rect class="bar" x="0" y="0" width={`${(100 * bar.value) / most.value}%`} height="12" />
            </svg>
            <span class="bars-value">{words(bar.value)}</span>
          </div>
        ))}
      </div>
    );
  }
  const step = 100 / bars.length;
  return (
    <div class="days" role="img" aria-label={summary}>
      <p class="days-most">{words(most.value)}</p>
      <svg width="100%" height={HEIGHT}>
        {bars.map((bar, index) => {
          const height = bar.value === 0 ? 0 : Math.max(LEAST, (HEIGHT * bar.value) / most.value);
          return (
            <rect key={bar.key} class="bar" x={`${index * step + step * 0.1}%`} y={HEIGHT - height} width={`${step * 0.8}%`} height={height}>
              <title>{`${bar.label}: ${words(bar.value)}`}</title>
            </rect>
          );
        })}
      </svg>
      <p class="days-ends">
        <span>{bars[0]?.label}</span>
        <span>{bars.at(-1)?.label}</span>
      </p>
    </div>
  );
}
