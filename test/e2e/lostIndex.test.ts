import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SCHEMA_VERSION } from "../../src/core/store/migrations";
import { openLocalDb } from "../../src/extension/adapters/localDb";
import { generateChats } from "../support/chatGenerator";
import { SQL_WASM } from "../support/fakes/db";
import { notification, statusBar } from "./support/panel";
import { useStage } from "./support/stage";

const CHATS = 300;

describe("the index, which is lost", function () {
  const { workbench, panel, reopenPanel, server } = useStage({
    // Much to read, and no index: as after a restored backup that left it out.
    prepare: () => void generateChats(workbench.globalStorageDir, { seed: 4, chats: CHATS, messages: 12_000, bytes: 150_000_000 }),
  });
  const image = (): string => join(workbench.globalStorageDir, "index.sqlite");
  const read = async (): Promise<void> => {
    await panel.history.click();
    const told = panel.frame.getByRole("progressbar", { name: /^Reading your chats: \d+ %$/ });
    await told.waitFor();
    await statusBar(workbench, /Cairn: reading your chats: \d+ %/).waitFor();
    await panel.chats.first().waitFor({ timeout: 40_000 });
    await told.waitFor({ state: "detached" });
    await statusBar(workbench, "reading your chats").waitFor({ state: "detached" });
    assert.ok((await panel.chats.count()) >= 200);
  };

  it("is made again from the journals, and how far that is stands in the history and the status bar", async function () {
    this.timeout(90_000);
    await read();
    await workbench.screenshot("history-read-anew");
  });

  it("is left alone where a newer Cairn wrote it: all chats are there, and that is said", async function () {
    this.timeout(90_000);
    const scratch = join(workbench.userDataDir, "newer.sqlite");
    const db = await openLocalDb({ wasmPath: SQL_WASM, imagePath: scratch });
    await db.batch([{ sql: "CREATE TABLE conversations (name)" }, { sql: `PRAGMA user_version = ${SCHEMA_VERSION + 1}` }]);
    await db.save();
    await db.close();
    const newer = readFileSync(scratch);
    rmSync(scratch);
    workbench.killExtensionHost(); // it would write its own over it when it ends
    writeFileSync(image(), newer);
    await workbench.reload();
    await reopenPanel();
    await read();
    await notification(workbench, "A newer Cairn has used your chats").waitFor();
    await panel.chats.first().getByRole("button").first().click();
    await panel.conversation.waitFor();
    assert.deepEqual(readFileSync(image()), newer);
  });

  it("and the server saw nothing it did not expect", () => {
    assert.deepEqual(server.unexpected, []);
  });
});
