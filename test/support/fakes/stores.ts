import type { Memento, Secrets } from "../../../src/core/ports";

export interface MemorySecrets extends Secrets {
  readonly values: Map<string, string>;
  /** The next call rejects with this, and changes nothing. */
  failNext(error: Error): void;
}

/** Secrets that last as long as the object. */
export function createMemorySecrets(initial: Readonly<Record<string, string>> = {}): MemorySecrets {
  const values = new Map(Object.entries(initial));
  let failure: Error | undefined;
  const check = (): void => {
    const error = failure;
    failure = undefined;
    if (error !== undefined) throw error;
  };
  return {
    values,
    failNext: (error) => void (failure = error),
    async get(name) {
      check();
      return values.get(name);
    },
    async set(name, value) {
      check();
      values.set(name, value);
    },
    async delete(name) {
      check();
      values.delete(name);
    },
  };
}

export interface MemoryMemento extends Memento {
  readonly values: Map<string, unknown>;
}

/** Small values that last as long as the object; kept as copies, as a store on disk would. */
export function createMemoryMemento(initial: Readonly<Record<string, unknown>> = {}): MemoryMemento {
  const values = new Map<string, unknown>(Object.entries(initial));
  return {
    values,
    get: (key) => structuredClone(values.get(key)),
    async set(key, value) {
      if (value === undefined) values.delete(key);
      else values.set(key, structuredClone(value));
    },
  };
}
