/** A bit for each of `count` things, all unset. */
export function createBits(count: number): Uint32Array {
  return new Uint32Array(Math.ceil(count / 32));
}

/** Keeps in `bits` what is in `others` too; whether anything is left. */
export function intersect(bits: Uint32Array, others: Uint32Array): boolean {
  let left = 0;
  for (let index = 0; index < bits.length; index++) left |= bits[index] = (bits[index] ?? 0) & (others[index] ?? 0);
  return left !== 0;
}

/** The first set bit from a place on, or -1. */
export function nextBit(bits: Uint32Array, from: number): number {
  let index = from >> 5;
  let word = (bits[index] ?? 0) & (-1 << (from & 31));
  while (word === 0) {
    if (++index >= bits.length) return -1;
    word = bits[index] ?? 0;
  }
  return index * 32 + 31 - Math.clz32(word & -word);
}

export function countBits(bits: Uint32Array): number {
  let count = 0;
  for (let word of bits) {
    word -= (word >>> 1) & 0x55555555;
    word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
    count += Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return count;
}
