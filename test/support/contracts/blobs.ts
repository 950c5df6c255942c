import assert from "node:assert/strict";
import type { Blobs } from "../../../src/core/ports";

export interface BlobsStage {
  readonly blobs: Blobs;
  /** Opens what is kept anew, as another process does. */
  reopen(): Blobs;
  /** How many contents are kept. */
  count(): Promise<number>;
  /** Flips a bit of what is kept under a name. */
  damage(sha256: string): Promise<void>;
  remove(sha256: string): Promise<void>;
  close(): Promise<void>;
}

/** What all Blobs keep to. */
export function describeBlobsContract(name: string, open: () => Promise<BlobsStage>): void {
  describe(`Blobs contract: ${name}`, () => {
    let stage: BlobsStage;
    beforeEach(async () => (stage = await open()));
    afterEach(() => stage.close());

    const bytesOf = async (blobs: Blobs, sha256: string): Promise<string> => {
      const found = await blobs.get(sha256);
      return found.ok ? Buffer.from(found.value).toString("hex") : found.error.code;
    };

    it("gives back texts and bytes under the hash of their bytes", async () => {
      const { blobs } = stage;
      assert.deepEqual(await blobs.put("abc"), { sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", sizeBytes: 3 });
      for (const content of ["", "\ufeffü🫖\u2028\0", Uint8Array.of(0, 255, 128, 10), "x".repeat(1_000_000)]) {
        const { sha256, sizeBytes } = await blobs.put(content);
        const bytes = Buffer.from(content);
        assert.equal(sizeBytes, bytes.length);
        assert.equal(await bytesOf(blobs, sha256), bytes.toString("hex"));
        assert.equal(await bytesOf(stage.reopen(), sha256), bytes.toString("hex"));
      }
    });

    it("keeps the same content once, put at once or one after the other", async () => {
      const refs = await Promise.all([stage.blobs.put("same"), stage.blobs.put(Buffer.from("same")), stage.blobs.put("other")]);
      refs.push(await stage.reopen().put("same"));
      assert.equal(new Set(refs.map(({ sha256 }) => sha256)).size, 2);
      assert.equal(await stage.count(), 2);
    });

    it("says what is missing and what is damaged, and serves neither", async () => {
      const { sha256 } = await stage.blobs.put("some words");
      assert.equal(await stage.reopen().has(sha256), true);
      await stage.damage(sha256);
      assert.deepEqual([await bytesOf(stage.reopen(), sha256), await stage.reopen().has(sha256)], ["damaged", true]);
      await stage.remove(sha256);
      assert.deepEqual([await bytesOf(stage.reopen(), sha256), await stage.reopen().has(sha256)], ["missing", false]);
    });

    it("is whole again once the same is put again", async () => {
      const { sha256 } = await stage.blobs.put("some words");
      await stage.damage(sha256);
      await stage.reopen().put("some words");
      assert.equal(await bytesOf(stage.reopen(), sha256), Buffer.from("some words").toString("hex"));
      assert.equal(await stage.count(), 1);
    });

    it("has nothing under names that are no hashes", async () => {
      for (const sha256 of ["", "../index.sqlite", "A".repeat(64), "a".repeat(63), `${"a".repeat(64)}.aside`]) {
        assert.deepEqual([await bytesOf(stage.blobs, sha256), await stage.blobs.has(sha256)], ["missing", false], sha256);
      }
    });

    it("refuses half characters, which would come back as others", async () => {
      await assert.rejects(stage.blobs.put("a\ud83d"), TypeError);
      assert.equal(await stage.count(), 0);
    });
  });
}
