import { cpus, totalmem } from "node:os";
import { keepsBudget, type BenchRow } from "./benchRow";
import { renderTable } from "./table";

/** Times of one subject, in ms. */
export interface Measurement {
  readonly name: string;
  readonly rounds: number;
  readonly median: number;
  readonly p95: number;
  readonly min: number;
  readonly max: number;
}

export interface MeasureOptions {
  /** Rounds run first and not counted, so that compilers and caches have settled. Default 5. */
  readonly warmup?: number;
  /** Rounds counted. Default 30. */
  readonly rounds?: number;
}

export interface Subject {
  readonly name: string;
  readonly run: () => unknown;
}

/** Where a bench file puts its results. */
export interface Report {
  add(row: BenchRow): void;
  /** A line below the table. */
  note(text: string): void;
}

/** What every bench file exports as `bench`. */
export type Bench = (report: Report) => Promise<void>;

/** Times one function; a promise it returns is awaited. */
export async function measure(name: string, run: () => unknown, options: MeasureOptions = {}): Promise<Measurement> {
  const [measurement] = await measureTogether([{ name, run }], options);
  if (measurement === undefined) throw new Error("measure: no result for its one subject.");
  return measurement;
}

/**
 * Times several subjects by turns, round by round, so that what else the machine does meets all of them alike: use it for
 * a figure and its baseline.
 */
export async function measureTogether(subjects: readonly Subject[], { warmup = 5, rounds = 30 }: MeasureOptions = {}): Promise<readonly Measurement[]> {
  if (!(rounds >= 1)) throw new RangeError(`measure: ${rounds} rounds measure nothing; ask for at least 1.`);
  const times = subjects.map((): number[] => []);
  for (let round = -warmup; round < rounds; round++) {
    for (const [index, subject] of subjects.entries()) {
      const startedAt = performance.now();
      const pending = subject.run();
      // Awaiting what is no promise would put a turn of the event loop into the figure.
      if (pending instanceof Promise) await pending;
      const ms = performance.now() - startedAt;
      if (round >= 0) times[index]?.push(ms);
    }
  }
  return subjects.map(({ name }, index) => summarize(name, times[index] ?? []));
}

/** Median, 95th percentile (nearest rank) and range of the times. */
export function summarize(name: string, times: readonly number[]): Measurement {
  const sorted = [...times].sort((a, b) => a - b);
  const rank = (share: number) => rankOf(sorted, share);
  const median = sorted.length % 2 === 1 ? rank(0.5) : (rank(0.5) + (sorted[sorted.length / 2] ?? NaN)) / 2;
  return { name, rounds: sorted.length, median, p95: rank(0.95), min: rank(0), max: rank(1) };
}

/** The value that `share` (0 to 1) of the values do not exceed, by nearest rank; NaN of none. */
export function percentile(values: readonly number[], share: number): number {
  return rankOf([...values].sort((a, b) => a - b), share);
}

function rankOf(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

export interface RunOptions {
  /** The command line with which to repeat the run. */
  readonly command: string;
  readonly print: (line: string) => void;
}

/**
 * Runs the benches one after the other, prints one table and settles to the process's exit code: 1 when a budget was
 * missed, a bench failed or nothing was measured. A failed bench does not keep the others from running.
 */
export async function runBenches(benches: Readonly<Record<string, Bench>>, { command, print }: RunOptions): Promise<0 | 1> {
  const rows: BenchRow[] = [];
  const notes: string[] = [];
  const failures: string[] = [];
  for (const [name, bench] of Object.entries(benches)) {
    try {
      await bench({ add: (row) => void rows.push(row), note: (text) => void notes.push(text) });
    } catch (error) {
      failures.push(`${name} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
  }
  const missed = rows.filter((row) => keepsBudget(row) === false);
  const problems = [...failures, ...missed.map((row) => `Budget missed: ${row.name}`)];
  if (rows.length === 0) problems.push("Nothing was measured.");
  for (const line of [`${command} on ${machine()}`, "", ...renderTable(rows), "", ...notes, ...problems]) print(line);
  return problems.length === 0 ? 0 : 1;
}

/** Processor, memory and Node, for quoting beside figures. */
export function machine(): string {
  const processors = cpus();
  return `${processors[0]?.model.trim() ?? "unknown processor"} × ${processors.length}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}, Node ${process.versions.node}`;
}
