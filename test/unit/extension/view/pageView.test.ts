import assert from "node:assert/strict";
import { emptyChat } from "../../../../src/core/protocol/chatState";
import type { SessionEvent } from "../../../../src/core/protocol/events";
import { hasGap, reduce } from "../../../../src/core/protocol/reduce";
import { createPageFilter, withoutAttachedText } from "../../../../src/extension/view/pageView";

const at = { v: 1, at: 1, chatId: "c", turnId: "t" } as const;
const events: readonly SessionEvent[] = [
  { ...at, id: "1", seq: 1, type: "turn.started", model: "m" },
  { ...at, id: "2", seq: 2, type: "block.started", blockId: "a", role: "user", block: { kind: "attachment", path: "a.ts", language: "ts" } },
  { ...at, id: "3", seq: 3, type: "block.part", blockId: "a", offset: 0, text: "the file's " },
  { ...at, id: "4", seq: 4, type: "block.part", blockId: "a", offset: 11, text: "text" },
  { ...at, id: "5", seq: 5, type: "block.ended", blockId: "a" },
  { ...at, id: "6", seq: 6, type: "block.started", blockId: "q", role: "user", block: { kind: "text" } },
  { ...at, id: "7", seq: 7, type: "block.part", blockId: "q", offset: 0, text: "question" },
];

describe("what the page is sent", () => {
  it("holds no attached text, as events or as a whole, and the page sees no gap in it", () => {
    const forPage = createPageFilter();
    let page = emptyChat("c");
    for (const event of events.map(forPage)) {
      assert.equal(hasGap(page, event), false);
      page = reduce(page, event);
    }
    assert.equal(JSON.stringify(page).includes("the file"), false);
    assert.deepEqual(page, withoutAttachedText(events.reduce(reduce, emptyChat("c"))));
    assert.equal(page.turns[0]?.blocks[1]?.text, "question");
  });
});
