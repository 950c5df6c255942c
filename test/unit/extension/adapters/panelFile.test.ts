import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPanelFile } from "../../../../src/extension/adapters/panelFile";
import { createRecordingLog } from "../../../support/fakes/log";

describe("createPanelFile", () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "cairn-panel-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const open = () => {
    const log = createRecordingLog();
    return { panel: createPanelFile({ file: join(folder, "deep", "panel.json"), log }), log };
  };

  it("begins empty and keeps what was changed for the next process", async () => {
    const { panel, log } = open();
    assert.deepEqual(await panel.read(), { drafts: {} });
    await panel.change((before) => ({ ...before, drafts: { c1: "half a thought", "": "" } }));
    await panel.change((before) => ({ ...before, chatId: "c1" }));
    assert.deepEqual(await open().panel.read(), { chatId: "c1", drafts: { c1: "half a thought" } });
    await panel.change(({ drafts }) => ({ drafts }));
    assert.deepEqual(await open().panel.read(), { drafts: { c1: "half a thought" } });
    assert.deepEqual(log.lines, []);
  });

  it("reads the one draft that earlier builds kept", async () => {
    await open().panel.change(() => ({ drafts: {} }));
    for (const [text, state] of [['{"chatId":"c1","draft":"half"}', { chatId: "c1", drafts: { c1: "half" } }], ['{"draft":"new"}', { drafts: { "": "new" } }], ['{"chatId":"c1","draft":""}', { chatId: "c1", drafts: {} }]] as const) {
      writeFileSync(join(folder, "deep", "panel.json"), text);
      assert.deepEqual(await open().panel.read(), state);
    }
  });

  it("keeps the newest of many changes at once, and leaves no other file", async () => {
    const { panel } = open();
    await Promise.all(Array.from({ length: 50 }, (_, index) => panel.change((before) => ({ ...before, drafts: { c1: `${before.drafts["c1"] ?? ""}${index % 10}` } }))));
    assert.equal((await open().panel.read()).drafts["c1"], "0123456789".repeat(5));
    assert.deepEqual(readdirSync(join(folder, "deep")), ["panel.json"]);
  });

  it("takes a damaged file for none, and a folder that cannot be written for a warning", async () => {
    await open().panel.change((before) => ({ ...before, drafts: { c1: "x" } }));
    writeFileSync(join(folder, "deep", "panel.json"), '{"draft": 3');
    const damaged = open();
    assert.deepEqual(await damaged.panel.read(), { drafts: {} });
    assert.equal(damaged.log.lines.length, 1);
    rmSync(join(folder, "deep"), { recursive: true });
    writeFileSync(join(folder, "deep"), "a file where the folder should be");
    const blocked = open();
    await blocked.panel.change((before) => ({ ...before, drafts: { "": "kept in memory" } }));
    assert.equal((await blocked.panel.read()).drafts[""], "kept in memory");
    assert.ok(blocked.log.lines.length > 0);
  });
});
