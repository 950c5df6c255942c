import assert from "node:assert/strict";
import { buildMessages, buildSystem } from "../../../../src/core/chat/prompt";
import { emptyChat, type Block, type Turn } from "../../../../src/core/protocol/chatState";

function block(role: "user" | "assistant", text: string, kind: Block["block"] = { kind: "text" }): Block {
  return { blockId: `${role}-${text}`, role, block: kind, text, isOpen: false };
}

function turn(turnId: string, parentTurnId: string | undefined, blocks: readonly Block[], more: Partial<Turn> = {}): Turn {
  return { turnId, model: "m", startedAt: 0, status: "done", blocks, ...(parentTurnId === undefined ? {} : { parentTurnId }), ...more };
}

function chatOf(...turns: readonly Turn[]): Parameters<typeof buildMessages>[0] {
  return { ...emptyChat("c"), turns };
}

describe("buildMessages", () => {
  it("gives the turns in order, attachments before the question, thinking left out", () => {
    const chat = chatOf(
      turn("1", undefined, [
        block("user", "code", { kind: "attachment", path: "a.ts", language: "ts" }),
        block("user", "what is it?"),
        block("assistant", "hm", { kind: "thinking" }),
        block("assistant", "code "),
      ]),
      turn("2", "1", [block("user", "and now?")]),
    );
    assert.deepEqual(buildMessages(chat, "2"), [
      { role: "user", content: ['<attachment path="a.ts" language="ts">\ncode\n</attachment>', "what is it?"] },
      { role: "assistant", content: ["code"] },
      { role: "user", content: ["and now?"] },
    ]);
  });

  it("asks a retried question again without the answer it replaces", () => {
    const chat = chatOf(
      turn("1", undefined, [block("user", "first"), block("assistant", "answer")]),
      turn("2", "1", [block("user", "second"), block("assistant", "half an ans")], { status: "interrupted" }),
      turn("3", "1", [], { retryOf: "2", status: "interrupted" }),
      turn("4", "1", [], { retryOf: "3" }),
    );
    assert.deepEqual(buildMessages(chat, "4"), [
      { role: "user", content: ["first"] },
      { role: "assistant", content: ["answer"] },
      { role: "user", content: ["second"] },
    ]);
  });

  it("joins a question without an answer with the next one, so that roles alternate", () => {
    const chat = chatOf(turn("1", undefined, [block("user", "one")], { status: "cancelled" }), turn("2", "1", [block("user", "two")]));
    assert.deepEqual(buildMessages(chat, "2"), [{ role: "user", content: ["one", "two"] }]);
  });

  it("ends on a loop of parents", () => {
    assert.equal(buildMessages(chatOf(turn("1", "2", [block("user", "a")]), turn("2", "1", [block("user", "b")])), "2").length, 1);
  });
});

describe("buildSystem", () => {
  it("sends the workspace's instruction files after Cairn's own words", () => {
    const system = buildSystem([{ path: "AGENTS.md", text: "Use tabs." }]);
    assert.equal(system.length, 2);
    assert.match(system[1] ?? "", /AGENTS\.md[\s\S]*Use tabs\./);
  });
});
