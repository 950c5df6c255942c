import assert from "node:assert/strict";
import { check } from "../../../../src/core/base/check";
import { chatState, emptyChat, type Block, type ChatState, type Turn } from "../../../../src/core/protocol/chatState";
import { isDurable, type ChatEvent, type EventBody, type SessionEvent } from "../../../../src/core/protocol/events";
import { hasGap, reduce } from "../../../../src/core/protocol/reduce";
import { seeded } from "../../../support/random";
import { randomChatStream } from "./chatStream";
import { eventSamples } from "./eventSamples";

const reduceAll = (state: ChatState, events: readonly SessionEvent[]): ChatState => events.reduce(reduce, state);

/** Numbers bodies as a host does, from the state's next number on. */
function numbered(seqBefore: number, ...bodies: readonly EventBody<ChatEvent>[]): readonly ChatEvent[] {
  let seq = seqBefore;
  return bodies.map((body) => {
    if (isDurable(body)) seq++;
    return { v: 1, id: `event${seq}`, seq, at: 1_000 + seq, ...body } as ChatEvent; // body + envelope is the event
  });
}

const chatId = "chat1";
const turn = { chatId, turnId: "turn1" } as const;
const block = { ...turn, blockId: "block1" } as const;
const opening: readonly EventBody<ChatEvent>[] = [
  { type: "chat.created", chatId, title: "Sums" },
  { type: "turn.started", ...turn, model: "claude-test" },
  { type: "block.started", ...block, role: "user", block: { kind: "text" } },
  { type: "block.part", ...block, offset: 0, text: "1 + 1?" },
  { type: "block.ended", ...block },
  { type: "block.started", ...turn, blockId: "block2", role: "assistant", block: { kind: "text" } },
];
const opened = reduceAll(emptyChat(chatId), numbered(0, ...opening));

