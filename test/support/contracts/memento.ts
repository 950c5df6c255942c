import assert from "node:assert/strict";
import type { Memento } from "../../../src/core/ports";

/** What every Memento keeps to. Keys that the contract uses begin with `contract`; it empties them. */
export function describeMementoContract(name: string, create: () => Memento | Promise<Memento>): void {
  describe(`Memento contract: ${name}`, () => {
    let memento: Memento;

    beforeEach(async () => {
      memento = await create();
    });
    afterEach(async () => {
      for (const key of ["contractA", "contractB"]) await memento.set(key, undefined);
    });

    it("knows nothing of a key never set", () => {
      for (const key of ["contractA", "constructor", "__proto__"]) assert.equal(memento.get(key), undefined);
    });

    it("gives back what was set, the newest, under its own key, at once", async () => {
      await memento.set("contractA", "first");
      await memento.set("contractB", { list: [1, true, null, "🫖"] });
      const again = memento.set("contractA", "second");
      await again;
      assert.deepEqual([memento.get("contractA"), memento.get("contractB")], ["second", { list: [1, true, null, "🫖"] }]);
    });

    it("forgets what is set to undefined", async () => {
      await memento.set("contractA", "value");
      await memento.set("contractA", undefined);
      await memento.set("contractA", undefined);
      assert.equal(memento.get("contractA"), undefined);
    });

    it("keeps a value as it was, whatever becomes of the object", async () => {
      const value = { count: 1 };
      await memento.set("contractA", value);
      value.count = 2;
      assert.deepEqual(memento.get("contractA"), { count: 1 });
    });
  });
}
