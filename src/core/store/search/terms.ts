/** Terms by number, from 0 in the order they came, without a string for each: texts bring millions. */
export interface TermTable {
  readonly count: () => number;
  /** The number of the term in `units[start] … units[end - 1]`, given now if it is new. */
  idOf(units: Uint16Array, start: number, end: number): number;
  textOf(id: number): string;
  /** All numbers in the order of their terms' UTF-16 units. */
  sorted(): Uint32Array;
}

export function createTermTable(): TermTable {
  let arena = new Uint16Array(1 << 14);
  let used = 0;
  /** Where each term begins in the arena; it ends where the next begins. */
  let begins = new Uint32Array(1 << 11);
  let hashes = new Uint32Array(1 << 11);
  let count = 0;
  /** Term's number + 1 by hash; 0 is free. At most half full. */
  let slots = new Uint32Array(1 << 12);

  function insert(hash: number, id: number): void {
    const mask = slots.length - 1;
    let slot = hash & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = id + 1;
  }

  function grow(length: number): void {
    if (used + length > arena.length) {
      const larger = new Uint16Array(arena.length * 2);
      larger.set(arena);
      arena = larger;
    }
    if (count + 2 > begins.length) {
      const [moreBegins, moreHashes] = [new Uint32Array(begins.length * 2), new Uint32Array(begins.length * 2)];
      moreBegins.set(begins);
      moreHashes.set(hashes);
      [begins, hashes] = [moreBegins, moreHashes];
    }
    if ((count + 1) * 2 > slots.length) {
      slots = new Uint32Array(slots.length * 2);
      for (let id = 0; id < count; id++) insert(hashes[id] ?? 0, id);
    }
  }

  function isAt(id: number, units: Uint16Array, start: number, end: number): boolean {
    const begin = begins[id] ?? 0;
    if ((begins[id + 1] ?? 0) - begin !== end - start) return false;
    for (let index = start; index < end; index++) if (arena[begin + index - start] !== units[index]) return false;
    return true;
  }

  function unitAt(id: number, depth: number): number {
    const index = (begins[id] ?? 0) + depth;
    return index < (begins[id + 1] ?? 0) ? (arena[index] ?? 0) : -1;
  }

  /** Multikey quicksort (Bentley and Sedgewick, 1997): by one unit at a time, never comparing a common beginning twice. */
  function sort(ids: Uint32Array, from: number, to: number, depth: number): void {
    while (to - from > 1) {
      const pivot = unitAt(ids[(from + to) >> 1] ?? 0, depth);
      let [less, more, index] = [from, to, from];
      while (index < more) {
        const unit = unitAt(ids[index] ?? 0, depth);
        if (unit < pivot) swap(ids, less++, index++);
        else if (unit > pivot) swap(ids, index, --more);
        else index++;
      }
      sort(ids, from, less, depth);
      if (pivot >= 0) sort(ids, less, more, depth + 1);
      from = more;
    }
  }

  return {
    count: () => count,

    idOf(units, start, end) {
      let hash = 0x811c9dc5; // FNV-1a, by units
      for (let index = start; index < end; index++) hash = Math.imul(hash ^ (units[index] ?? 0), 0x01000193);
      hash = (hash ^ (hash >>> 15)) >>> 0;
      const mask = slots.length - 1;
      for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
        const entry = slots[slot] ?? 0;
        if (entry === 0) break;
        if (hashes[entry - 1] === hash && isAt(entry - 1, units, start, end)) return entry - 1;
      }
      grow(end - start);
      for (let index = start; index < end; index++) arena[used++] = units[index] ?? 0;
      hashes[count] = hash;
      insert(hash, count);
      begins[count + 1] = used;
      return count++;
    },

    textOf: (id) => String.fromCharCode(...arena.subarray(begins[id], begins[id + 1])),

    sorted() {
      const ids = Uint32Array.from({ length: count }, (_, id) => id);
      sort(ids, 0, count, 0);
      return ids;
    },
  };
}

function swap(ids: Uint32Array, a: number, b: number): void {
  const kept = ids[a] ?? 0;
  ids[a] = ids[b] ?? 0;
  ids[b] = kept;
}
