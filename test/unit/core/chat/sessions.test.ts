import assert from "node:assert/strict";
import type { Saving } from "../../../../src/core/chat/chatWriter";
import { Sessions } from "../../../../src/core/chat/sessions";
import { streamOf } from "../../../../src/core/store/streams";
import type { ChatState } from "../../../../src/core/protocol/chatState";
import type { ChatEvent, EventBody, SessionEvent } from "../../../../src/core/protocol/events";
import type { Tables } from "../../../../src/core/store/tables";
import { createCountingIds } from "../../../support/fakes/ids";
import { createManualClock } from "../../../support/fakes/clock";
import { createMemoryJournal, type MemoryJournal } from "../../../support/fakes/journal";
import { createRecordingLog } from "../../../support/fakes/log";

const chatId = "chat1";
const TITLE = "A long one";

function createSessions(journal: MemoryJournal, mayWrite: () => Promise<boolean> = async () => true) {
  const clock = createManualClock();
  const tables: Tables = {
    take: async () => undefined, listChats: async () => ({ chats: [], facets: { folders: [], models: [], agents: [], tags: [] } }), chatIds: async () => [], blobRefs: async () => [], leftovers: async () => [], poll: async () => undefined, close: async () => undefined,
    find: async () => ({ chatId, title: TITLE, updatedAt: 1, turnCount: 1, isPinned: false, tags: [], hasEdits: false }),
  };
  const sessions = new Sessions({ journal, tables, clock, ids: createCountingIds(), log: createRecordingLog(), mayWrite });
  const fired: SessionEvent[] = [];
  sessions.events.on((event) => void fired.push(event));
  const saving: Saving[] = [];
  sessions.saving.on((change) => void saving.push(change));
  return { sessions, fired, saving, clock };
}

function turnOf(index: number, text: string): readonly EventBody<ChatEvent>[] {
  const turn = { chatId, turnId: `turn${index}` };
  const block = { ...turn, blockId: `block${index}` };
  return [
    { type: "turn.started", ...turn, model: "m", ...(index > 0 ? { parentTurnId: `turn${index - 1}` } : {}) },
    { type: "block.started", ...block, role: "assistant", block: { kind: "text" } },
    { type: "block.part", ...block, offset: 0, text },
    { type: "block.ended", ...block },
    { type: "turn.ended", ...turn, status: "done" },
  ];
}

/** A journal with a chat of so many turns, of about a kilobyte each. */
async function withTurns(count: number): Promise<MemoryJournal> {
  const journal = createMemoryJournal({ writer: "before" });
  const { sessions } = createSessions(journal);
  const turns = Array.from({ length: count }, (_, index) => turnOf(index, `${index} `.repeat(200)));
  await sessions.append(chatId, [{ type: "chat.created", chatId, title: TITLE }, ...turns.flat()]);
  return journal.shareWith("now");
}

/** All of a chat, page by page, as a page of the panel asks for it. */
async function readInPages(sessions: Sessions, limit: number): Promise<{ readonly pages: number; readonly chat: ChatState }> {
  let { chat, isWhole } = await sessions.open(chatId);
  let pages = 1;
  while (!isWhole) {
    const page = await sessions.earlier(chatId, chat.turns[0]?.turnId ?? "", limit);
    assert.ok(page.isWhole || page.chat.turns.length === limit);
    chat = { ...page.chat, turns: [...page.chat.turns, ...chat.turns] };
    isWhole = page.isWhole;
    pages++;
  }
  return { pages, chat };
}

