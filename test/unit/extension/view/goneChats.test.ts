import assert from "node:assert/strict";
import { emptyChat, type ChatState } from "../../../../src/core/protocol/chatState";
import { createGoneChats } from "../../../../src/extension/view/goneChats";
import { createMemoryPanel } from "../../../support/fakes/panel";

function stage(inMemory: readonly string[]) {
  const memory = new Set(inMemory);
  const said: string[] = [];
  const panel = createMemoryPanel({ chatId: "shown", drafts: { "": "new one", shown: "half a question", other: "kept" } });
  const gone = createGoneChats({
    panel,
    sessions: {
      forget: (chatIds) => chatIds.flatMap((chatId): ChatState | [] => (memory.delete(chatId) ? { ...emptyChat(chatId), title: `about ${chatId}` } : [])),
      remember: (chatIds) => void chatIds.forEach((chatId) => said.push(`remember ${chatId}`)),
    },
    shownChats: async () => new Set(["shown"]),
    stop: async (chatId) => void said.push(`stop ${chatId}`),
    onChanged: () => void said.push("changed"),
    tellRemoved: (title) => void said.push(`tell ${title}`),
  });
  return { gone, panel, said };
}

describe("chats that are gone for good", () => {
  it("leave nothing in the window that removed them, drafts included, and are not told of to whom removed them", async () => {
    const { gone, panel, said } = stage(["shown", "behind"]);
    await gone.letGo(["shown", "behind", "never"]);
    assert.deepEqual([said, await panel.read()], [["stop shown", "stop behind", "changed"], { drafts: { "": "new one", other: "kept" } }]);
  });

  it("are told of where somebody looks at them, in another window", async () => {
    const { gone, said } = stage(["shown", "behind"]);
    await gone.hear({ purged: ["shown", "behind"], returned: ["back"] });
    assert.deepEqual(said, ["remember back", "stop shown", "stop behind", "changed", "tell about shown"]);
  });

  it("make no stir where there are none", async () => {
    const { gone, panel, said } = stage([]);
    const before = await panel.read();
    await gone.hear({ purged: [], returned: [] });
    assert.deepEqual([said, await panel.read()], [[], before]);
  });
});
