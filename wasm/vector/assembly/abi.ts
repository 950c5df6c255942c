// What the host checks before it trusts the module: src/extension/adapters/kernels.ts holds the other side.

/** Raised whenever a function's parameters or the meaning of its memory change. */
export const ABI_VERSION: i32 = 1;

/** Bytes of one vector element (f32). */
export const ELEMENT_BYTES: i32 = sizeof<f32>();

/** First byte that the module leaves to the host. */
export const HEAP_BASE: usize = __heap_base;
