import assert from "node:assert/strict";
import { anything, arr, bool, check, describeCheckError, dict, literal, nat, nullable, num, obj, opt, str, variants, type Check, type Infer } from "../../../../src/core/base/check";

/** Either the checked value, or the error in words. */
function outcome(checker: Check<unknown>, value: unknown): unknown {
  const result = check(checker, value);
  return result.ok ? { ok: result.value } : describeCheckError(result.error);
}

/** A list cannot stand for its own element, an object for its own field, and so on: one of each kind of value. */
const oneOfEach: readonly (readonly [name: string, value: unknown])[] = [
  ["nothing", undefined], ["null", null], ["boolean", true], ["number", 1], ["string", "a"], ["a list", []], ["object", {}], ["function", () => 1], ["bigint", 1n], ["symbol", Symbol("s")],
];

describe("check: primitives", () => {
  const accepted: Readonly<Record<string, readonly [checker: Check<unknown>, expected: string, kinds: readonly string[]]>> = {
    str: [str, "a string", ["string"]],
    bool: [bool, "true or false", ["boolean"]],
    num: [num, "a finite number", ["number"]],
    nat: [nat, "a whole number of at least 0", ["number"]],
  };
  for (const [name, [checker, expected, kinds]] of Object.entries(accepted)) {
    it(`${name} takes its own kind alone and names the other's`, () => {
      for (const [kind, value] of oneOfEach) {
        assert.deepEqual(outcome(checker, value), kinds.includes(kind) ? { ok: value } : `$: expected ${expected}, got ${kind}`);
      }
    });
  }

  it("num refuses what JSON cannot hold", () => {
    for (const value of [NaN, Infinity, -Infinity]) assert.equal(outcome(num, value), "$: expected a finite number, got number");
    for (const value of [0, -1.5, Number.MAX_VALUE, Number.MIN_VALUE]) assert.deepEqual(outcome(num, value), { ok: value });
  });

  it("nat refuses fractions, negatives and what no double holds exactly", () => {
    for (const value of [-1, 0.5, NaN, Infinity, 2 ** 53]) assert.match(String(outcome(nat, value)), /^\$: expected a whole number/);
    for (const value of [0, 1, Number.MAX_SAFE_INTEGER]) assert.deepEqual(outcome(nat, value), { ok: value });
  });

  it("anything takes anything", () => {
    for (const [, value] of oneOfEach) assert.deepEqual(outcome(anything, value), { ok: value });
  });

  it("literal takes the values listed, by identity, and lists them in its error", () => {
    const checker = literal<string | number | boolean>("a", 1, true);
    for (const value of ["a", 1, true]) assert.deepEqual(outcome(checker, value), { ok: value });
    for (const value of ["1", "true", "A", "", 0, false]) assert.equal(outcome(checker, value), `$: expected one of "a", 1, true, got ${typeof value}`);
  });
});

