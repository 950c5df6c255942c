import assert from "node:assert/strict";
import { createMovePayloads, excerpt, MAX_INLINE_LENGTH, movePayload } from "../../../../src/core/chat/payloads";
import { encodeLine } from "../../../../src/core/store/line";
import { readBlobText } from "../../../../src/core/store/blobContent";
import type { BlobRef } from "../../../../src/core/protocol/blocks";
import type { ChatEvent, EventBody } from "../../../../src/core/protocol/events";
import { createMemoryBlobs } from "../../../support/fakes/blobs";
import { seeded } from "../../../support/random";

const turn = { chatId: "c", turnId: "t" } as const;
const long = (end = ""): string => `begin ${"x".repeat(MAX_INLINE_LENGTH)}${end} end`;
const attached = (blockId: string, ...texts: readonly string[]): readonly EventBody<ChatEvent>[] => {
  let offset = 0;
  return [
    { type: "block.started", ...turn, blockId, role: "user", block: { kind: "attachment", path: `${blockId}.ts`, language: "ts" } },
    ...texts.map((text): EventBody<ChatEvent> => ({ type: "block.part", ...turn, blockId, offset: (offset += text.length) - text.length, text })),
    { type: "block.ended", ...turn, blockId },
  ];
};

describe("createMovePayloads", () => {
  const setUp = () => {
    const blobs = createMemoryBlobs();
    return { blobs, move: createMovePayloads(blobs) };
  };

  it("moves the text of a large attached file to a blob, and leaves a small one and all else in its lines", async () => {
    const { blobs, move } = setUp();
    const question: EventBody<ChatEvent> = { type: "block.part", ...turn, blockId: "q", offset: 0, text: "x".repeat(MAX_INLINE_LENGTH) };
    const parts = ["a".repeat(20_000), "ü".repeat(20_000)];
    const moved = await move([...attached("small", "x".repeat(MAX_INLINE_LENGTH)), ...attached("large", ...parts), question]);
    const [sha256 = ""] = blobs.kept.keys();
    assert.equal(blobs.textOf(sha256), parts.join(""));
    assert.deepEqual(moved, [
      ...attached("small", "x".repeat(MAX_INLINE_LENGTH)),
      { type: "block.started", ...turn, blockId: "large", role: "user", block: { kind: "attachment", path: "large.ts", language: "ts", blob: { sha256, sizeBytes: 60_000 } } },
      { type: "block.ended", ...turn, blockId: "large" },
      question,
    ]);
  });

  it("keeps a file that is attached again once", async () => {
    const { blobs, move } = setUp();
    await move([...attached("one", long()), ...attached("two", long())]);
    assert.equal(blobs.kept.size, 1);
  });

  it("leaves in lines what a blob cannot say, what has no end here, and what names a blob already", async () => {
    const { blobs, move } = setUp();
    const named: EventBody<ChatEvent> = { type: "block.started", ...turn, blockId: "n", role: "user", block: { kind: "attachment", path: "n", language: "", blob: { sha256: "a", sizeBytes: 1 } } };
    for (const bodies of [attached("half", long("\ud83d")), attached("open", long()).slice(0, -1), [named], attached("gap", "x", long()).map((body) => (body.type === "block.part" ? { ...body, offset: body.offset * 2 } : body))]) assert.deepEqual(await move(bodies), bodies);
    assert.equal(blobs.kept.size, 0);
  });
});