describe("reduce: what a chat becomes", () => {
  it("is the sum of its events", () => {
    const usage = { model: "claude-test", inputTokens: 9, outputTokens: 1, cacheReadTokens: 0, cacheWrite5mTokens: 0, cacheWrite1hTokens: 0 };
    const state = reduceAll(opened, numbered(6, { type: "block.delta", ...block, blockId: "block2", offset: 0, text: "2" }, { type: "usage", ...turn, ...usage }, { type: "turn.ended", ...turn, status: "done", stopReason: "end_turn" }));
    assert.deepEqual(state, {
      chatId, seq: 8, title: "Sums", createdAt: 1_001, updatedAt: 1_008, isDeleted: false,
      turns: [
        {
          turnId: "turn1", model: "claude-test", startedAt: 1_002, endedAt: 1_008, status: "done", stopReason: "end_turn", usage,
          blocks: [
            { blockId: "block1", role: "user", block: { kind: "text" }, text: "1 + 1?", isOpen: false, startedAt: 1_003, endedAt: 1_005 },
            { blockId: "block2", role: "assistant", block: { kind: "text" }, text: "2", isOpen: false, startedAt: 1_006, endedAt: 1_008 },
          ],
        },
      ],
    } satisfies ChatState);
  });

  it("keeps a name that came before the chat's making was read, and takes the newest", () => {
    const renamed = reduceAll(emptyChat(chatId), numbered(0, { type: "chat.renamed", chatId, title: "Mine" }, { type: "chat.created", chatId, title: "Made" }));
    assert.equal(renamed.title, "Mine");
    assert.equal(reduceAll(renamed, numbered(2, { type: "chat.renamed", chatId, title: "New" })).title, "New");
  });

  it("is deleted and restored any number of times", () => {
    const deleted = reduceAll(opened, numbered(6, { type: "chat.deleted", chatId }, { type: "chat.deleted", chatId }));
    assert.equal(deleted.isDeleted, true);
    assert.equal(reduceAll(deleted, numbered(8, { type: "chat.restored", chatId })).isDeleted, false);
  });

  it("keeps the chat's model with its effort, and what each turn was asked with", () => {
    const chosen = reduceAll(opened, numbered(6, { type: "chat.settings", chatId, model: "m", effort: "high" }, { type: "chat.settings", chatId, mode: "plan" }));
    assert.deepEqual([chosen.model, chosen.effort], ["m", "high"]);
    const changed = reduceAll(chosen, numbered(8, { type: "chat.settings", chatId, model: "n" }, { type: "turn.started", ...turn, turnId: "turn2", model: "n", effort: "low" }));
    assert.deepEqual([changed.model, changed.effort, changed.turns[1]?.effort], ["n", undefined, "low"]);
  });

  it("shows a wait until anything else is heard of its turn", () => {
    const wait = { type: "turn.waiting", ...turn, untilAt: 9_000, attempt: 2, message: "Busy." } as const;
    const waiting = reduce(opened, { v: 1, id: "w", seq: 6, at: 1, ...wait });
    assert.deepEqual([waiting.seq, waiting.turns[0]?.waiting], [6, { untilAt: 9_000, attempt: 2, message: "Busy." }]);
    assert.equal(hasGap(opened, { v: 1, id: "w", seq: 6, at: 1, ...wait }), false);
    for (const next of [{ type: "block.delta", ...block, blockId: "block2", offset: 0, text: "2" }, { type: "turn.ended", ...turn, status: "cancelled" }] as const) {
      const after = reduceAll(waiting, numbered(6, next));
      assert.equal("waiting" in (after.turns[0] ?? {}), false, next.type);
    }
    const ended = reduceAll(opened, numbered(6, { type: "turn.ended", ...turn, status: "done" }));
    assert.equal(reduce(ended, { v: 1, id: "w", seq: 7, at: 1, ...wait }), ended, "a turn that is over waits for nothing");
    assert.equal(reduceAll(waiting, numbered(6, { type: "chat.renamed", chatId, title: "x" })).turns[0]?.waiting?.attempt, 2);
  });

  it("shows a tool's call as a block: what it says so far, then what it said and what came of it", () => {
    const call = { ...turn, callId: "call1" } as const;
    const asked = reduceAll(opened, numbered(6, { type: "tool.requested", ...call, tool: "read", input: { path: "a.ts" } }));
    const last = (state: ChatState): Block | undefined => state.turns[0]?.blocks.at(-1);
    assert.deepEqual(last(asked), { blockId: "call1", role: "assistant", block: { kind: "tool", tool: "read", input: { path: "a.ts" } }, text: "", isOpen: true, startedAt: 1_007 });
    const working = reduceAll(asked, numbered(7, { type: "tool.progress", ...call, text: "half" }));
    assert.equal(last(working)?.text, "half");
    const ended = reduceAll(working, numbered(7, { type: "tool.ended", ...call, status: "error", output: "no such file", durationMs: 12 }));
    const expected = { blockId: "call1", role: "assistant", block: { kind: "tool", tool: "read", input: { path: "a.ts" }, status: "error", durationMs: 12 }, text: "no such file", isOpen: false, startedAt: 1_007, endedAt: 1_008 };
    assert.deepEqual(last(ended), expected);
    const late = numbered(8, { type: "tool.progress", ...call, text: "late" }, { type: "tool.ended", ...call, status: "ok", output: "twice", durationMs: 1 });
    assert.deepEqual(last(reduceAll(ended, late)), expected);
  });

  it("keeps with a tool's call where the whole of what was asked and said is", () => {
    const [inputBlob, outputBlob] = [{ sha256: "in", sizeBytes: 1, mediaType: "application/json" }, { sha256: "out", sizeBytes: 2 }];
    const call = { ...turn, callId: "call1" } as const;
    const ended = reduceAll(opened, numbered(6, { type: "tool.requested", ...call, tool: "run", input: "in…", inputBlob }, { type: "tool.ended", ...call, status: "ok", output: "out…", outputBlob, durationMs: 5 }));
    const block = ended.turns[0]?.blocks.at(-1);
    assert.deepEqual([block?.block, block?.text], [{ kind: "tool", tool: "run", input: "in…", inputBlob, status: "ok", durationMs: 5, outputBlob }, "out…"]);
  });

  it("shows a notice with its turn, else with the last one, and nowhere in an empty chat", () => {
    const notice = { type: "notice", chatId, level: "warning", text: "Three lines could not be read." } as const;
    const told = reduceAll(opened, numbered(6, notice));
    assert.deepEqual(told.turns[0]?.blocks.at(-1), { blockId: "event7", role: "assistant", block: { kind: "notice", level: "warning" }, text: notice.text, isOpen: false, startedAt: 1_007, endedAt: 1_007 });
    assert.deepEqual(reduceAll(emptyChat(chatId), numbered(0, notice)).turns, []);
  });

  it("keeps a turn's first end", () => {
    const state = reduceAll(opened, numbered(6, { type: "turn.ended", ...turn, status: "interrupted" }, { type: "turn.ended", ...turn, status: "done", stopReason: "end_turn" }));
    assert.deepEqual([state.turns[0]?.status, state.turns[0]?.stopReason], ["interrupted", undefined]);
  });

  it("keeps why a turn failed", () => {
    const failure = { code: "offline", message: "No network." } as const;
    assert.deepEqual(reduceAll(opened, numbered(6, { type: "turn.ended", ...turn, status: "failed", failure })).turns[0]?.failure, failure);
  });

  it("ignores other chats, no chat, and turns and blocks that it does not know", () => {
    assert.equal(reduce(opened, { ...eventSamples["chat.renamed"][0], chatId: "chat2", seq: 7 } as SessionEvent), opened); // a sample with another chat
    for (const [sample] of [eventSamples["memory.learned"], eventSamples["run.started"]]) assert.equal(reduce(opened, sample as SessionEvent), opened);
    const strange = reduceAll(opened, numbered(6, { type: "block.delta", ...block, turnId: "turn9", offset: 0, text: "x" }, { type: "block.delta", ...block, blockId: "block9", offset: 0, text: "x" }));
    assert.equal(strange, opened);
  });

  it("takes every type of event without complaint, and counts it", () => {
    for (const sample of Object.values(eventSamples).flat() as readonly SessionEvent[]) {
      const event = { ...sample, chatId, seq: opened.seq + 1 } as SessionEvent; // a sample in this chat
      const state = reduce(opened, event);
      assert.equal(state.seq, isDurable(event) ? opened.seq + 1 : opened.seq, event.type);
      assert.deepEqual(check(chatState, state), { ok: true, value: state }, event.type);
    }
  });
});