describe("Sessions: opening a chat", () => {
  it("gives a short one whole", async () => {
    const { sessions } = createSessions(await withTurns(3));
    const { chat, isWhole } = await sessions.open(chatId);
    assert.deepEqual([chat.turns.length, chat.title, isWhole], [3, TITLE, true]);
  });

  it("gives the last turns of a long one, and then all others in pages, without a gap or a double", async () => {
    const journal = await withTurns(700);
    const { sessions } = createSessions(journal);
    const opened = await sessions.open(chatId);
    assert.deepEqual([opened.isWhole, opened.chat.turns.length, opened.chat.title], [false, 40, TITLE]);
    const { chat, pages } = await readInPages(createSessions(journal).sessions, 100);
    assert.deepEqual([chat, pages], [await sessions.state(chatId), 8]);
    assert.deepEqual(opened.chat.turns.slice(1), chat.turns.slice(-39)); // the first has lost its parent: that is not in what was read
    assert.equal(opened.chat.seq, chat.seq);
  });

  it("reads no more of a long one before its end is shown than the ends of its files", async () => {
    const journal = await withTurns(700);
    let readLines = 0;
    const counted: MemoryJournal = {
      ...journal,
      async *read(file, from) {
        await new Promise((resolve) => setImmediate(resolve));
        for await (const line of journal.read(file, from)) {
          readLines++;
          yield line;
        }
      },
    };
    const { sessions } = createSessions(counted);
    await sessions.open(chatId);
    assert.equal(readLines, 0);
    await sessions.state(chatId);
    assert.equal(readLines, 3_501);
  });

  it("tells of what comes to a long one while it is being read", async () => {
    const journal = await withTurns(700);
    const { sessions, fired } = createSessions(journal);
    const { chat } = await sessions.open(chatId);
    await sessions.append(chatId, turnOf(700, "the newest"));
    assert.deepEqual(fired.map((event) => event.seq), [1, 2, 3, 4, 5].map((step) => chat.seq + step));
    assert.equal((await sessions.state(chatId)).turns.length, 701);
  });

  it("tells of what another window wrote between the end's reading and the whole's", async () => {
    const journal = await withTurns(700);
    const other = createSessions(journal.shareWith("other"));
    await other.sessions.state(chatId);
    const { sessions, fired } = createSessions({
      ...journal,
      async *read(file, from) {
        if (file.writer === "before") await other.sessions.append(chatId, turnOf(700, "theirs"));
        yield* journal.read(file, from);
      },
    });
    const { chat } = await sessions.open(chatId);
    const whole = await sessions.state(chatId);
    assert.deepEqual([whole.turns.at(-1)?.turnId, fired.map((event) => event.seq)], ["turn700", [1, 2, 3, 4, 5].map((step) => chat.seq + step)]);
  });

  it("gives a long one whole where its end holds no beginning of a turn", async () => {
    const journal = createMemoryJournal({ writer: "before" });
    const { sessions } = createSessions(journal);
    await sessions.append(chatId, [{ type: "chat.created", chatId, title: TITLE }, ...turnOf(0, "x").slice(0, 2)]);
    for (let part = 0; part < 10; part++) await sessions.append(chatId, [{ type: "block.part", chatId, turnId: "turn0", blockId: "block0", offset: part * 60_000, text: "y".repeat(60_000) }]);
    const opened = await createSessions(journal.shareWith("now")).sessions.open(chatId);
    assert.deepEqual([opened.isWhole, opened.chat.turns[0]?.blocks[0]?.text.length], [true, 600_000]);
  });

  it("takes nothing twice and loses nothing when a first reading fails half-way", async () => {
    const journal = await withTurns(3);
    await createSessions(journal.shareWith("other")).sessions.append(chatId, turnOf(3, "theirs"));
    let failures = 1;
    const { sessions } = createSessions({
      ...journal,
      read(file, from) {
        if (file.writer === "other" && failures-- > 0) throw new Error("disk asleep");
        return journal.read(file, from);
      },
    });
    await assert.rejects(sessions.state(chatId), /disk asleep/);
    assert.deepEqual((await sessions.state(chatId)).turns.map((turn) => turn.turnId), ["turn0", "turn1", "turn2", "turn3"]);
  });

  it("lies where its id says", () => assert.equal(streamOf("01ABC9Z"), "chats/9z/01ABC9Z"));
});

