import assert from "node:assert/strict";
import type { BlockKind } from "../../../../src/core/protocol/blocks";
import type { EventBody, SessionEvent } from "../../../../src/core/protocol/events";
import { createDocumentReader, type ChatDocument, type ContentOf } from "../../../../src/core/store/search/documents";

const PLACE = { chatId: "chat", turnId: "turn" };

/** Each event's line is as long as it says, 100 bytes if it says nothing. */
function read(events: readonly EventBody[], contentOf?: ContentOf): { readonly documents: readonly ChatDocument[]; readonly openFrom: number | undefined; readonly open: readonly ChatDocument[] } {
  const reader = createDocumentReader("chat", contentOf);
  const documents = events.flatMap((body, index) => reader.take({ v: 1, id: `e${index}`, seq: index + 1, at: 1_000 + index, ...body } as SessionEvent, index * 100, (index + 1) * 100)); // body and envelope together
  const openFrom = reader.openFrom();
  return { documents, openFrom, open: reader.takeOpen(events.length * 100) };
}

const begun = (blockId: string, block: BlockKind, role: "user" | "assistant" = "assistant"): EventBody => ({ type: "block.started", ...PLACE, blockId, role, block });
const part = (blockId: string, offset: number, text: string): EventBody => ({ type: "block.part", ...PLACE, blockId, offset, text });
const ended = (blockId: string): EventBody => ({ type: "block.ended", ...PLACE, blockId });
const summary = (documents: readonly ChatDocument[]): readonly unknown[] => documents.map(({ kind, blockId, text, start, length }) => [kind, blockId, text, start, length]);

describe("createDocumentReader", () => {
  it("puts a block's pieces together, each once, when it ends", () => {
    const { documents, openFrom } = read([begun("b", { kind: "text" }, "user"), part("b", 0, "one "), part("b", 0, "one "), part("b", 2, "e two"), part("b", 99, "lost"), ended("b")]);
    assert.deepEqual(documents, [{ kind: "user", turnId: "turn", blockId: "b", at: 1_000, text: "one two", start: 0, length: 600 }]);
    assert.equal(openFrom, undefined);
  });

  it("waits for the end of a block, or of its turn", () => {
    const events = [begun("a", { kind: "text" }), begun("b", { kind: "text" }), part("b", 0, "said"), part("a", 0, "half"), ended("b")];
    const open = read(events);
    assert.deepEqual([summary(open.documents), open.openFrom, summary(open.open)], [[["assistant", "b", "said", 100, 400]], 0, [["assistant", "a", "half", 0, 500]]]);
    const over = read([...events, { type: "turn.ended", ...PLACE, status: "cancelled" }]);
    assert.deepEqual([summary(over.documents.slice(1)), over.openFrom], [[["assistant", "a", "half", 0, 600]], undefined]);
  });

  it("takes tools with what they were given and what they said", () => {
    const { documents } = read([
      { type: "tool.requested", ...PLACE, callId: "c", tool: "grep", input: { path: "src/a.ts", deep: [{ pattern: "todo" }, 5] } },
      { type: "tool.ended", ...PLACE, callId: "c", status: "ok", output: "found", durationMs: 1 },
    ]);
    assert.deepEqual(summary(documents), [["tool", "c", "grep\nsrc/a.ts\ntodo\nfound", 0, 200]]);
  });

  it("takes the whole of what is kept apart, and the excerpt where it cannot be had", () => {
    const events: readonly EventBody[] = [
      { type: "tool.requested", ...PLACE, callId: "c", tool: "write", input: "in…", inputBlob: { sha256: "input", sizeBytes: 1 } },
      { type: "tool.ended", ...PLACE, callId: "c", status: "ok", output: "out…", outputBlob: { sha256: "output", sizeBytes: 1 }, durationMs: 1 },
      { type: "edit.proposed", ...PLACE, editId: "e", path: "a.ts", baseHash: "0", edit: null, editBlob: { sha256: "edit", sizeBytes: 1 } },
      { type: "plan.proposed", ...PLACE, planId: "p", text: "plan…", textBlob: { sha256: "plan", sizeBytes: 1 } },
      { type: "question.answered", ...PLACE, questionId: "q", answer: "answer…", answerBlob: { sha256: "answer", sizeBytes: 1 } },
      begun("b", { kind: "tool", tool: "copied", input: "in…", inputBlob: { sha256: "input", sizeBytes: 1 }, outputBlob: { sha256: "output", sizeBytes: 1 } }),
      ended("b"),
    ];
    const contents: Readonly<Record<string, unknown>> = { input: { path: "whole input" }, output: "whole output", edit: [{ new: "whole edit" }], plan: "whole plan", answer: "whole answer" };
    const texts = (contentOf: (sha256: string) => unknown) => read(events, ({ sha256 }) => contentOf(sha256)).documents.map(({ text }) => text);
    assert.deepEqual(texts((sha256) => contents[sha256]), ["write\nwhole input\nwhole output", "a.ts\nwhole edit\n", "whole plan", "whole answer", "copied\nwhole input\nwhole output"]);
    assert.deepEqual(texts(() => undefined), ["write\nin…\nout…", "a.ts", "plan…", "answer…", "copied\nin…\n"]);
  });

  it("takes edits, titles, notices and notes as they come, and nothing that is empty", () => {
    const { documents } = read([
      { type: "chat.created", chatId: "chat", title: "" },
      { type: "chat.renamed", chatId: "chat", title: "Name" },
      { type: "edit.proposed", ...PLACE, editId: "e", path: "src/a.ts", baseHash: "0", edit: [{ old: "before", new: "after" }] },
      { type: "notice", chatId: "chat", level: "info", text: "careful" },
      { type: "question.asked", ...PLACE, questionId: "q", text: "which?", choices: ["this", "that"] },
    ]);
    assert.deepEqual(summary(documents), [
      ["title", undefined, "Name", 100, 100],
      ["edit", "e", "src/a.ts\nbefore\n\nafter\n", 200, 100],
      ["notice", "e3", "careful", 300, 100],
      ["note", "q", "which?\nthis\nthat", 400, 100],
    ]);
  });

  it("leaves out thinking, and of attachments all but the path", () => {
    const { documents, openFrom } = read([
      begun("t", { kind: "thinking" }), part("t", 0, "hidden"), ended("t"),
      begun("a", { kind: "attachment", path: "src/a.ts", language: "ts" }, "user"), part("a", 0, "content"), ended("a"),
      begun("u", { kind: "thinking" }),
    ]);
    assert.deepEqual(summary(documents), [["attachment", "a", "src/a.ts", 300, 100]]);
    // Still to be known as thinking when its next piece comes.
    assert.equal(openFrom, 600);
  });

  it("takes nothing of other chats, and no piece without its beginning", () => {
    const { documents, open } = read([{ type: "chat.renamed", chatId: "other", title: "Other" }, part("b", 0, "text"), ended("b")]);
    assert.deepEqual([documents, open], [[], []]);
  });
});