describe("reduce: text in pieces", () => {
  const piece = (type: "block.delta" | "block.part", offset: number, text: string): EventBody<ChatEvent> => ({ type, ...block, blockId: "block2", offset, text });
  const textAfter = (...bodies: readonly EventBody<ChatEvent>[]): string | undefined => reduceAll(opened, numbered(6, ...bodies)).turns[0]?.blocks[1]?.text;

  it("adds only what is new of a piece", () => {
    assert.equal(textAfter(piece("block.delta", 0, "abc"), piece("block.part", 0, "abcde"), piece("block.delta", 3, "de"), piece("block.delta", 5, "f")), "abcdef");
    assert.equal(textAfter(piece("block.part", 0, "abc"), piece("block.part", 1, "b")), "abc");
  });

  it("leaves a piece out that begins past the end", () => {
    assert.equal(textAfter(piece("block.delta", 0, "abc"), piece("block.delta", 4, "e")), "abc");
  });

  it("may be cut inside a character", () => {
    assert.equal(textAfter(piece("block.delta", 0, "🫖".slice(0, 1)), piece("block.part", 0, "🫖")), "🫖");
  });
});

describe("reduce: any history", () => {
  it("gives exactly the texts that were said, and a state that passes its own check", seeded((random) => {
    for (let round = 0; round < 40; round++) {
      const { events, texts } = randomChatStream(random);
      const state = reduceAll(emptyChat(chatId), events);
      for (const said of state.turns.flatMap((item) => item.blocks)) assert.equal(said.text, said.block.kind === "notice" ? "x" : texts.get(said.blockId));
      assert.equal(state.seq, events.at(-1)?.seq);
      assert.deepEqual(check(chatState, JSON.parse(JSON.stringify(state))), { ok: true, value: state });
    }
  }));

  it("comes to the same when every event comes twice", seeded((random) => {
    for (let round = 0; round < 40; round++) {
      let state = emptyChat(chatId);
      for (const event of randomChatStream(random).events) {
        state = reduce(state, event);
        assert.equal(reduce(state, event), state, `${event.type} taken twice`);
      }
    }
  }));

  it("comes to the same when any stretch of it comes again", seeded((random) => {
    for (let round = 0; round < 40; round++) {
      const { events } = randomChatStream(random);
      const whole = reduceAll(emptyChat(chatId), events);
      let state = emptyChat(chatId);
      for (let next = 0; next < events.length; ) {
        const start = random.integer(0, next);
        next = random.integer(next + 1, events.length);
        state = reduceAll(state, events.slice(start, next));
      }
      assert.deepEqual(state, whole);
    }
  }));

  it("comes to the same from its stored events alone, once all text is stored", seeded((random) => {
    for (let round = 0; round < 40; round++) {
      const { events } = randomChatStream(random);
      assert.deepEqual(reduceAll(emptyChat(chatId), events.filter(isDurable)), reduceAll(emptyChat(chatId), events));
    }
  }));

  it("goes on from a snapshot at any point, the events around it coming again or not", seeded((random) => {
    for (let round = 0; round < 40; round++) {
      const { events } = randomChatStream(random);
      const at = random.integer(0, events.length);
      const snapshot = JSON.parse(JSON.stringify(reduceAll(emptyChat(chatId), events.slice(0, at)))) as ChatState; // a state through JSON
      assert.deepEqual(reduceAll(snapshot, events.slice(random.integer(0, at))), reduceAll(emptyChat(chatId), events));
    }
  }));
});

