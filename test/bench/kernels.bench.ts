import { createReferenceKernels } from "../../src/core/memory/vectorReference";
import type { Kernels } from "../../src/core/ports";
import { createKernels } from "../../src/extension/adapters/kernels";
import { createRandom } from "../support/random";
import { readVectorWasm, recordingLog } from "../support/vectorWasm";
import { measure, measureTogether, type Report } from "./harness";

const dimensions = 384;

/** Well under what is measured (about 4×), well over what would not be worth shipping WASM for. */
const leastRatio = 2;

/** WASM beside the best plain JavaScript that was found, by turns, on the same numbers. */
export async function bench(report: Report): Promise<void> {
  const wasmBytes = await readVectorWasm();
  report.add({ name: "kernels: vector.wasm", figure: wasmBytes.length, unit: "bytes", budget: { atMost: 2048 } });

  const load = await measure("load", loadKernels, { rounds: 20 });
  report.add({ name: "kernels: read, compile and check vector.wasm", figure: load.median, unit: "ms", spread: load, budget: { atMost: 20 } });

  const engines = [await loadKernels(), createReferenceKernels()] as const;
  for (const count of [20_000, 100_000]) await compareEngines(report, engines, count);
}

async function loadKernels(): Promise<Kernels> {
  const log = recordingLog();
  const kernels = await createKernels({ readWasm: readVectorWasm, log });
  if (kernels.engine !== "wasm") throw new Error(`The kernels fell back to the reference: ${log.lines.join()}`);
  return kernels;
}

async function compareEngines(report: Report, [wasm, reference]: readonly [Kernels, Kernels], count: number): Promise<void> {
  const ours = filledRegion(wasm, count);
  const plain = filledRegion(reference, count);
  const [fast, slow] = await measureTogether(
    [
      { name: "WASM", run: () => wasm.dotRows(ours, count) },
      { name: "plain JavaScript", run: () => reference.dotRows(plain, count) },
    ],
    { warmup: 5, rounds: 30 },
  );
  if (fast === undefined || slow === undefined) throw new Error("measureTogether gave no results.");
  const subject = `${count / 1000}k × ${dimensions} f32`;
  const gigabytesPerSecond = (count * dimensions * Float32Array.BYTES_PER_ELEMENT) / fast.median / 1e6;
  report.add({ name: `kernels: dot ${subject}, plain JavaScript`, figure: slow.median, unit: "ms", spread: slow });
  report.add({
    name: `kernels: dot ${subject}, WASM`,
    figure: fast.median,
    unit: "ms",
    spread: fast,
    baseline: slow.median,
    budget: { ratioAtLeast: leastRatio },
  });
  report.add({ name: `kernels: memory for ${subject}`, figure: wasm.memoryBytes(), unit: "bytes" });
  report.note(`kernels: WASM reads ${subject} at ${gigabytesPerSecond.toFixed(1)} GB/s.`);
  ours.free();
  plain.free();
}

function filledRegion(kernels: Kernels, count: number): ReturnType<Kernels["allocate"]> {
  const random = createRandom(count);
  const region = kernels.allocate(dimensions, count);
  for (const view of [region.query, region.rows]) for (let i = 0; i < view.length; i++) view[i] = random.between(-1, 1);
  return region;
}
