import assert from "node:assert/strict";
import { keepsBudget, ratioOf, type BenchRow } from "../../bench/benchRow";
import { measure, measureTogether, runBenches, summarize, type Bench } from "../../bench/harness";

const row: BenchRow = { name: "dot", figure: 2, unit: "ms" };

describe("bench harness", () => {
  it("summarizes by median, nearest-rank 95th percentile and range", () => {
    const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
    assert.deepEqual(summarize("many", hundred), { name: "many", rounds: 100, median: 50.5, p95: 95, min: 1, max: 100 });
    assert.deepEqual(summarize("three", [3, 1, 2]), { name: "three", rounds: 3, median: 2, p95: 3, min: 1, max: 3 });
  });

  it("runs the subjects by turns and counts only the rounds after the warm-up", async () => {
    const calls: string[] = [];
    const results = await measureTogether([{ name: "a", run: () => calls.push("a") }, { name: "b", run: async () => calls.push("b") }], { warmup: 1, rounds: 2 });
    assert.deepEqual(calls, ["a", "b", "a", "b", "a", "b"]);
    assert.deepEqual(results.map(({ name, rounds }) => [name, rounds]), [["a", 2], ["b", 2]]);
  });

  it("refuses to measure no rounds", async () => {
    await assert.rejects(measure("none", () => undefined, { rounds: 0 }), RangeError);
  });

  it("counts a ratio above 1 as better, whichever way is good", () => {
    assert.deepEqual([ratioOf(row), ratioOf({ ...row, baseline: 8 }), ratioOf({ ...row, baseline: 8, better: "higher" })], [undefined, 4, 0.25]);
  });

  it("judges budgets, and lets NaN and a missing baseline keep none", () => {
    const verdicts = [
      row,
      { ...row, budget: { atMost: 2 } },
      { ...row, budget: { atMost: 1.9 } },
      { ...row, budget: { atLeast: 2 } },
      { ...row, budget: { atLeast: 2.1 } },
      { ...row, baseline: 8, budget: { ratioAtLeast: 4 } },
      { ...row, baseline: 8, budget: { ratioAtLeast: 4.1 } },
      { ...row, budget: { ratioAtLeast: 1 } },
      { ...row, figure: NaN, budget: { atMost: 1 } },
    ].map(keepsBudget);
    assert.deepEqual(verdicts, [undefined, true, false, true, false, true, false, false, false]);
  });

  it("prints one table of all benches and exits with 0 when budgets are kept", async () => {
    const { code, lines } = await run({
      first: async (report) => report.add({ ...row, spread: { min: 1, p95: 2.5, max: 3 }, baseline: 8, budget: { ratioAtLeast: 2 } }),
      second: async (report) => {
        report.add({ name: "package", figure: 1234567, unit: "bytes" });
        report.note("A note.");
      },
    });
    assert.equal(code, 0);
    assert.match(lines[0] ?? "", /^npm run bench on .+, Node \d+/);
    assert.deepEqual(lines.slice(1), [
      "",
      "| name    |    figure | unit  | min – p95 – max | baseline | ratio | budget | verdict |",
      "| ------- | --------: | ----- | --------------- | -------: | ----: | ------ | ------- |",
      "| dot     |         2 | ms    | 1 – 2.5 – 3     |        8 |    4× | ≥ 2×   | ok      |",
      "| package | 1,234,567 | bytes |                 |          |       |        |         |",
      "",
      "A note.",
    ]);
  });

  it("exits with 1 when a budget is missed", async () => {
    const { code, lines } = await run({ only: async (report) => report.add({ ...row, budget: { atMost: 1 } }) });
    assert.deepEqual([code, lines.at(-1)], [1, "Budget missed: dot"]);
  });

  it("exits with 1 when a bench fails, after running the others", async () => {
    const { code, lines } = await run({
      broken: () => Promise.reject(new Error("no such file")),
      whole: async (report) => report.add(row),
    });
    assert.equal(code, 1);
    assert.ok(lines.some((line) => line.includes("| dot")) && lines.some((line) => line.startsWith("broken failed: Error: no such file")));
  });

  it("exits with 1 when nothing was measured", async () => {
    assert.equal((await run({})).code, 1);
  });
});

async function run(benches: Readonly<Record<string, Bench>>): Promise<{ readonly code: number; readonly lines: readonly string[] }> {
  const lines: string[] = [];
  const code = await runBenches(benches, { command: "npm run bench", print: (line) => void lines.push(line) });
  return { code, lines };
}
