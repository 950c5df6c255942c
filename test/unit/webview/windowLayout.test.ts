import assert from "node:assert/strict";
import { rangeAt, rangeAtEnd, slotsOf } from "../../../src/webview/ui/windowLayout";

const sizes = { count: 10, heightOf: () => 100 };

describe("rangeAt", () => {
  it("gives the items that touch a stretch", () => {
    assert.deepEqual(rangeAt(sizes, 250, 450), { start: 2, end: 5 });
    assert.deepEqual(rangeAt(sizes, 300, 400), { start: 3, end: 4 });
  });

  it("stays within the list beyond its ends", () => {
    assert.deepEqual(rangeAt(sizes, -500, 150), { start: 0, end: 2 });
    assert.deepEqual(rangeAt(sizes, 950, 2000), { start: 9, end: 10 });
    assert.deepEqual(rangeAt(sizes, 5000, 6000), { start: 9, end: 10 });
    assert.deepEqual(rangeAt({ count: 0, heightOf: () => 0 }, 0, 500), { start: 0, end: 0 });
  });
});

describe("rangeAtEnd", () => {
  it("fills a length from the end, with one item at least", () => {
    assert.deepEqual(rangeAtEnd(sizes, 250), { start: 7, end: 10 });
    assert.deepEqual(rangeAtEnd(sizes, 0), { start: 9, end: 10 });
    assert.deepEqual(rangeAtEnd(sizes, 9999), { start: 0, end: 10 });
    assert.deepEqual(rangeAtEnd({ count: 0, heightOf: () => 0 }, 100), { start: 0, end: 0 });
  });
});

describe("slotsOf", () => {
  it("puts gaps as high as what they stand for around the range and the pinned items", () => {
    const ids = ["a", "b", "c", "d", "e", "f"];
    const heights = [1, 10, 100, 1000, 10_000, 100_000];
    assert.deepEqual(slotsOf(ids, (index) => heights[index] ?? 0, { start: 3, end: 4 }, (index) => index === 1 || index === 5), [
      { type: "gap", key: "above b", height: 1 },
      { type: "item", id: "b", index: 1 },
      { type: "gap", key: "above d", height: 100 },
      { type: "item", id: "d", index: 3 },
      { type: "gap", key: "above f", height: 10_000 },
      { type: "item", id: "f", index: 5 },
    ]);
  });

  it("ends in a gap where nothing below is kept", () => {
    assert.deepEqual(slotsOf(["a", "b"], () => 5, { start: 0, end: 1 }, () => false), [{ type: "item", id: "a", index: 0 }, { type: "gap", key: "end", height: 5 }]);
  });
});
