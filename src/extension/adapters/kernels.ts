import { describeError } from "../../core/base/errors";
import { createReferenceKernels } from "../../core/memory/vectorReference";
import { kernelsOver } from "../../core/memory/vectorRegions";
import type { Kernels, Log } from "../../core/ports";

/** The other side of wasm/vector/assembly/abi.ts. */
const abiVersion = 1;

const pageBytes = 65_536;

export interface KernelOptions {
  /** The bytes of `vector.wasm`; asked for once. */
  readonly readWasm: () => Promise<Uint8Array>;
  readonly log: Pick<Log, "warn">;
}

/**
 * The Kernels port on WASM, or on core's reference, with one line in the log, where WASM or its SIMD is missing or the
 * module cannot be read, compiled or trusted. Never rejects. Call it at first use: it reads and compiles the module.
 */
export async function createKernels({ readWasm, log }: KernelOptions): Promise<Kernels> {
  try {
    // Copied, since the reader may hand out a view onto a shared buffer, which compile() does not take.
    const module = await WebAssembly.compile(new Uint8Array(await readWasm()));
    const kernels = wasmKernels(module);
    checkArithmetic(kernels);
    return kernels;
  } catch (error) {
    log.warn(`kernels: WebAssembly cannot be used, so searching memory is several times slower: ${describeError(error)}. If this machine supports WebAssembly SIMD, reinstall Cairn.`);
    return createReferenceKernels();
  }
}

/** One memory and one instance per region: regions come and go without fragments, and freeing one frees all of it. */
function wasmKernels(module: WebAssembly.Module): Kernels {
  const { heapBase } = bind(module, new WebAssembly.Memory({ initial: 1, maximum: 1 }));
  return kernelsOver({
    name: "wasm",
    heapBase,
    open({ dimensions, queryOffset, outOffset, rowsOffset, sizeBytes }) {
      const pages = Math.ceil(sizeBytes / pageBytes);
      const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
      const { dotRows } = bind(module, memory);
      return {
        buffer: memory.buffer,
        dotRows: (count) => dotRows(queryOffset, rowsOffset, outOffset, dimensions, count),
        // Growing by nothing replaces the buffer and detaches the old one, with every view onto it.
        detach: () => void memory.grow(0),
      };
    },
  });
}

interface VectorModule {
  /** First byte that the module leaves to the host. */
  readonly heapBase: number;
  /** Offsets in bytes. Checks nothing: `kernelsOver` has. */
  readonly dotRows: (query: number, rows: number, out: number, dimensions: number, count: number) => void;
}

/** Instantiates the module on a memory and checks that it is the one this file was written for. */
function bind(module: WebAssembly.Module, memory: WebAssembly.Memory): VectorModule {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  expectConstant(exports, "ABI_VERSION", abiVersion);
  expectConstant(exports, "ELEMENT_BYTES", Float32Array.BYTES_PER_ELEMENT);
  const heapBase = constant(exports, "HEAP_BASE");
  const dotRows = exports["dotRows"];
  if (typeof heapBase !== "number" || typeof dotRows !== "function") throw new Error("vector.wasm lacks HEAP_BASE or dotRows");
  // Functions that WASM exports have no types; the ABI version stands for this one.
  return { heapBase, dotRows: dotRows as VectorModule["dotRows"] };
}

function expectConstant(exports: WebAssembly.Exports, name: string, expected: number): void {
  const found = constant(exports, name);
  if (found !== expected) throw new Error(`vector.wasm has ${name} ${String(found)} where ${expected} is needed`);
}

function constant(exports: WebAssembly.Exports, name: string): unknown {
  const value = exports[name];
  return value instanceof WebAssembly.Global ? value.value : undefined;
}

/**
 * One product whose f32 result is exact, over every path of the kernel (16 + 4 + 3 elements). It fails on hosts whose byte
 * order is not WASM's, and on a module that is valid but not ours.
 */
function checkArithmetic(kernels: Kernels): void {
  const dimensions = 23;
  const region = kernels.allocate(dimensions, 1);
  for (let i = 0; i < dimensions; i++) {
    region.query[i] = i + 1;
    region.rows[i] = i % 2 === 0 ? i + 1 : -1 - i;
  }
  kernels.dotRows(region, 1);
  const found = region.out[0];
  region.free();
  // 1² − 2² + 3² − … + n² = n(n + 1) / 2 for odd n.
  const expected = (dimensions * (dimensions + 1)) / 2;
  if (found !== expected) throw new Error(`vector.wasm computes ${String(found)} where ${expected} is right`);
}