describe("check: combinators", () => {
  it("nullable adds null, and nothing else", () => {
    assert.deepEqual(outcome(nullable(str), null), { ok: null });
    assert.deepEqual(outcome(nullable(str), "a"), { ok: "a" });
    assert.equal(outcome(nullable(str), undefined), "$: expected a string, got nothing");
  });

  it("arr checks every item and names the first wrong one", () => {
    assert.deepEqual(outcome(arr(num), [1, 2]), { ok: [1, 2] });
    assert.deepEqual(outcome(arr(num), []), { ok: [] });
    assert.equal(outcome(arr(num), [1, "2", "3"]), "$[1]: expected a finite number, got string");
    assert.equal(outcome(arr(num), new Array(1)), "$[0]: expected a finite number, got nothing");
    for (const value of [{}, "ab", null, { length: 1, 0: 1 }]) assert.match(String(outcome(arr(num), value)), /^\$: expected a list/);
  });

  it("arr gives a list of its own", () => {
    const value = [[1]];
    const result = check(arr(arr(num)), value);
    assert.ok(result.ok && result.value !== value && result.value[0] !== value[0]);
  });

  it("dict checks every value under its own key, whatever the key", () => {
    const value: unknown = JSON.parse('{"a":1,"__proto__":2,"constructor":3}');
    assert.deepEqual(outcome(dict(num), value), { ok: value });
    const result = check(dict(num), value);
    assert.ok(result.ok && Object.getPrototypeOf(result.value) === Object.prototype);
    assert.equal(outcome(dict(num), { a: "1" }), "$.a: expected a finite number, got string");
    assert.equal(outcome(dict(num), []), "$: expected an object, got a list");
    assert.equal(outcome(dict(num), null), "$: expected an object, got null");
  });

  it("obj keeps its fields, drops all others and leaves absent optional ones absent", () => {
    const checker = obj({ a: num, b: opt(str) });
    assert.deepEqual(outcome(checker, { a: 1, b: "x", c: 3 }), { ok: { a: 1, b: "x" } });
    const result = check(checker, { a: 1, b: undefined });
    assert.ok(result.ok && !("b" in result.value));
  });

  it("obj names the field that is wrong or missing, nested ones by their path", () => {
    const checker = obj({ list: arr(obj({ name: str })), more: opt(obj({ a: num })) });
    assert.equal(outcome(checker, { list: [{ name: "a" }, {}] }), "$.list[1].name: expected a string, got nothing");
    assert.equal(outcome(checker, { list: [], more: { a: null } }), "$.more.a: expected a finite number, got null");
    assert.equal(outcome(checker, { list: [], more: null }), "$.more: expected an object, got null");
    for (const value of [null, [], "a", 1, undefined]) assert.match(String(outcome(checker, value)), /^\$: expected an object/);
  });

  it("obj is not filled from a prototype that a message set", () => {
    const value: unknown = JSON.parse('{"__proto__":{"a":1}}');
    assert.equal(outcome(obj({ a: num }), value), "$.a: expected a finite number, got nothing");
  });

  it("an optional field's value is checked when it is there", () => {
    assert.equal(outcome(obj({ a: opt(num) }), { a: "1" }), "$.a: expected a finite number, got string");
    assert.equal(outcome(obj({ a: opt(num) }), { a: null }), "$.a: expected a finite number, got null");
  });
});

describe("check: variants", () => {
  const shape = variants("type", { circle: obj({ type: literal("circle"), radius: num }), point: obj({ type: literal("point") }) });
  type Expected = { readonly type: "circle"; readonly radius: number } | { readonly type: "point" };
  const typed: Infer<typeof shape> = { type: "point" } satisfies Expected;

  it("is checked by the case that the tag names", () => {
    assert.deepEqual(outcome(shape, { type: "circle", radius: 2, x: 1 }), { ok: { type: "circle", radius: 2 } });
    assert.deepEqual(outcome(shape, typed), { ok: { type: "point" } });
    assert.equal(outcome(shape, { type: "circle" }), "$.radius: expected a finite number, got nothing");
  });

  it("names an unknown case", () => {
    assert.equal(outcome(shape, { type: "square" }), '$.type: unknown type "square"');
    for (const value of [{}, { type: 1 }, { type: null }]) assert.match(String(outcome(shape, value)), /^\$\.type: /);
    for (const value of [null, [], "circle", 1]) assert.match(String(outcome(shape, value)), /^\$: expected an object/);
  });

  it("takes no name from a prototype for a case", () => {
    for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"]) {
      assert.equal(outcome(shape, JSON.parse(`{"type":"${name}"}`)), `$.type: unknown type "${name}"`);
    }
  });

  it("never throws, whatever stands in place of the tag", () => {
    const circular: { self?: unknown } = {};
    circular.self = circular;
    const hostile = { toJSON: () => { throw new Error("no"); } };
    for (const tag of [1n, Symbol("s"), circular, hostile, () => 1, Object.create(null)]) {
      assert.match(String(outcome(shape, { type: tag })), /^\$\.type: /);
    }
  });

  it("keeps its error short when the tag is not", () => {
    assert.ok(String(outcome(shape, { type: "x".repeat(100_000) })).length < 1_000);
  });
});
