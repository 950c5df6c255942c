/** A moment on two clocks, ms: the wall's, and the processor time that this thread has used. */
export interface Moment {
  readonly wallMs: number;
  /** NaN where the runtime cannot tell (Node before 23.9). */
  readonly cpuMs: number;
}

export function moment(): Moment {
  const usage = typeof process.threadCpuUsage === "function" ? process.threadCpuUsage() : undefined;
  return { wallMs: performance.now(), cpuMs: usage === undefined ? Number.NaN : (usage.user + usage.system) / 1000 };
}

/** When this bundle began to run; imported first, so that activation's own work can be told. */
export const startedAt = moment();
