import assert from "node:assert/strict";
import { Sessions } from "../../../../src/core/chat/sessions";
import type { SessionEvent } from "../../../../src/core/protocol/events";
import { streamOf } from "../../../../src/core/store/streams";
import { NO_TABLES } from "../../../torture/window";
import { createManualClock, type ManualClock } from "../../../support/fakes/clock";
import { createCountingIds } from "../../../support/fakes/ids";
import { createMemoryJournal, type MemoryJournal } from "../../../support/fakes/journal";
import { createRecordingLog } from "../../../support/fakes/log";

const MINUTE = 60_000;
const NOBODY: ReadonlySet<string> = new Set();

interface Stage {
  readonly journal: MemoryJournal;
  readonly sessions: Sessions;
  readonly clock: ManualClock;
  readonly fired: SessionEvent[];
  /** Whether asking for the chat reads its files from their beginning: it was not in memory. */
  isReadAnew(chatId: string): Promise<boolean>;
}

function stage({ journal = createMemoryJournal({ writer: "w" }), mayWrite = async () => true, startMs }: { readonly journal?: MemoryJournal; readonly mayWrite?: () => Promise<boolean>; readonly startMs?: number } = {}): Stage {
  const clock = createManualClock(startMs);
  let readFromStart = false;
  const watched: MemoryJournal = { ...journal, read: (file, from) => ((readFromStart ||= from === 0), journal.read(file, from)) };
  const sessions = new Sessions({ journal: watched, tables: NO_TABLES, clock, ids: createCountingIds(), log: createRecordingLog(), mayWrite });
  const fired: SessionEvent[] = [];
  sessions.events.on((event) => void fired.push(event));
  return {
    journal, sessions, clock, fired,
    async isReadAnew(chatId) {
      readFromStart = false;
      await sessions.state(chatId);
      return readFromStart;
    },
  };
}

async function withChats(count: number, options?: Parameters<typeof stage>[0]): Promise<Stage & { readonly ids: readonly string[] }> {
  const made = stage(options);
  const ids = Array.from({ length: count }, (_, index) => `chat${index}`);
  for (const chatId of ids) {
    await made.sessions.append(chatId, [{ type: "chat.created", chatId, title: `about ${chatId}` }]);
    await made.clock.advance(1_000);
  }
  return { ...made, ids };
}

