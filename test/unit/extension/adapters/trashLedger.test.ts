import assert from "node:assert/strict";
import { readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { EMPTY_LEDGER } from "../../../../src/core/store/housekeeping";
import { createTrashLedger } from "../../../../src/extension/adapters/trashLedger";
import { createRecordingLog } from "../../../support/fakes/log";
import { createTemporaryFolder } from "./temporaryFolder";

describe("createTrashLedger", () => {
  let root: string;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    const made = await createTemporaryFolder();
    [root, remove] = [path.join(made.folder, "data"), made.remove];
  });
  afterEach(() => remove());

  it("keeps what was written, for whoever reads next", async () => {
    const ledger = { lookedAt: 7, elapsedMs: -3, chats: { c1: { deletedAt: 5, seenMs: -4 } } };
    await createTrashLedger({ root, log: createRecordingLog() }).write(ledger);
    assert.deepEqual(await createTrashLedger({ root, log: createRecordingLog() }).read(), ledger);
    assert.deepEqual(await readdir(root), ["trash.json"]);
  });

  it("begins anew where there is none, or one that says nothing: chats then stay for longer", async () => {
    const log = createRecordingLog();
    const ledger = createTrashLedger({ root, log });
    assert.deepEqual([await ledger.read(), log.lines], [EMPTY_LEDGER, []]);
    await ledger.write(EMPTY_LEDGER);
    for (const text of ["{", "[]", '{"lookedAt":"x","elapsedMs":0,"chats":{}}']) {
      await writeFile(path.join(root, "trash.json"), text);
      assert.deepEqual(await ledger.read(), EMPTY_LEDGER);
    }
    assert.equal(log.lines.length, 3);
  });
});
