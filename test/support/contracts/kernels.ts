import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Kernels, VectorRegion } from "../../../src/core/ports";
import { seeded } from "../random";

/** Two full steps of the kernel, one group of four lanes and a tail of three: every path, so every position counts. */
const everyPath = 39;

/** What every Kernels port keeps to. */
export function kernelsContract(name: string, create: () => Promise<Kernels>): void {
  describe(`Kernels contract: ${name}`, () => {
    arithmeticContract(create);
    sizesContract(create);
    memoryContract(create);
  });
}

function arithmeticContract(create: () => Promise<Kernels>): void {
  it("gives exact results where f32 can hold every sum", seeded(async (random) => {
    const kernels = await create();
    for (const dimensions of [0, 1, 2, 3, 4, 5, 15, 16, 17, 31, 33, 384, 768]) {
      const count = random.integer(0, 5);
      const region = kernels.allocate(dimensions, count);
      fill(region.query, () => random.integer(-64, 64));
      fill(region.rows, () => random.integer(-64, 64));
      kernels.dotRows(region, count);
      assert.deepEqual([...region.out], Array.from({ length: count }, (_, r) => exactDot(region, r)), `${dimensions} dimensions`);
      region.free();
    }
  }));

  it("computes the rows asked for and touches nothing else", async () => {
    const kernels = await create();
    const region = kernels.allocate(5, 4);
    region.query.set([1, 2, 3, 4, 5]);
    fill(region.rows, (i) => i);
    region.out.fill(-1);
    const before = { query: [...region.query], rows: [...region.rows] };
    kernels.dotRows(region, 2);
    assert.deepEqual([...region.out], [40, 115, -1, -1]);
    assert.deepEqual({ query: [...region.query], rows: [...region.rows] }, before);
    kernels.dotRows(region, 0);
    assert.deepEqual([...region.out], [40, 115, -1, -1]);
    region.free();
  });

  // [value in the query, value in the row, the row's result when all else is 1 × 1]
  const specials: readonly (readonly [number, number, number])[] = [
    [NaN, 1, NaN],
    [1, NaN, NaN],
    [NaN, 0, NaN],
    [Infinity, 2, Infinity],
    [2, -Infinity, -Infinity],
    [Infinity, 0, NaN],
    [0, -Infinity, NaN],
    [2e38, 2, Infinity],
    [-2e38, 2, -Infinity],
  ];
  for (const [inQuery, inRow, expected] of specials) {
    it(`gives ${expected} for ${inQuery} × ${inRow} at any position, in its row alone`, async () => {
      const kernels = await create();
      const region = kernels.allocate(everyPath, 3);
      for (let position = 0; position < everyPath; position++) {
        region.query.fill(1);
        region.rows.fill(1);
        region.query[position] = inQuery;
        // The neighbours meet the query's special value with a value for which the result is known.
        for (const row of [0, 2]) region.rows[row * everyPath + position] = Number.isFinite(inQuery) ? 0 : 1;
        region.rows[everyPath + position] = inRow;
        kernels.dotRows(region, 3);
        const neighbour = Number.isFinite(inQuery) ? everyPath - 1 : inQuery;
        assert.deepEqual([...region.out], [neighbour, expected, neighbour], `position ${position}`);
      }
      region.free();
    });
  }

  it("gives NaN for Infinity − Infinity", async () => {
    const kernels = await create();
    const region = kernels.allocate(everyPath, 1);
    region.query.fill(1);
    region.rows[0] = Infinity;
    for (let position = 1; position < everyPath; position++) {
      region.rows.fill(1, 1);
      region.rows[position] = -Infinity;
      kernels.dotRows(region, 1);
      assert.deepEqual([...region.out], [NaN], `position ${position}`);
    }
    region.free();
  });

  it("keeps subnormals and never gives −0", async () => {
    const kernels = await create();
    const smallest = 2 ** -149;
    const region = kernels.allocate(everyPath, 5);
    const row = (index: number) => region.rows.subarray(index * everyPath, (index + 1) * everyPath);
    region.query.fill(1);
    row(0).fill(smallest);
    row(1).fill(-0);
    row(2).fill(0);
    row(2)[7] = smallest;
    row(3).fill(0);
    row(3)[0] = -smallest;
    row(3)[20] = smallest;
    kernels.dotRows(region, 5);
    assert.deepEqual([...region.out], [everyPath * smallest, 0, smallest, 0, 0]);
    // Products below half the smallest subnormal are zero, and positive whatever their sign.
    region.query.fill(-smallest);
    row(0).fill(smallest);
    kernels.dotRows(region, 1);
    assert.ok(Object.is(region.out[0], 0), `got ${String(region.out[0])}`);
    region.free();
  });
}

