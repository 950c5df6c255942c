import assert from "node:assert/strict";
import type { PanelMemory } from "../../../../src/core/ports";
import { createTabMemory, observed } from "../../../../src/extension/view/panelMemory";
import { createMemoryPanel } from "../../../support/fakes/panel";

describe("a tab's memory", () => {
  it("has a chat of its own and the window's drafts", async () => {
    const window: PanelMemory = createMemoryPanel({ chatId: "side", drafts: { a: "half" } });
    const tab = createTabMemory(window, "a");
    assert.deepEqual(await tab.read(), { chatId: "a", drafts: { a: "half" } });
    await tab.change((before) => ({ ...before, drafts: { ...before.drafts, a: "more", b: "new" } }));
    await tab.change(({ drafts }) => ({ chatId: "b", drafts }));
    assert.deepEqual([await tab.read(), await window.read()], [{ chatId: "b", drafts: { a: "more", b: "new" } }, { chatId: "side", drafts: { a: "more", b: "new" } }]);
    await tab.change(({ drafts }) => ({ drafts }));
    await window.change((before) => ({ ...before, chatId: "c" }));
    assert.deepEqual(await tab.read(), { drafts: { a: "more", b: "new" } });
  });
});

describe("observed", () => {
  it("tells after each change, when it can be read", async () => {
    const seen: (string | undefined)[] = [];
    const panel = createMemoryPanel();
    const watched = observed(panel, () => void panel.read().then(({ chatId }) => seen.push(chatId)));
    await watched.change(({ drafts }) => ({ chatId: "a", drafts }));
    await watched.read();
    assert.deepEqual(seen, ["a"]);
  });
});
