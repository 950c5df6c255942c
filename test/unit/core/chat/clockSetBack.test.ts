import assert from "node:assert/strict";
import { Ownership } from "../../../../src/core/chat/ownership";
import { Sessions } from "../../../../src/core/chat/sessions";
import type { Clock } from "../../../../src/core/ports";
import type { ChatEvent, EventBody, SessionEvent } from "../../../../src/core/protocol/events";
import { streamOf } from "../../../../src/core/store/streams";
import { createTables } from "../../../../src/core/store/tables";
import { NO_TABLES } from "../../../torture/window";
import { createMemoryClaims } from "../../../support/fakes/claims";
import { createManualClock, type ManualClock } from "../../../support/fakes/clock";
import { openMemoryDb } from "../../../support/fakes/db";
import { createCountingIds } from "../../../support/fakes/ids";
import { createMemoryJournal } from "../../../support/fakes/journal";
import { createRecordingLog } from "../../../support/fakes/log";

const chatId = "chat1";
const HOUR = 60 * 60 * 1000;

/** Waits go on as they do; what the clock says can be set. */
function settable(clock: ManualClock): Clock & { set(offMs: number): void } {
  let offMs = 0;
  return { now: () => clock.now() + offMs, after: (delayMs, callback) => clock.after(delayMs, callback), set: (next) => void (offMs = next) };
}

const question = (index: number): readonly EventBody<ChatEvent>[] => {
  const turn = { chatId, turnId: `turn${index}` };
  const block = { ...turn, blockId: `block${index}` };
  return [
    { type: "turn.started", ...turn, model: "m", ...(index > 0 ? { parentTurnId: `turn${index - 1}` } : {}) },
    { type: "block.started", ...block, role: "user", block: { kind: "text" } },
    { type: "block.part", ...block, offset: 0, text: `question ${index}` },
    { type: "turn.ended", ...turn, status: "done" },
  ];
};

describe("a clock that was set back", () => {
  it("leaves the order of what was said, whoever reads it: in both windows, after a restart, and in the index", async () => {
    const journal = createMemoryJournal({ writer: "w1" });
    const clock = settable(createManualClock(1_000 * HOUR));
    const windows = [journal, journal.shareWith("w2")].map((own, index) => new Sessions({ journal: own, tables: NO_TABLES, clock, ids: createCountingIds(`w${index}x`), log: createRecordingLog(), mayWrite: async () => true }));
    await windows[0]?.append(chatId, [{ type: "chat.created", chatId, title: "t" }]);
    for (let index = 0; index < 8; index++) {
      clock.set(-100 * HOUR * index); // each earlier than the one before
      const window = windows[index % 2];
      await window?.state(chatId);
      assert.ok((await window?.append(chatId, question(index)))?.ok);
    }
    const expected = Array.from({ length: 8 }, (_, index) => `question ${index}`);
    const later = new Sessions({ journal: journal.shareWith("w3"), tables: NO_TABLES, clock, ids: createCountingIds("later"), log: createRecordingLog(), mayWrite: async () => true });
    for (const window of [...windows, later]) assert.deepEqual((await window.state(chatId)).turns.flatMap(({ blocks }) => blocks.map(({ text }) => text)), expected);
    const numbers = (journal.lines(streamOf(chatId)) as readonly SessionEvent[]).map(({ seq }) => seq).sort((a, b) => a - b);
    assert.deepEqual(numbers, Array.from({ length: 33 }, (_, index) => index + 1));

    const tables = createTables({ openDb: () => openMemoryDb(), journal, timers: createManualClock(), log: createRecordingLog() });
    const { chats: [listed] } = await tables.listChats({}, 1);
    assert.deepEqual([listed?.turnCount, listed?.updatedAt], [8, 1_000 * HOUR]); // the latest time known
    await tables.close();
  });

  it("leaves what was said last of a chat: it is in the trash, or not, by the order of the saying", async () => {
    const journal = createMemoryJournal({ writer: "w1" });
    const clock = settable(createManualClock(1_000 * HOUR));
    const sessions = new Sessions({ journal, tables: NO_TABLES, clock, ids: createCountingIds(), log: createRecordingLog(), mayWrite: async () => true });
    await sessions.append(chatId, question(0));
    await sessions.append(chatId, [{ type: "chat.deleted", chatId }]);
    clock.set(-500 * HOUR);
    await sessions.append(chatId, [{ type: "chat.restored", chatId }, { type: "chat.renamed", chatId, title: "back" }]);
    const tables = createTables({ openDb: () => openMemoryDb(), journal, timers: createManualClock(), log: createRecordingLog() });
    assert.deepEqual([(await tables.listChats({}, 9)).chats.map(({ title }) => title), (await tables.listChats({ isTrash: true }, 9)).chats], [["back"], []]);
    await tables.close();
  });

  it("keeps nobody waiting for a chat that is busy elsewhere", async () => {
    const manual = createManualClock(1_000 * HOUR);
    const clock = settable(manual);
    const claims = createMemoryClaims("one");
    await claims.claim(streamOf(chatId));
    const two = new Ownership({ claims: claims.shareWith("two"), clock, log: createRecordingLog(), isRunning: () => false, shown: async () => new Set([chatId]) });
    let outcome: boolean | undefined;
    void two.takeOver(chatId).then((isTaken) => (outcome = isTaken));
    await manual.advance(1_000);
    clock.set(-10 * HOUR);
    await manual.advance(6_000);
    assert.equal(outcome, false);
  });

  it("lets a window have a chat back that it gave up, once the other one is gone", async () => {
    const manual = createManualClock(1_000 * HOUR);
    const clock = settable(manual);
    const claims = createMemoryClaims("one");
    const other = claims.shareWith("two");
    const one = new Ownership({ claims, clock, log: createRecordingLog(), isRunning: () => false, shown: async () => new Set([chatId]) });
    await one.take(chatId);
    await other.want(streamOf(chatId));
    await one.look();
    assert.equal(await other.claim(streamOf(chatId)), undefined);
    clock.set(-10 * HOUR);
    await other.release(streamOf(chatId));
    await manual.advance(6_000);
    await one.look();
    assert.equal(await other.claim(streamOf(chatId)), "one");
  });
});