function sizesContract(create: () => Promise<Kernels>): void {
  it("gives zero-filled views of the sizes asked for", async () => {
    const kernels = await create();
    for (const [dimensions, capacityRows] of [[0, 0], [0, 3], [3, 0], [1, 1], [17, 5], [384, 100]] as const) {
      const region = kernels.allocate(dimensions, capacityRows);
      assert.deepEqual([region.dimensions, region.capacityRows], [dimensions, capacityRows]);
      assert.deepEqual([region.query.length, region.rows.length, region.out.length], [dimensions, dimensions * capacityRows, capacityRows]);
      assert.ok([region.query, region.rows, region.out].every((view) => view.every((value) => Object.is(value, 0))));
      region.free();
    }
  });

  it("gives 0 for vectors without elements", async () => {
    const kernels = await create();
    const region = kernels.allocate(0, 2);
    region.out.fill(7);
    kernels.dotRows(region, 2);
    assert.deepEqual([...region.out], [0, 0]);
    region.free();
  });

  it("refuses sizes that are negative, not whole, not numbers or beyond 32-bit memory, and holds nothing after", async () => {
    const kernels = await create();
    const held = kernels.memoryBytes();
    for (const [dimensions, rows] of [[-1, 1], [1, -1], [1.5, 1], [1, 1.5], [NaN, 1], [1, Infinity], [384, 2_800_000], [2 ** 32, 2 ** 32]] as const) {
      assert.throws(() => kernels.allocate(dimensions, rows), RangeError, `${dimensions} × ${rows}`);
    }
    assert.equal(kernels.memoryBytes(), held);
  });

  it("refuses a count beyond the capacity, negative or not whole, and leaves out as it was", async () => {
    const kernels = await create();
    const region = kernels.allocate(4, 2);
    region.out.fill(7);
    for (const count of [3, -1, 0.5, NaN, Infinity]) assert.throws(() => kernels.dotRows(region, count), RangeError, `${count}`);
    assert.deepEqual([...region.out], [7, 7]);
    region.free();
  });
}

function memoryContract(create: () => Promise<Kernels>): void {
  it("reports the memory held, region by region, and gives it back on free", async () => {
    const kernels = await create();
    assert.equal(kernels.memoryBytes(), 0);
    const first = kernels.allocate(384, 100);
    const firstBytes = kernels.memoryBytes();
    assert.ok(firstBytes >= 384 * 100 * 4 && firstBytes < 384 * 100 * 4 + 2 * 65_536, `${firstBytes} bytes`);
    const second = kernels.allocate(16, 10);
    assert.ok(kernels.memoryBytes() > firstBytes);
    second.free();
    assert.equal(kernels.memoryBytes(), firstBytes);
    first.free();
    first.free();
    assert.equal(kernels.memoryBytes(), 0);
  });

  it("leaves held views valid while other regions come and go", async () => {
    const kernels = await create();
    const region = kernels.allocate(3, 1);
    const { query, rows, out } = region;
    const others = Array.from({ length: 20 }, (_, i) => kernels.allocate(64, 100 * i));
    query.set([1, 2, 3]);
    rows.set([4, 5, 6]);
    for (const other of others) other.free();
    kernels.dotRows(region, 1);
    assert.deepEqual([...out], [32]);
    region.free();
  });

  it("empties held views on free and refuses the region from then on", async () => {
    const kernels = await create();
    const region = kernels.allocate(3, 2);
    const { query, rows, out } = region;
    region.free();
    assert.deepEqual([query.length, rows.length, out.length], [0, 0, 0]);
    assert.throws(() => kernels.dotRows(region, 1), TypeError);
  });

  it("refuses a region of other kernels", async () => {
    const [kernels, others] = [await create(), await create()];
    const region = others.allocate(3, 1);
    assert.throws(() => kernels.dotRows(region, 1), TypeError);
    region.free();
  });

  it("no longer counts a region that was dropped without free, once it is collected", async () => {
    const kernels = await create();
    // In a function of its own, so that nothing on this stack still holds the region.
    (() => void kernels.allocate(8, 8))();
    assert.ok(kernels.memoryBytes() > 0);
    await collectGarbage();
    assert.equal(kernels.memoryBytes(), 0);
  });
}

function fill(view: Float32Array, value: (index: number) => number): void {
  for (let i = 0; i < view.length; i++) view[i] = value(i);
}

function exactDot({ query, rows, dimensions }: VectorRegion, row: number): number {
  return query.reduce((sum, value, i) => sum + value * (rows[row * dimensions + i] ?? NaN), 0);
}

async function collectGarbage(): Promise<void> {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect !== "function") throw new Error("This runtime gives no gc().");
  // What a WeakRef has given out lives until the current job ends.
  await setImmediate();
  collect();
}
