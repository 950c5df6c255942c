import assert from "node:assert/strict";
import type { Ids } from "../../../src/core/ports";

export interface IdsUnderTest {
  readonly ids: Ids;
  /** Lets enough time pass for the next id to sort after the last. */
  pass(): Promise<void>;
}

/** What every Ids keeps to. */
export function describeIdsContract(name: string, create: () => IdsUnderTest): void {
  describe(`Ids contract: ${name}`, () => {
    it("never gives the same twice, in letters and digits alone", () => {
      const { ids } = create();
      const made = Array.from({ length: 5_000 }, () => ids.next());
      assert.equal(new Set(made).size, made.length);
      // Also where a file system does not tell upper from lower case.
      assert.equal(new Set(made.map((id) => id.toLowerCase())).size, made.length);
      for (const id of made) assert.match(id, /^[0-9A-Za-z]{4,64}$/);
    });

    it("gives ids that sort by the time of their making", async () => {
      const { ids, pass } = create();
      const made: string[] = [];
      for (let index = 0; index < 10; index++) {
        made.push(ids.next());
        await pass();
      }
      assert.deepEqual([...made].sort(), made);
    });
  });
}
