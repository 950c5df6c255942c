import type { Claims } from "../../../src/core/ports";

export interface MemoryClaims extends Claims {
  /** Another window's, over the same memory, alive until it is killed. */
  shareWith(writer: string): MemoryClaims;
  /** Its claims are anybody's from now on. */
  kill(): void;
}

interface Memory {
  readonly owners: Map<string, string>;
  readonly wanted: Set<string>;
  readonly dead: Set<string>;
}

/** Claims of windows that share a memory instead of a folder. */
export function createMemoryClaims(writer = "writer1"): MemoryClaims {
  return openClaims(writer, { owners: new Map(), wanted: new Set(), dead: new Set() });
}

function openClaims(writer: string, memory: Memory): MemoryClaims {
  const { owners, wanted, dead } = memory;
  const claims: MemoryClaims = {
    async claim(stream) {
      const owner = owners.get(stream);
      if (owner === writer) return undefined;
      if (owner !== undefined && !dead.has(owner)) return owner;
      owners.set(stream, writer);
      wanted.delete(stream);
      return undefined;
    },
    async release(stream) {
      if (owners.get(stream) === writer) owners.delete(stream);
    },
    want: async (stream) => void wanted.add(stream),
    wanted: async () => [...wanted].filter((stream) => owners.get(stream) === writer),
    async forget(stream) {
      if (owners.get(stream) === writer) owners.delete(stream);
    },
    async close() {
      for (const [stream, owner] of owners) if (owner === writer) owners.delete(stream);
    },
    shareWith: (name) => openClaims(name, memory),
    kill: () => void dead.add(writer),
  };
  return claims;
}
