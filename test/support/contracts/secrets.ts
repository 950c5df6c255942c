import assert from "node:assert/strict";
import type { Secrets } from "../../../src/core/ports";

/** What every Secrets keeps to. Names that the contract uses begin with `contract`; it deletes them. */
export function describeSecretsContract(name: string, create: () => Secrets | Promise<Secrets>): void {
  describe(`Secrets contract: ${name}`, () => {
    const names = ["contractA", "contractB"] as const;
    let secrets: Secrets;

    beforeEach(async () => {
      secrets = await create();
    });
    afterEach(async () => {
      for (const item of names) await secrets.delete(item);
    });

    it("knows nothing of a name never stored", async () => {
      assert.equal(await secrets.get("contractA"), undefined);
      assert.equal(await secrets.get("contractNever"), undefined);
    });

    it("gives back what was stored, the newest, under its own name", async () => {
      await secrets.set("contractA", "first");
      await secrets.set("contractB", "ünïcode 🫖 \" ' $ \\ line\nfeed");
      await secrets.set("contractA", "second");
      assert.deepEqual([await secrets.get("contractA"), await secrets.get("contractB")], ["second", "ünïcode 🫖 \" ' $ \\ line\nfeed"]);
    });

    it("forgets what was deleted, and deletes what is not there without complaint", async () => {
      await secrets.set("contractA", "value");
      await secrets.delete("contractA");
      await secrets.delete("contractA");
      assert.equal(await secrets.get("contractA"), undefined);
      await secrets.set("contractA", "again");
      assert.equal(await secrets.get("contractA"), "again");
    });
  });
}
