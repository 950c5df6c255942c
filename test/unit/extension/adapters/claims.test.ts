import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { createClaims } from "../../../../src/extension/adapters/claims";
import { describeClaimsContract } from "../../../support/contracts/claims";
import { createMemoryClaims } from "../../../support/fakes/claims";
import { createTemporaryFolder } from "./temporaryFolder";

describeClaimsContract("files", async () => {
  const { folder, remove } = await createTemporaryFolder();
  const dead = new Set<string>();
  return {
    window: (writer) => ({
      claims: createClaims({ root: folder, writer, start: async () => undefined, isAlive: async (name) => !dead.has(name) }),
      kill: async () => void dead.add(writer),
    }),
    close: remove,
  };
});

describeClaimsContract("memory", async () => {
  const first = createMemoryClaims("nobody");
  return {
    window(writer) {
      const claims = first.shareWith(writer);
      return { claims, kill: async () => claims.kill() };
    },
    close: async () => undefined,
  };
});

describe("createClaims", () => {
  it("leaves one small file of its own beside a chat's journals, however often it changes hands", async () => {
    const { folder, remove } = await createTemporaryFolder();
    const claims = createClaims({ root: folder, writer: "one", start: async () => undefined, isAlive: async () => true });
    for (let round = 0; round < 5; round++) {
      await claims.claim("chats/c1/chat1");
      await claims.release("chats/c1/chat1");
    }
    assert.deepEqual((await readdir(path.join(folder, "chats/c1/chat1"))).map((name) => name.replace(/\d+$/, "N")), ["owner.N"]);
    await remove();
  });

  it("takes no name that leads elsewhere", async () => {
    const claims = createClaims({ root: "/nowhere", writer: "one", start: async () => undefined, isAlive: async () => true });
    await assert.rejects(claims.claim("../../etc"), RangeError);
  });
});
