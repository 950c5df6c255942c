import assert from "node:assert/strict";
import { decodeLine, encodeLine, MAX_LINE_BYTES } from "../../../../src/core/store/line";
import { seeded, type Random } from "../../../support/random";

const LINE_FEED = 0x0a;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const decodeText = (text: string): unknown => decodeLine(bytes(text));

function randomText(random: Random): string {
  const alphabet = ["a", '"', "\\", "\n", "\r", "\0", "\x7f", "é", "漢", "🫖", "\u2028", "\u2029", "\ud800", "\udfff", "\ufeff", "},", '"c":"'];
  return Array.from({ length: random.integer(0, 12) }, () => random.pick(alphabet)).join("");
}

function randomValue(random: Random, depth = 3): unknown {
  const kinds = depth === 0 ? 5 : 7;
  switch (random.integer(1, kinds)) {
    case 1: return randomText(random);
    case 2: return random.pick([0, 1, -1, 0.1, 1e21, 5e-324, Number.MAX_SAFE_INTEGER]);
    case 3: return random.pick([true, false, null]);
    case 4: return random.between(-1e6, 1e6);
    case 5: return "";
    case 6: return Array.from({ length: random.integer(0, 4) }, () => randomValue(random, depth - 1));
    default: return Object.fromEntries(Array.from({ length: random.integer(0, 4) }, () => [randomText(random), randomValue(random, depth - 1)]));
  }
}

describe("journal line", () => {
  it("is JSON of its own, with the checksum that it is read by", () => {
    assert.equal(new TextDecoder().decode(encodeLine({ a: 1 })), '{"e":{"a":1},"c":"561bacaf"}\n');
  });

  it("gives any value back, in one line", seeded((random) => {
    for (let round = 0; round < 300; round++) {
      const value = randomValue(random);
      const line = encodeLine(value);
      assert.equal(line.indexOf(LINE_FEED), line.length - 1);
      assert.deepEqual(decodeLine(line.subarray(0, -1)), { ok: true, value });
    }
  }));

  it("shows every flip of one byte, to any other", seeded((random) => {
    const line = encodeLine({ type: "block.part", text: `é🫖\u2028${randomText(random)}`, offset: 12 }).subarray(0, -1);
    for (let at = 0; at < line.length; at++) {
      for (let other = 0; other < 256; other++) {
        if (other === line[at] || other === LINE_FEED) continue;
        assert.equal(decodeLine(line.with(at, other)).ok, false, `byte ${at} as ${other}`);
      }
    }
  }));

  it("shows a line feed in its midst: neither half is a line", () => {
    const line = encodeLine({ text: "a long enough text" }).subarray(0, -1);
    for (let at = 0; at < line.length; at++) {
      const halves = [line.subarray(0, at), line.subarray(at + 1)];
      assert.deepEqual(halves.map((half) => decodeLine(half).ok), [false, false], `cut at ${at}`);
    }
  });

  it("shows a lost line feed: two lines in one are none", () => {
    const [first, second] = [encodeLine({ a: 1 }), encodeLine({ b: 2 })];
    const merged = Uint8Array.from([...first.subarray(0, -1), ...second.subarray(0, -1)]);
    assert.deepEqual(decodeLine(merged), { ok: false, error: "its checksum does not match" });
  });

  it("shows a cut at any place", () => {
    const line = encodeLine({ text: "cut me" }).subarray(0, -1);
    for (let length = 0; length < line.length; length++) assert.equal(decodeLine(line.subarray(0, length)).ok, false);
  });

  it("says what is wrong with what is no line", () => {
    assert.deepEqual(decodeText(""), { ok: false, error: "not a journal line" });
    assert.deepEqual(decodeText('{"a":1}'), { ok: false, error: "not a journal line" });
    assert.deepEqual(decodeText('{"e":1,"c":"00000000"}'), { ok: false, error: "its checksum does not match" });
    assert.deepEqual(decodeText('{"e":,"c":"00000000"}'), { ok: false, error: "its checksum matches but it is not JSON" });
    assert.deepEqual(decodeLine(Uint8Array.of(0xff, 0xfe)), { ok: false, error: "not UTF-8" });
    assert.deepEqual(decodeLine(Uint8Array.of(0xef, 0xbb, 0xbf, ...encodeLine({ a: 1 }).subarray(0, -1))), { ok: false, error: "not a journal line" });
    const upper = new TextDecoder().decode(encodeLine({ a: 1 }).subarray(0, -1)).replace(/[0-9a-f]{8}"\}$/, (end) => end.toUpperCase());
    assert.deepEqual(decodeText(upper), { ok: false, error: "not a journal line" });
  });

  it("may be as long as the limit, line feed included, and not a byte longer", () => {
    const fixed = encodeLine("").length;
    assert.equal(encodeLine("x".repeat(MAX_LINE_BYTES - fixed)).length, MAX_LINE_BYTES);
    assert.throws(() => encodeLine("x".repeat(MAX_LINE_BYTES - fixed + 1)), RangeError);
    assert.throws(() => encodeLine("漢".repeat(MAX_LINE_BYTES / 3)), new RangeError(`A journal line of ${fixed + 3 * Math.floor(MAX_LINE_BYTES / 3)} bytes is over the limit of ${MAX_LINE_BYTES}.`));
  });

  it("is not made of what JSON cannot say", () => {
    for (const value of [undefined, () => 1, Symbol("s")]) assert.throws(() => encodeLine(value), TypeError, String(value));
  });
});
