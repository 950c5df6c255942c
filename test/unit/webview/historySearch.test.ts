import assert from "node:assert/strict";
import { signal } from "@preact/signals";
import type { ChatFilter, Params, Reply } from "../../../src/core/protocol/calls";
import type { Client } from "../../../src/core/protocol/rpc";
import { createHistorySearch } from "../../../src/webview/state/historySearch";
import { createManualClock } from "../../support/fakes/clock";

type Asked = Params<"history.search">;

function setUp(answer: (asked: Asked) => Partial<Reply<"history.search">> | Promise<Partial<Reply<"history.search">>>) {
  const clock = createManualClock();
  const asked: Asked[] = [];
  const errors: unknown[] = [];
  const filter = signal<ChatFilter>({});
  const call = async (_method: string, params: Asked): Promise<Reply<"history.search">> => {
    asked.push(params);
    return { hits: [], cursor: null, count: 0, isExact: true, isComplete: true, ...(await answer(params)) };
  };
  const search = createHistorySearch({ client: { call } as unknown as Client, timers: clock, filter, onError: (error) => void errors.push(error) });
  return { search, clock, asked, filter, errors };
}

const hit = (chatId: string) => ({ chatId, title: chatId, at: 1, kind: "user" as const, excerpt: { text: "a b", marks: [[0, 1]] } });

describe("searching the history", () => {
  it("asks once for what is typed without a pause, and shows what is found", async () => {
    const { search, clock, asked } = setUp(() => ({ hits: [hit("c1")], count: 1 }));
    for (const text of ["t", "te", "tea"]) {
      search.write(text);
      await clock.advance(50);
    }
    await clock.advance(200);
    assert.deepEqual([asked.map(({ text }) => text), search.results.value?.hits.map((found) => found.chatId), search.isSearching.value], [["tea"], ["c1"], false]);
  });

  it("shows nothing of an answer that came too late, and nothing at all for no words", async () => {
    const answers: ((reply: object) => void)[] = [];
    const { search, clock } = setUp(() => new Promise((resolve) => answers.push(resolve)));
    search.write("first");
    await clock.advance(200);
    search.write("second");
    await clock.advance(200);
    answers[1]?.({ hits: [hit("second")], count: 1 });
    await clock.advance(0);
    answers[0]?.({ hits: [hit("first")], count: 1 });
    await clock.advance(0);
    assert.deepEqual(search.results.value?.hits.map((found) => found.chatId), ["second"]);
    search.write("  ");
    await clock.advance(500);
    assert.deepEqual([search.results.value, answers.length], [undefined, 2]);
  });

  it("adds the next page to what is there, and begins anew with another filter", async () => {
    const { search, clock, asked, filter } = setUp(({ cursor }) => (cursor === null ? { hits: [hit("c1")], cursor: "2", count: 2 } : { hits: [hit("c2")], count: 2 }));
    search.write("tea");
    await clock.advance(200);
    await search.showMore();
    assert.deepEqual([search.results.value?.hits.map((found) => found.chatId), search.results.value?.hasMore], [["c1", "c2"], false]);
    filter.value = { folder: "shop" };
    search.again();
    await clock.advance(0);
    assert.deepEqual([search.results.value?.hits.length, asked.at(-1)], [1, { text: "tea", filter: { folder: "shop" }, cursor: null }]);
  });

  it("looks again by itself while older chats are still being read", async () => {
    let isComplete = false;
    const { search, clock, asked } = setUp(() => ({ isComplete }));
    search.write("tea");
    await clock.advance(200);
    isComplete = true;
    await clock.advance(5_000);
    assert.deepEqual([asked.length, search.results.value?.isComplete, clock.waitingTimers], [2, true, 0]);
  });

  it("says what went wrong, and keeps what was found before", async () => {
    let isBroken = false;
    const { search, clock, errors } = setUp(() => {
      if (isBroken) throw new Error("no index");
      return { hits: [hit("c1")], count: 1 };
    });
    search.write("tea");
    await clock.advance(200);
    isBroken = true;
    search.write("teas");
    await clock.advance(200);
    assert.deepEqual([errors.length, search.results.value?.hits.length, search.isSearching.value], [1, 1, false]);
  });
});
