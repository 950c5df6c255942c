import assert from "node:assert/strict";
import { crc32 } from "../../../../src/core/base/crc32";
import { decodeManifest, encodeManifest, INDEX_VERSION, type Manifest } from "../../../../src/core/store/search/manifest";

const MANIFEST: Manifest = {
  version: INDEX_VERSION,
  nextFileId: 8,
  files: [{ id: 7, stream: "chats/ab/abc", writer: "w1", readFrom: 10, doneTo: 20, mark: "0123abcd" }],
  segments: [{ name: "s1", sizeBytes: 8192 }],
};

describe("decodeManifest", () => {
  it("reads what was written", () => assert.deepEqual(decodeManifest(encodeManifest(MANIFEST, crc32), crc32), { ok: true, value: MANIFEST }));

  it("refuses it with any character changed, cut off or added", () => {
    const text = encodeManifest(MANIFEST, crc32);
    for (let at = 0; at < text.length; at++) {
      for (const damaged of [`${text.slice(0, at)}7${text.slice(at + 1)}`, text.slice(0, at), `${text.slice(0, at)}0${text.slice(at)}`]) {
        if (damaged !== text) assert.equal(decodeManifest(damaged, crc32).ok, false, damaged);
      }
    }
  });

  it("refuses another version, and what is none", () => {
    assert.equal(decodeManifest(encodeManifest({ ...MANIFEST, version: INDEX_VERSION + 1 }, crc32), crc32).ok, false);
    for (const value of [null, [], { version: INDEX_VERSION }]) assert.equal(decodeManifest(encodeManifest(value as unknown as Manifest, crc32), crc32).ok, false); // what a foreign file may hold
  });
});
