import assert from "node:assert/strict";
import { fail } from "../../../../src/core/base/result";
import type { Saving } from "../../../../src/core/chat/chatWriter";
import { Sessions } from "../../../../src/core/chat/sessions";
import type { ChatEvent, EventBody, SessionEvent } from "../../../../src/core/protocol/events";
import { streamOf } from "../../../../src/core/store/streams";
import { NO_TABLES } from "../../../torture/window";
import { createManualClock } from "../../../support/fakes/clock";
import { createCountingIds } from "../../../support/fakes/ids";
import { createMemoryJournal } from "../../../support/fakes/journal";
import { createRecordingLog } from "../../../support/fakes/log";

const chatId = "chat1";
const renamed = (title: string): EventBody<ChatEvent> => ({ type: "chat.renamed", chatId, title });

/** A window whose journal can be told that the chat was removed for good. */
async function stage() {
  const journal = createMemoryJournal({ writer: "w" });
  const clock = createManualClock();
  let isGone = false;
  const sessions = new Sessions({
    journal: { ...journal, append: async (...args) => (isGone ? fail({ code: "gone", message: "gone for good" }) : journal.append(...args)) },
    tables: NO_TABLES, clock, ids: createCountingIds(), log: createRecordingLog(), mayWrite: async () => true,
  });
  const fired: SessionEvent[] = [];
  const saving: Saving[] = [];
  sessions.events.on((event) => void fired.push(event));
  sessions.saving.on((change) => void saving.push(change));
  await sessions.append(chatId, [{ type: "chat.created", chatId, title: "first" }]);
  return { journal, clock, sessions, fired, saving, remove: () => void (isGone = true), bring: () => void (isGone = false) };
}

describe("Sessions: a chat that was removed for good", () => {
  it("takes nothing that comes late: whoever writes is told, pages let go of it, and nothing waits to be written", async () => {
    const { sessions, fired, clock, remove } = await stage();
    remove();
    assert.deepEqual(await sessions.append(chatId, [renamed("late")]), { ok: false, error: { code: "gone", message: "gone for good" } });
    assert.deepEqual([fired.at(-1)?.type, sessions.problem(chatId), sessions.unsaved().size, clock.waitingTimers], ["chat.deleted", undefined, 0, 0]);
    const told = fired.length;
    sessions.show(chatId, { type: "block.delta", chatId, turnId: "t", blockId: "b", offset: 0, text: "still streaming" });
    await sessions.showUnsaved(chatId, [renamed("later")]);
    assert.equal(fired.length, told);
  });

  it("takes along what the disk had not taken yet", async () => {
    const { sessions, journal, saving, fired, clock, remove } = await stage();
    journal.failNext({ code: "full", message: "the disk is full" });
    await sessions.append(chatId, [renamed("waiting")]);
    assert.deepEqual([...sessions.unsaved()].map(([id, events]) => [id, events.map(({ seq }) => seq)]), [[chatId, [2]]]);
    remove();
    await clock.advance(10_000);
    assert.deepEqual([saving.at(-1), sessions.unsaved().size, fired.at(-1)?.type, clock.waitingTimers], [{ chatId, problem: undefined }, 0, "chat.deleted", 0]);
    assert.equal(journal.lines(streamOf(chatId)).length, 1);
  });

  it("is let go of when that is heard of, once, and gives what it was", async () => {
    const { sessions, fired } = await stage();
    assert.deepEqual(sessions.forget([chatId, "other"]).map(({ title }) => title), ["first"]);
    assert.deepEqual(sessions.forget([chatId]), []);
    assert.equal(fired.filter(({ type }) => type === "chat.deleted").length, 1);
  });

  it("is shown and gone on with again once it is back", async () => {
    const { sessions, fired, remove, bring } = await stage();
    remove();
    sessions.forget([chatId]);
    bring();
    sessions.remember([chatId]);
    assert.equal((await sessions.state(chatId)).title, "first");
    assert.ok((await sessions.append(chatId, [renamed("back")])).ok);
    await sessions.showUnsaved(chatId, [renamed("shown")]);
    assert.deepEqual(fired.slice(-2).map(({ type }) => type), ["chat.renamed", "chat.renamed"]);
  });
});
