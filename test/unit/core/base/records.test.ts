import assert from "node:assert/strict";
import { assertNever, describeError } from "../../../../src/core/base/errors";
import { defined } from "../../../../src/core/base/records";

describe("defined", () => {
  it("leaves out undefined and keeps all else", () => {
    const value = { a: 1, b: undefined, c: null, d: 0, e: "", f: false };
    const kept = defined(value);
    assert.deepEqual(Object.entries(kept), [["a", 1], ["c", null], ["d", 0], ["e", ""], ["f", false]]);
    assert.ok("b" in value);
  });

  it("keeps names that a prototype has too", () => {
    const kept = defined(JSON.parse('{"__proto__":1,"constructor":2}') as object); // an object, as the text shows
    assert.deepEqual(Object.entries(kept), [["__proto__", 1], ["constructor", 2]]);
    assert.equal(Object.getPrototypeOf(kept), Object.prototype);
  });
});

describe("describeError", () => {
  it("gives an error's message and its causes'", () => {
    const error = new Error("no list", { cause: new Error("no connection", { cause: "cable" }) });
    assert.equal(describeError(error), "no list (because: no connection (because: cable))");
  });

  it("gives the text of anything else thrown", () => {
    assert.deepEqual([describeError("text"), describeError(undefined), describeError(3)], ["text", "undefined", "3"]);
  });

  it("says something of an error without a message", () => {
    assert.match(describeError(new AggregateError([new Error("refused")])), /\w/);
  });

  it("ends on causes that lead in a circle", () => {
    const error = new Error("a");
    error.cause = new Error("b", { cause: error });
    assert.match(describeError(error), /a .*b/);
  });
});

describe("assertNever", () => {
  it("throws with what it was and its value", () => {
    assert.throws(() => assertNever({ type: "odd" } as never, "step"), new Error('Unexpected step: {"type":"odd"}'));
  });
});
