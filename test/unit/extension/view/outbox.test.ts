import assert from "node:assert/strict";
import type { EventOf, SessionEvent } from "../../../../src/core/protocol/events";
import { createOutbox } from "../../../../src/extension/view/outbox";
import { createManualClock } from "../../../support/fakes/clock";

const envelope = { v: 1, id: "e", seq: 4, at: 1, chatId: "c", turnId: "t" } as const;

function delta(offset: number, text: string): EventOf<"block.delta"> {
  return { ...envelope, type: "block.delta", blockId: "b", offset, text };
}

const ended: SessionEvent = { ...envelope, seq: 5, type: "turn.ended", status: "done" };

function setUp() {
  const clock = createManualClock();
  const posts: { readonly at: number; readonly events: readonly SessionEvent[] }[] = [];
  const outbox = createOutbox(clock, (events) => void posts.push({ at: clock.now() - 1_000, events }));
  return { clock, posts, outbox };
}

describe("the outbox", () => {
  it("sends what comes after a pause at once, and all of the same moment together", async () => {
    const { clock, posts, outbox } = setUp();
    outbox.add(delta(0, "ab"));
    outbox.add(delta(2, "c"));
    assert.deepEqual(posts, []);
    await clock.advance(0);
    assert.deepEqual(posts, [{ at: 0, events: [delta(0, "abc")] }]);
  });

  it("sends streaming text at most every other frame, and all of it", async () => {
    const { clock, posts, outbox } = setUp();
    for (let offset = 0; offset < 100; offset++) {
      outbox.add(delta(offset, "x"));
      await clock.advance(1);
    }
    await clock.advance(100);
    const texts = posts.flatMap(({ events }) => events.map((event) => (event.type === "block.delta" ? event.text : "")));
    assert.equal(texts.join(""), "x".repeat(100));
    const gaps = posts.slice(1).map(({ at }, index) => at - (posts[index]?.at ?? 0));
    assert.deepEqual([...new Set(gaps)], [33]);
    assert.equal(clock.waitingTimers, 0);
  });

  it("lets the end of a turn not wait its turn, behind the text that waited", async () => {
    const { clock, posts, outbox } = setUp();
    outbox.add(delta(0, "a"));
    await clock.advance(5);
    outbox.add(delta(1, "b"));
    outbox.add(ended);
    await clock.advance(0);
    assert.deepEqual(posts.at(-1), { at: 5, events: [delta(1, "b"), ended] });
  });

  it("sends nothing once it is disposed", async () => {
    const { clock, posts, outbox } = setUp();
    outbox.add(delta(0, "a"));
    outbox.dispose();
    await clock.advance(100);
    assert.deepEqual(posts, []);
  });
});
