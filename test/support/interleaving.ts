import { setImmediate } from "node:timers/promises";
import type { Random } from "./random";

export interface Interleaving {
  /** What one of them does; `step` stands before all that others could come in between. */
  start(work: (step: () => Promise<void>) => Promise<void>): { kill(): void };
  /** Lets one after the other take a step, as chance has it, until all have ended or were killed. `each` comes before each step. */
  run(each?: () => void): Promise<void>;
}

/** How often another one gets the right of way: seldom enough that one can do much while another stands still in the midst of something. */
const CHANGES = [0.02, 0.1, 0.5];

/**
 * Several processes whose steps come in an order that repeats with the seed. One has the right of way before others until that
 * changes by chance (after Burckhardt and others, “A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs”, 2010).
 */
export function createInterleaving(random: Random): Interleaving {
  const change = random.pick(CHANGES);
  const ranks: number[] = [];
  const waiting: { readonly actor: number; readonly go: () => void }[] = [];
  const killed = new Set<number>();
  const failures: unknown[] = [];
  let actors = 0;
  return {
    start(work) {
      const actor = actors++;
      ranks.push(random.next());
      const step = (): Promise<void> => new Promise((go) => void waiting.push({ actor, go }));
      void step().then(() => work(step)).catch((error: unknown) => void failures.push(error));
      return { kill: () => void killed.add(actor) };
    },
    async run(each) {
      for (;;) {
        await setImmediate(); // whoever was let go has come to its next step
        const alive = waiting.filter(({ actor }) => !killed.has(actor));
        if (alive.length === 0) break;
        each?.();
        if (random.next() < change) ranks[random.integer(0, actors - 1)] = random.next();
        const next = alive.reduce((first, other) => ((ranks[other.actor] ?? 0) > (ranks[first.actor] ?? 0) ? other : first));
        waiting.splice(waiting.indexOf(next), 1);
        if (!killed.has(next.actor)) next.go();
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}
