import assert from "node:assert/strict";
import { JsonDamage, readJsonPieces, type JsonPath, type JsonPiece } from "../../../../../src/core/store/exchange/jsonPieces";
import { seeded, type Random } from "../../../../support/random";

async function* chunked(text: string, sizes: () => number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; ) {
    const size = Math.max(1, sizes());
    yield text.slice(at, at + size);
    at += size;
  }
}

async function read(text: string, isGoneInto: (path: JsonPath) => boolean = (path) => path.length < 2, sizes = () => text.length, maxLength = 1_000_000): Promise<readonly JsonPiece[]> {
  const pieces: JsonPiece[] = [];
  for await (const piece of readJsonPieces(chunked(text, sizes), { isGoneInto, maxLength })) pieces.push(piece);
  return pieces;
}

/** The value that the pieces are of. */
function rebuild(pieces: readonly JsonPiece[]): unknown {
  const root: { value?: unknown } = {};
  const put = (path: JsonPath, value: unknown): void => {
    let at: Record<string, unknown> = root as Record<string, unknown>;
    let name: string | number = "value";
    for (const part of path) {
      at = at[name] as Record<string, unknown>;
      name = part;
    }
    Object.defineProperty(at, name, { value, enumerable: true, configurable: true, writable: true });
  };
  for (const piece of pieces) {
    if (piece.type === "open") put(piece.path, piece.isList ? [] : {});
    if (piece.type === "value") put(piece.path, JSON.parse(piece.text));
  }
  return root.value;
}

const STRINGS = ["", "a", '"', "\\", '\\"', "{", "]", "ü🫖", "\ud800", "\n", ",", ":", "\\\\"];
/** Without escapes: the engine's own JSON.parse takes `"\\""` for `"\\\\"` where it has just read an object with that name (V8 13.6). */
const NAMES = ["", "a", "bc", "{", "]", "ü🫖", ",", ":"];

function anyJson(random: Random, depth: number): unknown {
  const kind = random.integer(0, depth > 0 ? 6 : 4);
  if (kind === 0) return random.pick([null, true, false]);
  if (kind <= 2) return random.pick([0, -1.5, 1e300, 12345, -0.001]);
  if (kind <= 4) return random.pick(STRINGS);
  const length = random.integer(0, 4);
  if (kind === 5) return Array.from({ length }, () => anyJson(random, depth - 1));
  return Object.fromEntries(Array.from({ length }, () => [random.pick(NAMES), anyJson(random, depth - 1)]));
}

describe("readJsonPieces", () => {
  it("tells containers that are gone into by begin and end, and the rest by its text", async () => {
    assert.deepEqual(await read(' {"a": [1, {"b": "x]"}], "c": {} } ', (path) => path.length === 0 || path[0] === "a" && path.length === 1), [
      { type: "open", path: [], isList: false },
      { type: "open", path: ["a"], isList: true },
      { type: "value", path: ["a", 0], text: "1" },
      { type: "value", path: ["a", 1], text: '{"b": "x]"}' },
      { type: "close", path: ["a"] },
      { type: "value", path: ["c"], text: "{}" },
      { type: "close", path: [] },
    ]);
  });

  it("reads names as JSON means them", async () => {
    const pieces = await read(String.raw`{"a\"}\\":1,"\u00fc\n":2}`);
    assert.deepEqual(pieces.flatMap((piece) => (piece.type === "value" ? [piece.path] : [])), [['a"}\\'], ["ü\n"]]);
  });

  it("gives back any value, however the text is cut and spaced, and however deep it is gone into", seeded(async (random) => {
    for (let times = 0; times < 150; times++) {
      const value = anyJson(random, 4);
      const text = JSON.stringify(value, null, random.integer(0, 2));
      const depth = random.integer(0, 5);
      const pieces = await read(text, (path) => path.length < depth, () => random.integer(1, 9));
      assert.deepEqual(rebuild(pieces), JSON.parse(text), text);
    }
  }));

  it("refuses what ends early, goes on after its end, or has something out of place", async () => {
    for (const text of ["", "{", '{"a"', '{"a":', '{"a":1', '{"a":1,', "[1", '["a', "{} {}", "[1 2]", "[,]", "[1,]", '{"a" 1}', "{1:2}", "]", "[}", '{"a":1]', "1 2"]) {
      await assert.rejects(read(text), JsonDamage, text);
    }
  });

  it("refuses every proper beginning of a text", async () => {
    const text = '{"chats":[{"id":"a\\"b","n":[1,2]},{}],"blobs":{"x":"y"}}';
    for (let length = 0; length < text.length; length++) await assert.rejects(read(text.slice(0, length), (path) => path.length < 3), JsonDamage, text.slice(0, length));
  });

  it("refuses a value that is longer than may be, without gathering all of it", async () => {
    let asked = 0;
    async function* endless(): AsyncGenerator<string> {
      yield '["';
      for (; asked < 1_000; asked++) yield "x".repeat(100);
    }
    const pieces = readJsonPieces(endless(), { isGoneInto: (path) => path.length === 0, maxLength: 1_000 });
    await assert.rejects(async () => { for await (const _ of pieces); }, /too long/);
    assert.ok(asked < 20, String(asked));
  });
});
