import type { Kernels, VectorRegion } from "../ports";

/**
 * Most bytes that one region may take: what 32-bit addresses reach, less room for alignment. Both engines keep to it, so
 * that what the reference accepts, WASM accepts.
 */
export const maxRegionBytes = 2 ** 32 - 2 ** 20;

/** Query, out and rows each begin on a cache line. */
const alignmentBytes = 64;

/** Where the parts of a region lie in its buffer, in bytes. */
export interface RegionLayout {
  readonly dimensions: number;
  readonly capacityRows: number;
  readonly queryOffset: number;
  readonly outOffset: number;
  readonly rowsOffset: number;
  readonly sizeBytes: number;
}

/** The memory behind one region, of a fixed size: it never grows, so a view onto it never goes stale while it is in use. */
export interface RegionMemory {
  readonly buffer: ArrayBuffer;
  dotRows(count: number): void;
  /** Detaches `buffer`: views still held become empty and cannot keep the memory alive. */
  detach(): void;
}

/** What differs between engines. */
export interface Engine {
  readonly name: Kernels["engine"];
  /** First byte of a buffer that regions may use. */
  readonly heapBase: number;
  /** Zero-filled memory of at least `layout.sizeBytes`; throws RangeError when there is no more. */
  open(layout: RegionLayout): RegionMemory;
}

/**
 * The Kernels port over an engine: checks sizes, lays regions out, counts the bytes held.
 *
 * A region belongs to its caller. `free()` gives its memory back at once and may be called twice; one that is dropped
 * without it is given back when the garbage collector finds it. `memoryBytes()` is exact in both cases.
 */
export function kernelsOver(engine: Engine): Kernels {
  const memories = new WeakMap<VectorRegion, RegionMemory>();
  // Weak, so that counting keeps nothing alive; a detached buffer counts 0.
  const buffers = new Set<WeakRef<ArrayBuffer>>();

  return {
    engine: engine.name,

    memoryBytes() {
      let bytes = 0;
      for (const reference of buffers) {
        const held = reference.deref()?.byteLength ?? 0;
        if (held === 0) buffers.delete(reference);
        bytes += held;
      }
      return bytes;
    },

    allocate(dimensions, capacityRows) {
      const layout = layOut(dimensions, capacityRows, engine.heapBase);
      const memory = openMemory(engine, layout);
      const region: VectorRegion = {
        dimensions,
        capacityRows,
        query: new Float32Array(memory.buffer, layout.queryOffset, dimensions),
        rows: new Float32Array(memory.buffer, layout.rowsOffset, dimensions * capacityRows),
        out: new Float32Array(memory.buffer, layout.outOffset, capacityRows),
        free() {
          if (memories.delete(region)) memory.detach();
        },
      };
      memories.set(region, memory);
      buffers.add(new WeakRef(memory.buffer));
      return region;
    },

    dotRows(region, count) {
      const memory = memories.get(region);
      if (memory === undefined) throw new TypeError("dotRows: this region was freed or comes from other kernels. Allocate one with these kernels and use it before free().");
      if (!isSize(count) || count > region.capacityRows) {
        throw new RangeError(`dotRows: ${count} rows asked of a region for ${region.capacityRows}. Pass a whole number from 0 to capacityRows, or allocate a larger region.`);
      }
      memory.dotRows(count);
    },
  };
}

function layOut(dimensions: number, capacityRows: number, heapBase: number): RegionLayout {
  const queryOffset = align(heapBase);
  const outOffset = align(queryOffset + dimensions * Float32Array.BYTES_PER_ELEMENT);
  const rowsOffset = align(outOffset + capacityRows * Float32Array.BYTES_PER_ELEMENT);
  const sizeBytes = rowsOffset + dimensions * capacityRows * Float32Array.BYTES_PER_ELEMENT;
  if (!isSize(dimensions) || !isSize(capacityRows) || sizeBytes > maxRegionBytes) {
    throw new RangeError(
      `allocate: no region of ${capacityRows} rows of ${dimensions} dimensions. Both must be whole numbers, 0 or more, and together take at most ${maxRegionBytes} bytes (they would take ${sizeBytes}).`,
    );
  }
  return { dimensions, capacityRows, queryOffset, outOffset, rowsOffset, sizeBytes };
}

function openMemory(engine: Engine, layout: RegionLayout): RegionMemory {
  try {
    return engine.open(layout);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new RangeError(`allocate: the system gives no ${layout.sizeBytes} bytes for ${layout.capacityRows} rows of ${layout.dimensions} dimensions. Free other regions or ask for fewer rows.`, { cause });
  }
}

function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function align(offset: number): number {
  return Math.ceil(offset / alignmentBytes) * alignmentBytes;
}
