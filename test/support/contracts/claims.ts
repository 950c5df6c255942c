import assert from "node:assert/strict";
import type { Claims } from "../../../src/core/ports";

/** Windows that share one place to claim streams in. */
export interface ClaimsStage {
  window(writer: string): { readonly claims: Claims; kill(): Promise<void> };
  close(): Promise<void>;
}

/** What all Claims keep to. */
export function describeClaimsContract(name: string, open: () => Promise<ClaimsStage>): void {
  describe(`Claims contract: ${name}`, () => {
    let stage: ClaimsStage;
    const stream = "chats/c1/chat1";

    beforeEach(async () => {
      stage = await open();
    });
    afterEach(() => stage.close());

    it("gives a stream to the first who claims it, and says who has it to the others", async () => {
      const [one, two] = [stage.window("one"), stage.window("two")];
      assert.equal(await one.claims.claim(stream), undefined);
      assert.equal(await one.claims.claim(stream), undefined);
      assert.equal(await two.claims.claim(stream), "one");
      assert.equal(await two.claims.claim("chats/c2/chat2"), undefined);
    });

    it("lets the next have what was given up, again and again", async () => {
      const [one, two] = [stage.window("one"), stage.window("two")];
      for (let round = 0; round < 3; round++) {
        assert.equal(await one.claims.claim(stream), undefined);
        assert.equal(await two.claims.claim(stream), "one");
        await one.claims.release(stream);
        assert.equal(await two.claims.claim(stream), undefined);
        assert.equal(await one.claims.claim(stream), "two");
        await two.claims.release(stream);
      }
    });

    it("gives up nothing of another's, and nothing that was never had", async () => {
      const [one, two] = [stage.window("one"), stage.window("two")];
      await one.claims.claim(stream);
      await two.claims.release(stream);
      assert.equal(await two.claims.claim(stream), "one");
    });

    it("lets anybody have what a dead window had", async () => {
      const [one, two, three] = [stage.window("one"), stage.window("two"), stage.window("three")];
      await one.claims.claim(stream);
      await one.kill();
      assert.equal(await two.claims.claim(stream), undefined);
      assert.equal(await three.claims.claim(stream), "two");
    });

    it("gives to one alone what many find free at once", async () => {
      const windows = Array.from({ length: 6 }, (_, index) => stage.window(`w${index}`));
      const dead = stage.window("dead");
      for (let round = 0; round < 5; round++) {
        const name = `chats/r/round${round}`;
        if (round % 2 === 0) await dead.claims.claim(name);
        if (round === 4) await dead.kill();
        if (round === 2 || round === 0) await dead.claims.release(name);
        const owners = await Promise.all(windows.map((window) => window.claims.claim(name)));
        assert.equal(owners.filter((owner) => owner === undefined).length, 1, owners.join(" "));
      }
    });

    it("tells who has a stream that it is wanted, until it changes hands", async () => {
      const [one, two] = [stage.window("one"), stage.window("two")];
      await one.claims.claim(stream);
      assert.deepEqual(await one.claims.wanted(), []);
      await two.claims.want(stream);
      assert.deepEqual([await one.claims.wanted(), await two.claims.wanted()], [[stream], []]);
      await one.claims.release(stream);
      assert.equal(await two.claims.claim(stream), undefined);
      assert.deepEqual([await one.claims.wanted(), await two.claims.wanted()], [[], []]);
    });

    it("gives all up at the end", async () => {
      const [one, two] = [stage.window("one"), stage.window("two")];
      await one.claims.claim(stream);
      await one.claims.claim("chats/c2/chat2");
      await one.claims.close();
      assert.deepEqual([await two.claims.claim(stream), await two.claims.claim("chats/c2/chat2")], [undefined, undefined]);
    });
  });
}
