/** When this bundle began to run, by `performance.now()`; imported first, so that activation's own work can be told. */
export const startedAt = performance.now();
