import assert from "node:assert/strict";
import { emptyChat } from "../../../../src/core/protocol/chatState";
import type { SessionEvent } from "../../../../src/core/protocol/events";
import { reduce } from "../../../../src/core/protocol/reduce";
import { reduceMany, runThrough } from "../../../../src/core/protocol/reduceMany";
import { seeded } from "../../../support/random";
import { randomChatStream } from "./chatStream";
import { eventSamples } from "./eventSamples";

const chatId = "chat1";

describe("reduceMany", () => {
  it("makes of any history what reduce makes of it, from any point of it on", seeded((random) => {
    for (let round = 0; round < 60; round++) {
      const { events } = randomChatStream(random);
      const shaken = events.flatMap((event) => (random.next() < 0.1 ? [event, event] : [event]));
      const middle = random.integer(0, shaken.length);
      const before = shaken.slice(0, middle).reduce(reduce, emptyChat(chatId));
      assert.deepEqual(runThrough(reduceMany(before, shaken.slice(middle))), shaken.reduce(reduce, emptyChat(chatId)));
    }
  }));

  it("takes every type of event as reduce does", () => {
    const samples = Object.values(eventSamples).flat() as readonly SessionEvent[];
    const numbered = samples.map((event, index) => ({ ...event, seq: index + 1 }));
    for (const id of new Set(numbered.flatMap((event) => event.chatId ?? []))) assert.deepEqual(runThrough(reduceMany(emptyChat(id), numbered)), numbered.reduce(reduce, emptyChat(id)));
  });

  it("pauses on the way", () => {
    const events = Array.from({ length: 1_000 }, (_, index): SessionEvent => ({ v: 1, id: `e${index}`, seq: index + 1, at: index, type: "chat.renamed", chatId, title: `t${index}` }));
    let pauses = 0;
    const work = reduceMany(emptyChat(chatId), events);
    while (work.next().done !== true) pauses++;
    assert.ok(pauses >= 10, `${pauses} pauses`);
  });
});
