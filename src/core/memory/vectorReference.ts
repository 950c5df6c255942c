import type { Kernels } from "../ports";
import { kernelsOver } from "./vectorRegions";

/** The Kernels port in plain TypeScript: what WASM falls back to, and what it is tested against. */
export function createReferenceKernels(): Kernels {
  return kernelsOver({
    name: "reference",
    heapBase: 0,
    open({ dimensions, capacityRows, queryOffset, outOffset, rowsOffset, sizeBytes }) {
      const buffer = new ArrayBuffer(sizeBytes);
      const query = new Float32Array(buffer, queryOffset, dimensions);
      const rows = new Float32Array(buffer, rowsOffset, dimensions * capacityRows);
      const out = new Float32Array(buffer, outOffset, capacityRows);
      return {
        buffer,
        dotRows: (count) => dotRows(query, rows, out, count),
        detach: () => void structuredClone(buffer, { transfer: [buffer] }),
      };
    },
  });
}

/**
 * Dot products of `query` with the first `count` rows, into `out`: the twin of wasm/vector, and the fastest plain
 * JavaScript that was found, so that comparing with it is fair. `rows` is row-major, `query.length` elements a row.
 *
 * Sums are kept in four f64 accumulators and rounded to f32 once, at the end; WASM rounds every product and every sum to
 * f32. So the two differ by rounding, bounded in the differential test, and in one more case: where a product or a partial
 * sum leaves f32's range (±3.4e38) although the result does not, the result is right here and ±Infinity or NaN in WASM.
 * In both, NaN stays NaN, Infinity × 0 and Infinity − Infinity give NaN, subnormals are not flushed, and zero is never −0.
 */
export function dotRows(query: Float32Array, rows: Float32Array, out: Float32Array, count: number): void {
  const dimensions = query.length;
  const stepEnd = dimensions - 7;
  for (let r = 0; r < count; r++) {
    // With a view per row the engine checks bounds by row, which measured faster than one running index.
    const row = rows.subarray(r * dimensions, (r + 1) * dimensions);
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    let i = 0;
    for (; i < stepEnd; i += 8) {
      s0 += element(query, i) * element(row, i);
      s1 += element(query, i + 1) * element(row, i + 1);
      s2 += element(query, i + 2) * element(row, i + 2);
      s3 += element(query, i + 3) * element(row, i + 3);
      s0 += element(query, i + 4) * element(row, i + 4);
      s1 += element(query, i + 5) * element(row, i + 5);
      s2 += element(query, i + 6) * element(row, i + 6);
      s3 += element(query, i + 7) * element(row, i + 7);
    }
    let sum = s0 + s1 + (s2 + s3);
    for (; i < dimensions; i++) sum += element(query, i) * element(row, i);
    // A tiny negative sum rounds to −0 in f32; adding 0 makes it +0, as in WASM.
    out[r] = Math.fround(sum) + 0;
  }
}

/** Inlined by V8: as fast as indexing. */
function element(view: Float32Array, index: number): number {
  return view[index] ?? 0;
}
