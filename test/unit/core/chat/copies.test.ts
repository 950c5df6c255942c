import assert from "node:assert/strict";
import { continueChat, duplicateChat, type Copy } from "../../../../src/core/chat/copies";
import { buildMessages } from "../../../../src/core/chat/prompt";
import { emptyChat, type ChatState, type Turn } from "../../../../src/core/protocol/chatState";
import type { SessionEvent } from "../../../../src/core/protocol/events";
import { reduce } from "../../../../src/core/protocol/reduce";
import { createCountingIds } from "../../../support/fakes/ids";

const options = { ids: createCountingIds("copy"), folder: { name: "shop", uri: "file:///shop" } };

function turn(turnId: string, question: string, answer: string, more: Partial<Turn> = {}): Turn {
  const block = { isOpen: false, startedAt: 1, endedAt: 2 } as const;
  return {
    turnId, model: "m", startedAt: 1, endedAt: 2, status: "done", stopReason: "end_turn",
    blocks: [
      ...(question === "" ? [] : [{ ...block, blockId: `${turnId}q`, role: "user" as const, block: { kind: "text" as const }, text: question }]),
      { ...block, blockId: `${turnId}t`, role: "assistant", block: { kind: "thinking" }, text: "hm" },
      { ...block, blockId: `${turnId}a`, role: "assistant", block: { kind: "text" }, text: answer },
    ],
    ...more,
  };
}

function chatOf(...turns: readonly Turn[]): ChatState {
  return { ...emptyChat("old"), seq: 9, title: "Sums", model: "m", effort: "high", turns };
}

/** What the copy's events make, as any window would read them. */
function read({ chatId, events }: Copy): ChatState {
  return events.reduce<ChatState>((state, body, index) => reduce(state, { v: 1, id: `e${index}`, seq: index + 1, at: 5, ...body } as SessionEvent), emptyChat(chatId)); // body + envelope is the event
}

const texts = (chat: ChatState): readonly string[] => chat.turns.map((item) => item.blocks.map((block) => block.text).join("|"));

describe("duplicateChat", () => {
  it("is a chat of its own with all turns, their order and their repetitions", () => {
    const usage = { model: "m", inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWrite5mTokens: 0, cacheWrite1hTokens: 0 };
    const old = chatOf(turn("1", "one", "eins", { usage }), turn("2", "two", "half", { parentTurnId: "1", status: "interrupted" }), turn("3", "", "zwei", { parentTurnId: "1", retryOf: "2", effort: "low" }), turn("4", "x".repeat(70_000), "vier", { parentTurnId: "3", status: "running" }));
    const copy = duplicateChat(old, options);
    const chat = read(copy);
    assert.deepEqual([chat.title, chat.model, chat.effort], ["Sums (copy)", "m", "high"]);
    assert.deepEqual(texts(chat), texts(old));
    assert.deepEqual(chat.turns.map((item) => item.status), ["done", "interrupted", "done", "interrupted"]);
    assert.deepEqual([chat.turns[2]?.retryOf, chat.turns[2]?.parentTurnId, chat.turns[2]?.effort], [chat.turns[1]?.turnId, chat.turns[0]?.turnId, "low"]);
    assert.deepEqual(buildMessages(chat, chat.turns[3]?.turnId ?? ""), buildMessages(old, "4"));
    assert.equal(chat.turns[0]?.usage, undefined, "what was paid once is not counted twice");
    assert.deepEqual(copy.events.filter((event) => event.type === "chat.forked"), [{ type: "chat.forked", chatId: copy.chatId, fromChatId: "old", fromTurnId: "4" }]);
    const ids = old.turns.flatMap((item) => [item.turnId, ...item.blocks.map((block) => block.blockId)]);
    assert.deepEqual(chat.turns.flatMap((item) => [item.turnId, ...item.blocks.map((block) => block.blockId)]).filter((id) => ids.includes(id)), []);
  });
});

describe("continueChat", () => {
  it("carries the last turns that fit into a quarter of what the model reads, without thinking", () => {
    const old = chatOf(turn("1", "a".repeat(300), "A".repeat(300)), turn("2", "b".repeat(300), "B".repeat(300), { parentTurnId: "1" }), turn("3", "c".repeat(300), "C".repeat(100), { parentTurnId: "2" }));
    const chat = read(continueChat(old, 1_000, options));
    assert.equal(chat.title, "Sums (continued)");
    assert.deepEqual(texts(chat), [`${"b".repeat(300)}|${"B".repeat(300)}`, `${"c".repeat(300)}|${"C".repeat(100)}`]);
    assert.deepEqual(chat.turns.map((item) => item.parentTurnId), [undefined, chat.turns[0]?.turnId]);
  });

  it("follows the branch that was kept, and asks the question where the answer was a retry", () => {
    const old = chatOf(turn("1", "one", "wrong"), turn("2", "", "right", { retryOf: "1" }));
    const chat = read(continueChat(old, undefined, options));
    assert.deepEqual(texts(chat), ["one|right"]);
    assert.equal(chat.turns[0]?.retryOf, undefined);
  });

  it("cuts the last turn where even that is too long, and leaves its files out", () => {
    const long = turn("1", "a".repeat(5_000), "🫖".repeat(3_000));
    const file = { blockId: "f", role: "user", block: { kind: "attachment", path: "a.ts", language: "typescript" }, text: "f".repeat(9_000), isOpen: false } as const;
    const chat = read(continueChat(chatOf({ ...long, blocks: [file, ...long.blocks] }), 1_000, options));
    const [blocks] = texts(chat);
    assert.ok(blocks !== undefined && blocks.length <= 1_001 && blocks.isWellFormed(), String(blocks?.length));
    assert.match(blocks, /^…a+\|…🫖+$/u);
  });

  it("keeps a question that got no word of answer for the box", () => {
    const failure = { code: "contextExceeded", message: "Too long." } as const;
    const lost = turn("2", "and now?", "", { parentTurnId: "1", status: "failed", failure });
    const copy = continueChat(chatOf(turn("1", "one", "eins"), { ...lost, blocks: lost.blocks.slice(0, 1) }), 1_000, options);
    assert.deepEqual([texts(read(copy)), copy.draft], [["one|eins"], "and now?"]);
    const only = continueChat(chatOf({ ...lost, blocks: lost.blocks.slice(0, 1) }), 1_000, options);
    assert.deepEqual([texts(read(only)), only.draft], [[], "and now?"]);
  });
});
