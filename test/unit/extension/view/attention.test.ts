import assert from "node:assert/strict";
import { createAttention, type AttentionOptions } from "../../../../src/extension/view/attention";

function setUp(overrides: Partial<AttentionOptions> = {}) {
  const shown = new Set<string>();
  const counts: number[] = [];
  const messages: string[] = [];
  const opened: string[] = [];
  const attention = createAttention({
    shownChats: async () => shown,
    isOurs: (chatId) => chatId !== "theirs",
    titleOf: async (chatId) => `Chat ${chatId}`,
    showCount: (count) => counts.push(count),
    notify: async (message) => (messages.push(message), false),
    open: async (chatId) => void opened.push(chatId),
    ...overrides,
  });
  return { attention, shown, counts, messages, opened };
}

describe("attention", () => {
  it("is asked for by answers that end out of sight, until their chat is looked at", async () => {
    const { attention, shown, counts, messages } = setUp();
    shown.add("c");
    for (const chatId of ["a", "b", "c", "a"]) await attention.ended({ chatId, status: "done" });
    assert.deepEqual([counts, messages], [[1, 2, 2], ["Claude has answered: Chat a", "Claude has answered: Chat b", "Claude has answered: Chat a"]]);
    await attention.looked();
    assert.deepEqual(counts.slice(3), [], "neither is in sight yet");
    shown.add("b");
    await attention.looked();
    attention.deleted("a");
    attention.deleted("a");
    assert.deepEqual(counts.slice(3), [1, 0]);
  });

  it("says of a failure that it is one, and opens the chat on request", async () => {
    const { attention, opened, messages } = setUp({ notify: async (message) => (messages.push(message), true) });
    await attention.ended({ chatId: "a", status: "failed" });
    assert.deepEqual([messages, opened], [["Claude could not answer: Chat a"], ["a"]]);
  });

  it("is not asked for by what the person stopped, by a closing window, or by another window's answers", async () => {
    const { attention, counts, messages } = setUp();
    await attention.ended({ chatId: "a", status: "cancelled" });
    await attention.ended({ chatId: "a", status: "interrupted" });
    await attention.ended({ chatId: "theirs", status: "done" });
    assert.deepEqual([counts, messages], [[], []]);
  });
});
