import assert from "node:assert/strict";
import { createReferenceKernels } from "../../../../src/core/memory/vectorReference";
import type { Kernels } from "../../../../src/core/ports";
import { createKernels } from "../../../../src/extension/adapters/kernels";
import { seeded, type Random } from "../../../support/random";
import { readVectorWasm, recordingLog } from "../../../support/vectorWasm";

type Draw = (random: Random) => number;

const draws: Readonly<Record<string, Draw>> = {
  "numbers from −1 to 1": (random) => random.between(-1, 1),
  "numbers of very different sizes": (random) => random.between(-1, 1) * 2 ** random.integer(-40, 40),
  "positive numbers": (random) => random.next(),
  "numbers whose products are subnormal or vanish": (random) => random.between(-1, 1) * 2 ** random.integer(-80, -60),
  "mostly zeros": (random) => (random.integer(0, 9) === 0 ? random.between(-1, 1) : 0),
};

/**
 * How far WASM and the reference may be apart for one row.
 *
 * WASM rounds to f32, with a relative error of at most u = 2^-24 each time. A product is rounded once itself, then once
 * with every addition on its way into the result: at most floor(n / 16) in its accumulator, 3 more for groups of four after
 * the last full step, 2 where the accumulators meet, 2 where the lanes meet, and 3 in the tail: floor(n / 16) + 11
 * roundings. The sum of products is thus off by at most that × u × Σ|q × r| (Higham, Accuracy and Stability of Numerical
 * Algorithms, § 3.1), relative to the sum of *absolute* products, since the result itself may cancel to nothing. The
 * reference sums in f64 and rounds once: 1 more. One is added for terms of second order. Products below f32's normal range
 * lose up to half a subnormal, 2^-150, each.
 */
function dotTolerance(dimensions: number, absoluteSum: number): number {
  return (Math.floor(dimensions / 16) + 13) * 2 ** -24 * absoluteSum + (dimensions + 1) * 2 ** -150;
}

describe("Kernels: WASM against the reference", () => {
  const reference = createReferenceKernels();
  let wasm: Kernels;
  before(async () => {
    wasm = await createKernels({ readWasm: readVectorWasm, log: recordingLog() });
    assert.equal(wasm.engine, "wasm");
  });

  for (const [name, draw] of Object.entries(draws)) {
    it(`agrees within rounding on ${name}`, seeded((random) => {
      for (const dimensions of [0, 1, 2, 3, 4, 5, 7, 8, 12, 15, 16, 17, 19, 20, 23, 31, 32, 33, 63, 384, 385, 768]) {
        for (const count of [0, 1, 2, random.integer(3, 12)]) compare(random, draw, dimensions, count);
      }
    }));
  }

  it("differs, as documented, only where a partial sum leaves f32's range", () => {
    const inputs = { query: [2, 2], rows: [3e38, -3e38] };
    assert.deepEqual([run(reference, inputs, 1), run(wasm, inputs, 1)], [[0], [NaN]]);
  });

  function compare(random: Random, draw: Draw, dimensions: number, count: number): void {
    const inputs = {
      query: Array.from({ length: dimensions }, () => Math.fround(draw(random))),
      rows: Array.from({ length: dimensions * count }, () => Math.fround(draw(random))),
    };
    const [expected, actual] = [run(reference, inputs, count), run(wasm, inputs, count)];
    assert.deepEqual([expected.length, actual.length], [count, count]);
    for (let r = 0; r < count; r++) {
      const absoluteSum = inputs.query.reduce((sum, value, i) => sum + Math.abs(value * (inputs.rows[r * dimensions + i] ?? NaN)), 0);
      const difference = Math.abs((actual[r] ?? NaN) - (expected[r] ?? NaN));
      // Written so that NaN fails.
      if (difference <= dotTolerance(dimensions, absoluteSum)) continue;
      assert.fail(`${dimensions} dimensions, row ${r} of ${count}: WASM ${actual[r]}, reference ${expected[r]}, apart ${difference}, allowed ${dotTolerance(dimensions, absoluteSum)}`);
    }
  }
});

function run(kernels: Kernels, { query, rows }: { readonly query: readonly number[]; readonly rows: readonly number[] }, count: number): number[] {
  const region = kernels.allocate(query.length, count);
  region.query.set(query);
  region.rows.set(rows);
  kernels.dotRows(region, count);
  const results = [...region.out];
  region.free();
  return results;
}