describe("movePayload", () => {
  const blobs = createMemoryBlobs();
  const wholeOf = async (ref: BlobRef | undefined): Promise<string> => {
    const text = await readBlobText(blobs, ref ?? { sha256: "", sizeBytes: 0 });
    return text.ok ? text.value : text.error.code;
  };

  it("keeps what a tool was asked and said apart, and leaves an excerpt of both", async () => {
    const input = { path: "a.ts", content: long(), deep: [{ note: "short" }] };
    const requested = await movePayload(blobs, { type: "tool.requested", ...turn, callId: "k", tool: "write", input });
    assert.ok(requested.type === "tool.requested");
    assert.deepEqual(JSON.parse(await wholeOf(requested.inputBlob)), input);
    assert.deepEqual(requested.input, { ...input, content: excerpt(long(), 400) });
    const ended = await movePayload(blobs, { type: "tool.ended", ...turn, callId: "k", status: "ok", output: long(), durationMs: 1 });
    assert.ok(ended.type === "tool.ended");
    assert.deepEqual([await wholeOf(ended.outputBlob), ended.output], [long(), excerpt(long())]);
    assert.match(ended.output, /^begin x+\n\[… 24,\d\d\d characters are left out here …\]\nx+ end$/);
  });

  it("leaves nothing of an edit that could be taken for it", async () => {
    const edit = { hunks: [{ text: long() }] };
    const proposed = await movePayload(blobs, { type: "edit.proposed", editId: "e", path: "a.ts", baseHash: "h", edit });
    const applied = await movePayload(blobs, { type: "edit.applied", editId: "e", path: "a.ts", resultHash: "h", inverse: edit });
    assert.ok(proposed.type === "edit.proposed" && applied.type === "edit.applied");
    assert.deepEqual([proposed.edit, applied.inverse, JSON.parse(await wholeOf(proposed.editBlob)), JSON.parse(await wholeOf(applied.inverseBlob))], [null, null, edit, edit]);
  });

  it("changes nothing of what is small, nor of what was moved before", async () => {
    const small: readonly EventBody[] = [
      { type: "tool.requested", ...turn, callId: "k", tool: "read", input: { path: "a" } },
      { type: "tool.requested", ...turn, callId: "k", tool: "read", input: undefined },
      { type: "tool.ended", ...turn, callId: "k", status: "ok", output: "x".repeat(MAX_INLINE_LENGTH), durationMs: 1 },
      { type: "plan.proposed", ...turn, planId: "p", text: "1." },
      { type: "question.answered", ...turn, questionId: "q", answer: "yes" },
      { type: "edit.applied", editId: "e", path: "a", resultHash: "h", inverse: {} },
    ];
    for (const body of small) assert.equal(await movePayload(blobs, body), body);
    const moved = await movePayload(blobs, { type: "tool.ended", ...turn, callId: "k", status: "ok", output: long(), durationMs: 1 });
    assert.equal(await movePayload(blobs, moved), moved);
  });

  it("makes every event fit a line, whatever its texts are made of, and loses nothing", seeded(async (random) => {
    const unit = (): string => random.pick(["\u0000", "漢", "🫖", "\ud83d", '"', "\\", "a", "\n"]);
    for (let round = 0; round < 8; round++) {
      const text = unit().repeat(random.integer(1, 150_000)).slice(0, 150_000);
      const bodies: readonly EventBody[] = [
        { type: "tool.requested", ...turn, callId: "k", tool: "t", input: random.pick<unknown>([{ text }, [text, text], text, Array.from({ length: 20_000 }, (_, index) => index), { [text.slice(0, 50)]: { text } }]) },
        { type: "tool.ended", ...turn, callId: "k", status: "ok", output: text, durationMs: 1 },
        { type: "plan.proposed", ...turn, planId: "p", text },
        { type: "question.answered", ...turn, questionId: "q", answer: text },
        { type: "edit.proposed", editId: "e", path: "a", baseHash: "h", edit: text },
        { type: "turn.ended", ...turn, status: "failed", failure: { code: "unknown", message: text } },
        { type: "block.started", ...turn, blockId: "b", role: "assistant", block: { kind: "tool", tool: "t", input: { text } } },
      ];
      for (const body of bodies) {
        const moved = await movePayload(blobs, body);
        encodeLine({ v: 1, id: "x".repeat(64), seq: 1, at: 1, ...moved }); // throws when it does not fit
        if (moved.type === "tool.ended" && body.type === "tool.ended") assert.equal(moved.outputBlob === undefined ? moved.output : await wholeOf(moved.outputBlob), body.output);
      }
    }
  }));
});
