import assert from "node:assert/strict";
import type { Block, ChatState, Turn } from "../../../src/core/protocol/chatState";
import { EVENT_VERSION } from "../../../src/core/protocol/events";
import { reduce } from "../../../src/core/protocol/reduce";
import { announcementOfWait, begunWaits, endedTurns } from "../../../src/webview/state/announcements";

const answer: Block = { blockId: "a", role: "assistant", block: { kind: "text" }, text: "", isOpen: true };
const turn = (turnId: string, status: Turn["status"] = "done"): Turn => ({ turnId, model: "m", startedAt: 0, status, blocks: [answer] });
const chat = (...turns: readonly Turn[]): ChatState => ({ chatId: "c", seq: 0, title: "", createdAt: 0, updatedAt: 0, isDeleted: false, turns });
const idsOf = (turns: readonly Turn[]): readonly string[] => turns.map((ended) => ended.turnId);

describe("endedTurns", () => {
  it("gives the turns that ended in the step, those that began in it too", () => {
    const before = chat(turn("t1"), turn("t2", "running"), turn("t3", "running"));
    assert.deepEqual(idsOf(endedTurns(before, chat(turn("t1"), turn("t2"), turn("t3", "running"), turn("t4", "failed")))), ["t2", "t4"]);
  });

  it("knows a turn that stands in another place", () => {
    assert.deepEqual(endedTurns(chat(turn("t1"), turn("t2")), chat(turn("t2"), turn("t1"))), []);
  });

  it("gives of a chat just opened at most the turn asked from here", () => {
    const opened = chat(turn("t1"), turn("t2"), turn("t3", "running"));
    assert.deepEqual(idsOf(endedTurns(undefined, opened)), []);
    assert.deepEqual(idsOf(endedTurns(undefined, opened, "t2")), ["t2"]);
    assert.deepEqual(idsOf(endedTurns(undefined, opened, "t3")), []);
  });

  it("looks at no other turn when a delta comes to the last of 2,000", () => {
    let looks = 0;
    const watched = (ended: Turn): Turn => new Proxy(ended, { get: (target, key) => (looks++, Reflect.get(target, key)) });
    const others = Array.from({ length: 1999 }, (_, index) => watched(turn(`t${index}`)));
    const before = chat(...others, turn("last", "running"));
    const after = reduce(before, { type: "block.delta", v: EVENT_VERSION, id: "e", at: 0, seq: 0, chatId: "c", turnId: "last", blockId: "a", offset: 0, text: "Be" });
    assert.notEqual(after, before);
    looks = 0;
    assert.deepEqual(endedTurns(before, after, "last"), []);
    assert.equal(looks, 0);
    const ended = reduce(after, { type: "turn.ended", v: EVENT_VERSION, id: "f", at: 0, seq: 1, chatId: "c", turnId: "last", status: "done" });
    looks = 0;
    assert.deepEqual(idsOf(endedTurns(after, ended, "last")), ["last"]);
    assert.equal(looks, 0);
  });
});

describe("begunWaits", () => {
  const waiting = (turnId: string, attempt: number): Turn => ({ ...turn(turnId, "running"), waiting: { untilAt: 40_000, attempt, message: "Busy." } });

  it("gives each wait in the step in which it begins, and the next one again", () => {
    const asked = chat(turn("t1"), turn("t2", "running"));
    const first = chat(turn("t1"), waiting("t2", 2));
    assert.deepEqual(idsOf(begunWaits(asked, first)), ["t2"]);
    assert.deepEqual(idsOf(begunWaits(first, chat(turn("t1"), waiting("t2", 2)))), []);
    assert.deepEqual(idsOf(begunWaits(first, chat(turn("t1"), waiting("t2", 3)))), ["t2"]);
    assert.deepEqual(idsOf(begunWaits(first, asked)), []);
  });

  it("gives of a chat just opened at most the turn asked from here", () => {
    const opened = chat(waiting("t1", 2), waiting("t2", 2));
    assert.deepEqual(idsOf(begunWaits(undefined, opened)), []);
    assert.deepEqual(idsOf(begunWaits(undefined, opened, "t2")), ["t2"]);
  });

  it("is told with its reason and its time, unless it would be over by then", () => {
    assert.equal(announcementOfWait(waiting("t1", 2), 10_000), "Busy. Trying again in 30 seconds.");
    assert.equal(announcementOfWait(waiting("t1", 2), 38_001), "Busy. Trying again in 2 seconds.");
    assert.equal(announcementOfWait(waiting("t1", 2), 39_000), undefined);
    assert.equal(announcementOfWait(turn("t1", "running"), 10_000), undefined);
  });
});