describe("reduce: identity", () => {
  it("keeps every turn and block that an event does not change", seeded((random) => {
    for (let round = 0; round < 40; round++) {
      let state = emptyChat(chatId);
      for (const event of randomChatStream(random).events) {
        const next = reduce(state, event);
        for (const old of state.turns) keepsIdentity(old, next.turns.find((item) => item.turnId === old.turnId), event);
        if (state.turns.length === next.turns.length && state.turns.every((item, index) => item === next.turns[index])) assert.equal(next.turns, state.turns, event.type);
        state = next;
      }
    }
  }));

  function keepsIdentity(old: Turn, now: Turn | undefined, event: SessionEvent): void {
    if (now === undefined) return assert.fail(`${event.type} lost a turn`);
    if (isSame(old, now)) assert.equal(now, old, `${event.type} made a new turn of the same content`);
    const blocks = new Map<string, Block>(now.blocks.map((item) => [item.blockId, item]));
    for (const item of old.blocks) {
      if (isSame(item, blocks.get(item.blockId))) assert.equal(blocks.get(item.blockId), item, `${event.type} made a new block of the same content`);
    }
  }

  function isSame(a: unknown, b: unknown): boolean {
    return JSON.stringify(a) === JSON.stringify(b);
  }

  it("touches the open block alone when a delta comes", () => {
    const [delta] = numbered(6, { type: "block.delta", ...block, blockId: "block2", offset: 0, text: "2" });
    assert.ok(delta);
    const next = reduce(opened, delta);
    assert.equal(next.turns[0]?.blocks[0], opened.turns[0]?.blocks[0]);
    assert.notEqual(next.turns[0]?.blocks[1], opened.turns[0]?.blocks[1]);
  });
});

describe("hasGap", () => {
  const durable = (seq: number): SessionEvent => ({ v: 1, id: "e", seq, at: 1, type: "notice", chatId, level: "info", text: "x" });
  const delta = (seq: number, more: { readonly blockId?: string; readonly turnId?: string; readonly offset?: number } = {}): SessionEvent =>
    ({ v: 1, id: "e", seq, at: 1, type: "block.delta", ...block, blockId: "block2", offset: 0, text: "x", ...more });
  const progress = (seq: number): SessionEvent => ({ v: 1, id: "e", seq, at: 1, type: "tool.progress", ...turn, callId: "call", text: "x" });
  const cases: readonly (readonly [what: string, event: SessionEvent, expected: boolean])[] = [
    ["the next durable event", durable(7), false],
    ["a durable event seen before", durable(6), false],
    ["a durable event after a missed one", durable(8), true],
    ["a delta that goes on", delta(6), false],
    ["a delta after a missed durable event", delta(7), true],
    ["a delta past the end of the text", delta(6, { offset: 1 }), true],
    ["a delta of a block that is not known", delta(6, { blockId: "block9" }), true],
    ["a delta of a turn that is not known", delta(6, { turnId: "turn9" }), true],
    ["a progress that repeats the last number", progress(6), false],
    ["a progress after a missed durable event", progress(7), true],
    ["another chat's event", { ...durable(99), chatId: "chat2" } as SessionEvent, false], // the same event of another chat
    ["an event of no chat", { v: 1, id: "e", seq: 99, at: 1, type: "memory.forgotten", patternId: "p" }, false],
  ];
  for (const [what, event, expected] of cases) it(`${expected ? "sees that something is missing before" : "sees nothing missing before"} ${what}`, () => assert.equal(hasGap(opened, event), expected));

  it("sees none in a history that comes whole, and one wherever a durable event is left out", seeded((random) => {
    for (let round = 0; round < 20; round++) {
      const { events } = randomChatStream(random);
      let state = emptyChat(chatId);
      for (const event of events) {
        assert.equal(hasGap(state, event), false, event.type);
        state = reduce(state, event);
      }
      const lost = random.integer(0, events.length - 2);
      const [left, following] = [events[lost], events[lost + 1]];
      assert.ok(left && following);
      if (isDurable(left)) assert.equal(hasGap(reduceAll(emptyChat(chatId), events.slice(0, lost)), following), true, `${left.type} missing before ${following.type}`);
    }
  }));
});