describe("Sessions: a disk that takes nothing", () => {
  const full = { code: "full", message: "the disk is full" } as const;
  const renamed = (title: string): EventBody<ChatEvent> => ({ type: "chat.renamed", chatId, title });

  it("loses nothing: what is said goes on in memory, in order, and to disk once that is possible", async () => {
    const journal = createMemoryJournal({ writer: "w" });
    const { sessions, fired, clock, saving } = createSessions(journal);
    await sessions.append(chatId, [{ type: "chat.created", chatId, title: TITLE }]);
    journal.failNext(full);
    await sessions.append(chatId, [renamed("one")]);
    journal.failNext(full);
    await sessions.append(chatId, [renamed("two"), renamed("three")]);
    assert.deepEqual([(await sessions.state(chatId)).title, sessions.problem(chatId), fired.length, journal.lines(streamOf(chatId)).length], ["three", "the disk is full", 4, 1]);
    await clock.advance(10_000);
    assert.deepEqual(saving, [{ chatId, problem: "the disk is full" }, { chatId, problem: undefined }]);
    assert.deepEqual((journal.lines(streamOf(chatId)) as readonly SessionEvent[]).map((event) => event.seq), [1, 2, 3, 4]);
    assert.equal((await createSessions(journal.shareWith("later")).sessions.state(chatId)).title, "three");
    assert.equal(clock.waitingTimers, 0);
  });

  it("is tried again as long as it takes, and at once when asked to", async () => {
    const journal = createMemoryJournal({ writer: "w" });
    const { sessions, clock } = createSessions(journal);
    journal.failNext(full);
    await sessions.append(chatId, [renamed("one")]);
    for (let times = 0; times < 3; times++) {
      journal.failNext(full);
      await clock.advance(2_500);
    }
    assert.equal(sessions.problem(chatId), "the disk is full");
    await sessions.saveNow();
    assert.equal(sessions.problem(chatId), undefined);
  });

  it("keeps nothing that no line can say", async () => {
    const { sessions } = createSessions(createMemoryJournal({ writer: "w" }));
    await assert.rejects(sessions.append(chatId, [renamed("x".repeat(300_000))]), RangeError);
    assert.ok((await sessions.append(chatId, [renamed("short")])).ok);
    assert.deepEqual([(await sessions.state(chatId)).title, sessions.problem(chatId)], ["short", undefined]);
  });

  it("counts a line once that stands there twice", async () => {
    const journal = createMemoryJournal({ writer: "w" });
    const { sessions } = createSessions(journal);
    await sessions.append(chatId, turnOf(0, "text"));
    const before = await sessions.state(chatId);
    await journal.append(streamOf(chatId), journal.lines(streamOf(chatId)));
    assert.deepEqual(await createSessions(journal.shareWith("later")).sessions.state(chatId), before);
  });
});

describe("Sessions: a chat that another window has", () => {
  it("takes nothing in, and says how to change that", async () => {
    const journal = createMemoryJournal({ writer: "w" });
    const { sessions } = createSessions(journal, async () => false);
    const refused = await sessions.append(chatId, turnOf(0, "text"));
    assert.match(refused.ok ? "" : `${refused.error.code}: ${refused.error.message}`, /^elsewhere: .*“Continue here”/);
    assert.deepEqual([(await sessions.state(chatId)).seq, journal.lines(streamOf(chatId))], [0, []]);
  });

  it("is written to where it cannot be told who has it: the folder's own problems are the journal's to say", async () => {
    const { sessions } = createSessions(createMemoryJournal({ writer: "w" }), () => Promise.reject(new Error("EACCES")));
    assert.ok((await sessions.append(chatId, turnOf(0, "text"))).ok);
  });
});

describe("Sessions: damaged lines", () => {
  it("are put aside and told of in the chat, once, and all else is there", async () => {
    const journal = createMemoryJournal({ writer: "before" });
    const first = createSessions(journal);
    for (let turn = 0; turn < 3; turn++) await first.sessions.append(chatId, turnOf(turn, `text ${turn}`));
    journal.corrupt(streamOf(chatId), 7); // the second turn's text
    const { sessions } = createSessions(journal.shareWith("now"));
    const notices = async (of: Sessions): Promise<readonly string[]> =>
      (await of.state(chatId)).turns.flatMap((turn) => turn.blocks).filter((block) => block.block.kind === "notice").map((block) => block.text);
    const [told, ...more] = await notices(sessions);
    assert.match(told ?? "", /^One line of this chat is damaged .* kept in .*before/);
    assert.deepEqual([more, (await sessions.state(chatId)).turns.map((turn) => turn.blocks[0]?.text)], [[], ["text 0", "", "text 2"]]);
    const again = createSessions(journal.shareWith("later")).sessions;
    assert.equal((await notices(again)).length, 1);
  });

  it("of a newer build are none: they are left alone, and it is said that they are left out", async () => {
    const journal = createMemoryJournal({ writer: "before" });
    await createSessions(journal).sessions.append(chatId, turnOf(0, "text"));
    await journal.append(streamOf(chatId), [{ v: 99, id: "x", seq: 99, at: 1, type: "chat.painted", chatId }]);
    const before = journal.lines(streamOf(chatId));
    const { sessions } = createSessions({ ...journal.shareWith("now"), quarantine: () => assert.fail("put aside") });
    const notices = async (): Promise<readonly string[]> => (await sessions.state(chatId)).turns.flatMap((turn) => turn.blocks).filter((block) => block.block.kind === "notice").map((block) => block.text);
    const told = await notices();
    assert.match(told.join("\n"), /^What a newer Cairn has written in this chat is left out here\. Update Cairn/);
    assert.deepEqual([await notices(), journal.lines(streamOf(chatId))], [told, before]);
  });
});
