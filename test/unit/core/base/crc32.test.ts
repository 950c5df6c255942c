import assert from "node:assert/strict";
import { crc32 as zlibCrc32 } from "node:zlib";
import { crc32 } from "../../../../src/core/base/crc32";
import { seeded } from "../../../support/random";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("crc32", () => {
  it("gives the known values of CRC-32", () => {
    // The first is the check value that catalogues of CRCs give for CRC-32/ISO-HDLC.
    const known: readonly (readonly [string, number])[] = [
      ["123456789", 0xcbf43926], ["", 0], ["a", 0xe8b7be43], ["abc", 0x352441c2],
      ["The quick brown fox jumps over the lazy dog", 0x414fa339],
    ];
    for (const [text, sum] of known) assert.equal(crc32(bytes(text)), sum, text);
    assert.equal(crc32(new Uint8Array(32)), 0x190a55ad);
    assert.equal(crc32(new Uint8Array(32).fill(0xff)), 0xff6cab0b);
  });

  it("agrees with zlib on any bytes", seeded((random) => {
    for (let round = 0; round < 50; round++) {
      const data = Uint8Array.from({ length: random.integer(0, 300) }, () => random.integer(0, 255));
      assert.equal(crc32(data), zlibCrc32(data));
    }
  }));
});
