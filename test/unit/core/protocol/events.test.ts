import assert from "node:assert/strict";
import { EVENT_VERSION, eventChecks, isDurable, readEvent, type EventType } from "../../../../src/core/protocol/events";
import { eventSamples } from "./eventSamples";

const types = Object.keys(eventChecks) as EventType[]; // the keys of the table are the types
const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("event vocabulary", () => {
  it("has a sample of every type", () => {
    assert.deepEqual(Object.keys(eventSamples).sort(), [...types].sort());
    for (const type of types) assert.ok(eventSamples[type].length > 0 && eventSamples[type].every((sample) => sample.type === type), type);
  });

  for (const type of types) {
    it(`${type} survives JSON and back unchanged`, () => {
      for (const sample of eventSamples[type]) {
        const read = readEvent(throughJson(sample));
        assert.deepEqual(read, { ok: true, value: sample });
        assert.deepEqual(throughJson(read.ok ? read.value : undefined), throughJson(sample));
      }
    });
  }

  it("holds what is shown and not stored to three types", () => {
    assert.deepEqual(types.filter((type) => !isDurable({ type })), ["turn.waiting", "block.delta", "tool.progress"]);
  });

  it("has a number for each durable event, so every type carries the envelope", () => {
    for (const type of types) {
      for (const field of ["v", "id", "seq", "at"]) {
        const sample = Object.fromEntries(Object.entries(eventSamples[type][0] ?? {}).filter(([key]) => key !== field));
        const read = readEvent(sample);
        assert.ok(!read.ok && read.error.code === "damaged" && read.error.message.startsWith(`$.${field}: `), `${type} without ${field}`);
      }
    }
  });
});

describe("readEvent", () => {
  const [sample] = eventSamples["chat.renamed"];

  it("tells a newer version from damage, known type or not", () => {
    for (const value of [{ ...sample, v: EVENT_VERSION + 1 }, { v: EVENT_VERSION + 1, type: "chat.painted" }, { v: 99 }]) {
      const read = readEvent(value);
      assert.ok(!read.ok && read.error.code === "newer", JSON.stringify(value));
      assert.match(read.error.message, /newer Cairn/);
    }
  });

  it("takes a type it does not know for a newer build's, not for damage", () => {
    for (const type of ["chat.painted", "__proto__"]) {
      const read = readEvent({ ...sample, type });
      assert.ok(!read.ok && read.error.code === "newer", type);
    }
  });

  it("reads kinds and codes that only a newer build knows as “other” and “unknown”", () => {
    const turn = { v: 1, id: "e", seq: 1, at: 1, chatId: "c", turnId: "t" };
    const block = readEvent({ ...turn, type: "block.started", blockId: "b", role: "assistant", block: { kind: "hologram", depth: 3 } });
    assert.deepEqual(block.ok && block.value.type === "block.started" ? block.value.block : block, { kind: "other", name: "hologram" });
    const ended = readEvent({ ...turn, type: "turn.ended", status: "failed", failure: { code: "sunspots", message: "Wait." } });
    assert.deepEqual(ended.ok && ended.value.type === "turn.ended" ? ended.value.failure : ended, { code: "unknown", message: "Wait." });
  });

  it("takes no number that would leave no room to count on, and no id that is no name", () => {
    for (const hostile of [{ seq: 2 ** 53 - 1 }, { chatId: "../../etc" }, { chatId: "" }, { id: "x".repeat(65) }]) {
      const read = readEvent({ ...sample, ...hostile });
      assert.ok(!read.ok && read.error.code === "damaged", JSON.stringify(hostile));
    }
  });

  it("names what is wrong with a damaged one", () => {
    const damaged: readonly (readonly [unknown, string])[] = [
      [{ ...sample, title: 3 }, "$.title: expected a string, got number"],
      [{ ...sample, v: "1" }, "$.v: expected a whole number of at least 0, got string"],
      [{ ...sample, seq: -1 }, "$.seq: expected a whole number from 0 to 2^40, got number"],
      [null, "$: expected an object, got null"],
      ["chat.renamed", "$: expected an object, got string"],
      [[sample], "$: expected an object, got a list"],
    ];
    for (const [value, message] of damaged) assert.deepEqual(readEvent(value), { ok: false, error: { code: "damaged", message } });
  });

  it("drops fields that this build does not know", () => {
    assert.deepEqual(readEvent({ ...sample, colour: "red" }), { ok: true, value: sample });
  });

  it("reads a retry time only as milliseconds that every part can hold", () => {
    const [, ended] = eventSamples["turn.ended"];
    const read = readEvent({ ...ended, failure: { code: "rateLimited", message: "Wait.", retryAfterMs: 1e300 } });
    assert.ok(!read.ok && read.error.code === "damaged");
  });
});