describe("Sessions: letting chats go", () => {
  it("keeps what was asked for of late, and reads the others again when they are asked for", async () => {
    const { sessions, clock, isReadAnew } = await withChats(2);
    await clock.advance(9 * MINUTE);
    const before = await sessions.state("chat1");
    await clock.advance(9 * MINUTE);
    sessions.letGo(NOBODY);
    assert.deepEqual([await isReadAnew("chat0"), await isReadAnew("chat1")], [true, false]);
    await clock.advance(11 * MINUTE);
    sessions.letGo(NOBODY);
    assert.equal(await isReadAnew("chat1"), true);
    assert.deepEqual(await sessions.state("chat1"), before);
  });

  it("keeps eight beside those in use, and of the others only those of the last minute", async () => {
    const { sessions, clock, isReadAnew, ids } = await withChats(20);
    sessions.letGo(NOBODY);
    assert.deepEqual(await Promise.all(ids.map(isReadAnew)), ids.map(() => false));
    await clock.advance(MINUTE);
    for (const chatId of ids.slice(10)) await sessions.state(chatId);
    await clock.advance(MINUTE);
    sessions.letGo(new Set(["chat3"]));
    const read: string[] = [];
    for (const chatId of ids) if (await isReadAnew(chatId)) read.push(chatId);
    assert.deepEqual(read, ids.filter((id) => id !== "chat3").slice(0, 11));
  });

  it("keeps what a page shows, and goes on telling of it", async () => {
    const { sessions, clock, journal, fired } = await withChats(1);
    await clock.advance(30 * MINUTE);
    sessions.letGo(new Set(["chat0"]));
    const other = stage({ journal: journal.shareWith("other") });
    await other.sessions.append("chat0", [{ type: "chat.renamed", chatId: "chat0", title: "theirs" }]);
    await sessions.readOn(["chat0"]);
    assert.deepEqual(fired.map((event) => event.type), ["chat.created", "chat.renamed"]);
  });

  it("keeps what is not on disk", async () => {
    const { sessions, clock, journal } = await withChats(1);
    const fill = (): void => journal.failNext({ code: "full", message: "the disk is full" });
    fill();
    await sessions.append("chat0", [{ type: "chat.renamed", chatId: "chat0", title: "not on disk" }]);
    for (let tries = 0; tries < 600; tries++) {
      fill();
      await clock.advance(2_000);
    }
    sessions.letGo(NOBODY);
    assert.equal(sessions.problem("chat0"), "the disk is full");
    await clock.advance(5_000);
    assert.deepEqual([sessions.problem("chat0"), journal.lines(streamOf("chat0")).length], [undefined, 2]);
  });

  it("keeps an answer that is being written, between any two of its events", async () => {
    const { sessions, clock, fired } = await withChats(1);
    const turn = { chatId: "chat0", turnId: "t1" };
    sessions.markRunning("t1", true);
    await sessions.append("chat0", [{ type: "turn.started", ...turn, model: "m" }, { type: "block.started", ...turn, blockId: "b1", role: "assistant", block: { kind: "text" } }]);
    await clock.advance(30 * MINUTE);
    sessions.letGo(NOBODY);
    sessions.show("chat0", { type: "block.delta", ...turn, blockId: "b1", offset: 0, text: "still here" });
    assert.deepEqual([(await sessions.state("chat0")).turns[0]?.blocks[0]?.text, fired.at(-1)?.seq], ["still here", 3]);
    await sessions.append("chat0", [{ type: "block.part", ...turn, blockId: "b1", offset: 0, text: "still here" }, { type: "turn.ended", ...turn, status: "done" }]);
    sessions.markRunning("t1", false);
    await clock.advance(30 * MINUTE);
    sessions.letGo(NOBODY);
    assert.equal((await sessions.state("chat0")).turns[0]?.status, "done");
  });

  it("keeps what is shown and was never to be stored, for as long as the window is open", async () => {
    const { sessions, clock } = await withChats(1);
    await sessions.showUnsaved("chat0", [{ type: "chat.renamed", chatId: "chat0", title: "only here" }]);
    await clock.advance(30 * MINUTE);
    sessions.letGo(NOBODY);
    assert.equal((await sessions.state("chat0")).title, "only here");
  });

  it("keeps a chat that somebody waits for", async () => {
    const journal = createMemoryJournal({ writer: "w" });
    await stage({ journal }).sessions.append("chat0", [{ type: "chat.created", chatId: "chat0", title: "slow" }]);
    let letIn = (): void => undefined;
    const open = new Promise<void>((resolve) => (letIn = resolve));
    let looks = 0;
    const slow: MemoryJournal = { ...journal, files: async (stream) => (looks++, await open, journal.files(stream)) };
    const { sessions, clock } = stage({ journal: slow });
    const asked = sessions.state("chat0");
    await clock.advance(30 * MINUTE);
    sessions.letGo(NOBODY);
    const askedAgain = sessions.state("chat0");
    letIn();
    assert.deepEqual([(await asked).title, (await askedAgain).title, looks], ["slow", "slow", 2]);
    assert.equal(await asked, await askedAgain); // one and the same chat in memory
  });

  it("begins to count anew where the clock was set back", async () => {
    const journal = createMemoryJournal({ writer: "w" });
    let offset = 0;
    const clock = createManualClock(1_000 * MINUTE);
    const turned = { ...clock, now: () => clock.now() + offset };
    let reads = 0;
    const sessions = new Sessions({ journal: { ...journal, read: (file, from) => (reads++, journal.read(file, from)) }, tables: NO_TABLES, clock: turned, ids: createCountingIds(), log: createRecordingLog(), mayWrite: async () => true });
    await sessions.append("chat0", [{ type: "chat.created", chatId: "chat0", title: "t" }]);
    offset = -500 * MINUTE;
    sessions.letGo(NOBODY);
    await clock.advance(9 * MINUTE);
    sessions.letGo(NOBODY);
    await sessions.readOn(["chat0"]);
    assert.equal(reads, 0);
    await clock.advance(1 * MINUTE);
    sessions.letGo(NOBODY);
    await sessions.state("chat0");
    assert.equal(reads, 1);
  });
});
