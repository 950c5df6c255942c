/** Eight tables in a row: number `n` says what a byte does to the checksum when `n` more bytes follow it. */
const TABLES = new Int32Array(8 * 256);
for (let byte = 0; byte < 256; byte++) {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  TABLES[byte] = value;
}
for (let index = 256; index < TABLES.length; index++) {
  const before = TABLES[index - 256] ?? 0;
  TABLES[index] = (before >>> 8) ^ entry(0, before & 0xff);
}

/** CRC-32 (IEEE 802.3, reflected) of bytes, as an unsigned 32-bit number. Eight bytes at a time: every journal line passes here. */
export function crc32(bytes: Uint8Array): number {
  const at = (index: number): number => bytes[index] ?? 0;
  let value = -1;
  let index = 0;
  for (const end = bytes.length - 7; index < end; index += 8) {
    value ^= at(index) | (at(index + 1) << 8) | (at(index + 2) << 16) | (at(index + 3) << 24);
    value =
      entry(7, value & 0xff) ^ entry(6, (value >>> 8) & 0xff) ^ entry(5, (value >>> 16) & 0xff) ^ entry(4, value >>> 24) ^
      entry(3, at(index + 4)) ^ entry(2, at(index + 5)) ^ entry(1, at(index + 6)) ^ entry(0, at(index + 7));
  }
  for (; index < bytes.length; index++) value = (value >>> 8) ^ entry(0, (value ^ at(index)) & 0xff);
  return ~value >>> 0;
}

function entry(table: number, byte: number): number {
  return TABLES[table * 256 + byte] ?? 0;
}
