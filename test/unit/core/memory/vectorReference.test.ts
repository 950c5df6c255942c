import assert from "node:assert/strict";
import { createReferenceKernels, dotRows } from "../../../../src/core/memory/vectorReference";
import { kernelsContract } from "../../../support/contracts/kernels";

kernelsContract("reference", async () => createReferenceKernels());

describe("dotRows (reference)", () => {
  it("takes any views, with rows and out longer than needed", () => {
    const out = new Float32Array(3);
    dotRows(Float32Array.of(1, 2), Float32Array.of(3, 4, 5, 6, 7, 8), out, 2);
    assert.deepEqual([...out], [11, 17, 0]);
  });

  it("rounds once: sums that cancel beyond f32's precision are right", () => {
    const out = new Float32Array(1);
    dotRows(new Float32Array(3).fill(1), Float32Array.of(2 ** 30, 1, -(2 ** 30)), out, 1);
    assert.deepEqual([...out], [1]);
  });

  it("is right where a partial sum leaves f32's range", () => {
    const out = new Float32Array(1);
    dotRows(Float32Array.of(2, 2), Float32Array.of(3e38, -3e38), out, 1);
    assert.deepEqual([...out], [0]);
  });
});
