import assert from "node:assert/strict";
import path from "node:path";
import { runDamages } from "../../torture/damages";
import { runKills } from "../../torture/kills";
import { runWriters } from "../../torture/writers";
import { seeded } from "../../support/random";
import { bundleForNode } from "../extension/adapters/bundle";
import { createTemporaryFolder } from "../extension/adapters/temporaryFolder";

const wasmPath = path.resolve("node_modules/sql.js/dist/sql-wasm.wasm");

/** The short form of `npm run torture`. */
describe("storage under torture", function () {
  this.timeout(60_000);
  let folder: string;
  let script: string;
  let remove: () => Promise<void>;
  before(async () => {
    ({ folder, remove } = await createTemporaryFolder());
    script = path.join(folder, "child.js");
    await bundleForNode({ entry: "test/torture/child.ts" }, script);
  });
  after(() => remove());

  it("keeps every acknowledged event, once, when writing processes are killed", seeded(async ({ seed }) => {
    const { kills, acknowledged, missing, doubled, blobs, problems } = await runKills({ folder, script, wasmPath, seed, kills: 12 });
    assert.deepEqual({ kills, missing, doubled, problems }, { kills: 12, missing: 0, doubled: 0, problems: [] });
    assert.ok(acknowledged > 12 && blobs > 0, `only ${acknowledged} events and ${blobs} blobs were acknowledged`);
  }));

  it("gives each chat one history when several processes write in one folder", seeded(async ({ seed }) => {
    const { chats, acknowledged, missing, doubled, blobs, problems } = await runWriters({ folder, script, seed, writers: 4, turns: 6 });
    assert.deepEqual({ chats, missing, doubled, problems }, { chats: 11, missing: 0, doubled: 0, problems: [] });
    assert.ok(acknowledged > 4 * 3 * 6 * 8 && blobs > 10, `only ${acknowledged} events and ${blobs} blobs were acknowledged`);
  }));

  it("reads all that is intact beside flips, cuts and inserts", seeded(async ({ seed }) => {
    const { flips, cuts, inserts, linesRead, linesMissing, problems } = await runDamages({ folder, wasmPath, seed, damages: 25 });
    assert.deepEqual({ damages: flips + cuts + inserts, linesMissing, problems }, { damages: 25, linesMissing: 0, problems: [] });
    assert.ok(linesRead > 0);
  }));
});
