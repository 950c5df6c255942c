import assert from "node:assert/strict";
import { signal } from "@preact/signals";
import type { Reply } from "../../../src/core/protocol/calls";
import type { Client } from "../../../src/core/protocol/rpc";
import { createFind } from "../../../src/webview/state/find";
import { createManualClock } from "../../support/fakes/clock";

const hit = (turnId: string) => ({ chatId: "c1", title: "c1", turnId, at: 1, kind: "user" as const, excerpt: { text: "a b", marks: [[0, 1]] } });

/** Each answer to a search in turn; what was gone to is in `shown`. */
function setUp(...replies: readonly Partial<Reply<"history.search">>[]) {
  const clock = createManualClock();
  const waiting = [...replies];
  const shown: (string | undefined)[] = [];
  const call = async (): Promise<Reply<"history.search">> => ({ hits: [], cursor: null, count: 0, isExact: true, isComplete: true, ...waiting.shift() });
  const find = createFind({
    client: { call } as unknown as Client, // the search asks nothing else
    timers: clock,
    chatId: signal<string | null>("c1"),
    show: ({ turnId }) => void shown.push(turnId),
    onError: assert.fail,
  });
  find.open();
  return { find, clock, shown };
}

describe("finding in the shown chat", () => {
  it("goes to the newest place, and round from there", async () => {
    const { find, clock, shown } = setUp({ hits: [hit("t9"), hit("t5"), hit("t1")], count: 3 });
    find.search.write("tea");
    await clock.advance(500);
    for (const step of [1, 1, 1, -1] as const) await find.go(step);
    assert.deepEqual([shown, find.position.value], [["t9", "t5", "t1", "t9", "t1"], 3]);
  });

  it("goes to the newest place as soon as there is one, where chats are still being read for the search", async () => {
    const { find, clock, shown } = setUp({ isComplete: false }, { isComplete: false }, { hits: [hit("t9"), hit("t5")], count: 2 });
    find.search.write("tea");
    await clock.advance(500);
    assert.deepEqual([shown, find.position.value], [[], 0]);
    await clock.advance(5_000);
    assert.deepEqual([shown, find.position.value], [["t9"], 1]);
  });

  it("stays where it is when more places of the same words are found, and goes to the newest of other words", async () => {
    const { find, clock, shown } = setUp({ hits: [hit("t5")], count: 1, isComplete: false }, { hits: [hit("t9"), hit("t5")], count: 2 }, { hits: [hit("t7")], count: 1 });
    find.search.write("tea");
    await clock.advance(5_000);
    assert.deepEqual(shown, ["t5"]);
    find.search.write("coffee");
    await clock.advance(500);
    assert.deepEqual([shown, find.position.value], [["t5", "t7"], 1]);
  });
});
