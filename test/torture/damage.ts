import type { Random } from "../support/random";

export type DamageKind = "flip" | "cut" | "insert";

export interface Damage {
  readonly kind: DamageKind;
  /** In words, for whoever looks into a miss. */
  readonly what: string;
  readonly bytes: Buffer;
}

/** Bytes that mean something to a journal, a database or a parser, beside such as come by chance. */
const TELLING = [0x00, 0x0a, 0x0d, 0x22, 0x5c, 0x7b, 0x7d, 0x80, 0xc3, 0xff];

/** The bytes with one flip, cut or insert in them, never the same as before. */
export function damage(random: Random, whole: Buffer): Damage {
  const kind = random.pick<DamageKind>(["flip", "cut", "insert"]);
  const at = random.integer(0, whole.length - 1);
  if (kind === "flip") {
    const bytes = Buffer.from(whole);
    const bit = random.integer(0, 7);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
    return { kind, what: `bit ${bit} of byte ${at} flipped`, bytes };
  }
  if (kind === "cut") {
    // Half of them at the end, as a full disk or a crash of the machine leaves a file.
    const end = random.next() < 0.5 ? whole.length : Math.min(whole.length, at + random.integer(1, 5_000));
    return { kind, what: `bytes ${at} to ${end} cut out`, bytes: Buffer.concat([whole.subarray(0, at), whole.subarray(end)]) };
  }
  const length = random.integer(1, random.next() < 0.5 ? 4 : 6_000);
  const way = random.integer(0, 2);
  const inserted = way === 0 ? Buffer.alloc(length, random.pick(TELLING)) : way === 1 ? Buffer.from(Uint8Array.from({ length }, () => random.integer(0, 255))) : Buffer.from(whole.subarray(at, at + length));
  return { kind, what: `${inserted.length} bytes inserted at ${at}`, bytes: Buffer.concat([whole.subarray(0, at), inserted, whole.subarray(at)]) };
}
