import { randomInt } from "node:crypto";

/** Numbers that look random and repeat with the seed. */
export interface Random {
  readonly seed: number;
  /** From 0 up to, not including, 1. */
  next(): number;
  /** A whole number from `min` to `max`, both included. */
  integer(min: number, max: number): number;
  /** From `min` up to, not including, `max`. */
  between(min: number, max: number): number;
  /** One of the items; throws on none. */
  pick<T>(items: readonly T[]): T;
}

/**
 * The body of a property test: `it("holds", seeded((random) => …))`. Every run but those of CI has a new seed; a failure names it, and
 * CAIRN_SEED=<seed> repeats the run.
 */
export function seeded(body: (random: Random) => void | Promise<void>): () => Promise<void> {
  return async () => {
    const seed = chosenSeed();
    try {
      await body(createRandom(seed));
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`${message}\nRepeat this run with CAIRN_SEED=${seed}`, { cause });
    }
  };
}

/** Marsaglia's xorshift with 128 bits of state (Journal of Statistical Software 8/14, 2003). `seed` counts modulo 2^32. */
export function createRandom(seed: number): Random {
  let [x, y, z, w] = [seed | 0, 0x6d2b79f5, 0x1b873593, 0x2545f491];
  function step(): number {
    const t = x ^ (x << 11);
    [x, y, z] = [y, z, w];
    w = w ^ (w >>> 19) ^ t ^ (t >>> 8);
    return w >>> 0;
  }
  // Neighbouring seeds give neighbouring numbers until the state is mixed.
  for (let i = 0; i < 32; i++) step();

  const next = () => step() / 2 ** 32;
  const integer = (min: number, max: number) => min + Math.floor(next() * (max - min + 1));
  return {
    seed,
    next,
    integer,
    between: (min, max) => min + next() * (max - min),
    pick<T>(items: readonly T[]): T {
      if (items.length === 0) throw new Error("pick: there is nothing to pick from.");
      // The index is within the items, which may themselves be undefined.
      return items[integer(0, items.length - 1)] as T;
    },
  };
}

/** CAIRN_SEED; where CI is set always the same, so that a run tells of the change and not of luck; else a new seed. */
export function chosenSeed(): number {
  const text = process.env["CAIRN_SEED"] ?? (process.env["CI"] === undefined ? undefined : "1");
  if (text === undefined) return randomInt(2 ** 32);
  const seed = Number(text);
  if (!Number.isSafeInteger(seed)) throw new Error(`CAIRN_SEED is "${text}": give a whole number, as printed by a failing run.`);
  return seed;
}
