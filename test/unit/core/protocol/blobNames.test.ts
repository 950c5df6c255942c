import assert from "node:assert/strict";
import { blobsNamed, blobsNeeded } from "../../../../src/core/protocol/blobNames";
import { eventSamples } from "./eventSamples";

const hash = (digit: string): string => digit.repeat(64);

describe("blobsNamed", () => {
  it("finds what stands in a field for a hash, however deep, and each time that it does", () => {
    let deep: object = { sha256: hash("d") };
    for (let depth = 0; depth < 50_000; depth++) deep = { deep };
    const event = { type: "edit.applied", inverse: { sha256: hash("a"), list: [{ sha256: hash("b") }, { sha256: hash("a") }, deep] } };
    assert.deepEqual([...blobsNamed(event)].sort(), [hash("a"), hash("a"), hash("b"), hash("d")]);
  });

  it("takes no text that speaks of a hash for a name, and nothing that is none", () => {
    assert.deepEqual(blobsNamed({ type: "notice", text: `{"sha256":"${hash("a")}"}`, sha256: hash("A"), more: { sha256: 5, other: hash("b") }, last: { sha256: hash("a").slice(1) } }), []);
  });

  it("finds at least what events need", () => {
    for (const event of Object.values(eventSamples).flat()) for (const { blob } of blobsNeeded(event)) if (blob.sha256.length === 64) assert.ok(blobsNamed(event).includes(blob.sha256), event.type);
  });
});
