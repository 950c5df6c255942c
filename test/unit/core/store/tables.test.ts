import assert from "node:assert/strict";
import type { ByteRange, Db, Row } from "../../../../src/core/ports";
import type { ChatEvent, EventBody, SessionEvent } from "../../../../src/core/protocol/events";
import type { ChatFilter } from "../../../../src/core/protocol/calls";
import { createTables, type Tables } from "../../../../src/core/store/tables";
import { createManualClock } from "../../../support/fakes/clock";
import { openMemoryDb } from "../../../support/fakes/db";
import { createMemoryJournal, type MemoryJournal } from "../../../support/fakes/journal";
import { createRecordingLog } from "../../../support/fakes/log";
import { testUsage } from "../../../support/fakes/model";
import { seeded } from "../../../support/random";

const streamOf = (chatId: string): string => `chats/${chatId.slice(-2)}/${chatId}`;
const started = (chatId: string, turnId: string, model = "claude-test"): EventBody<ChatEvent> => ({ type: "turn.started", chatId, turnId, model });
const spent = (chatId: string, turnId: string): EventBody<ChatEvent> => ({ type: "usage", chatId, turnId, ...testUsage() });

interface Appended {
  readonly stream: string;
  readonly writer: string;
  readonly range: ByteRange;
  readonly events: readonly SessionEvent[];
}

/** Appends to journals as windows do, all on one clock: a millisecond an event. */
function createWriter(): (journal: MemoryJournal, ...bodies: readonly EventBody<ChatEvent>[]) => Promise<Appended> {
  const lastSeq = new Map<string, number>();
  let at = 1_000;
  return async (journal, ...bodies) => {
    const chatId = bodies[0]?.chatId ?? "";
    const events = bodies.map((body) => {
      const seq = (lastSeq.get(chatId) ?? 0) + 1;
      lastSeq.set(chatId, seq);
      return { v: 1, id: `${chatId}-${seq}`, seq, at: ++at, ...body } as ChatEvent; // body + envelope is the event
    });
    const stored = await journal.append(streamOf(chatId), events);
    assert.ok(stored.ok);
    return { stream: streamOf(chatId), writer: journal.writer, range: stored.value, events };
  };
}

/** Longer than the tables wait for quiet before they save. */
const QUIET_MS = 60_000;
/** Longer than they go without a look at every folder. */
const SCAN_MS = 6 * 60_000;

/** One window: a journal's writer, a database in memory and the tables on it. */
async function createWindow(journal: MemoryJournal = createMemoryJournal()) {
  const log = createRecordingLog();
  const clock = createManualClock();
  const db = await openMemoryDb();
  let saves = 0;
  const counted: Db = {
    ...db,
    async save() {
      saves++;
      await db.save();
    },
  };
  const open = (): Tables => createTables({ openDb: async () => counted, journal, timers: clock, log });
  const tables = open();
  return { journal, log, clock, db, tables, open, append: createWriter(), saves: () => saves };
}

/** Numbers that tables give to chats depend on the order of reading. */
const CONTENT = "chat_id, title, folder, folder_uri, agent, model, tags, is_pinned, has_edits, created_at, updated_at, deleted_at, turn_count, title_seq, model_seq, deleted_seq, pinned_seq, tags_seq";

/** All that the tables hold. Offsets are left out: two images of one content may have read to the same end in other steps. */
async function contentOf(db: Db, columns = CONTENT): Promise<readonly (readonly Row[])[]> {
  const usage = "c.chat_id, m.model, u.input_tokens, u.output_tokens, u.cache_read_tokens, u.cache_write_5m_tokens, u.cache_write_1h_tokens";
  const from = (table: string): string => `FROM ${table} u JOIN chats c USING (chat_no) JOIN models m USING (model_no)`;
  return [
    await db.query(`SELECT ${columns} FROM chats ORDER BY chat_id`),
    await db.query(`SELECT ${usage}, at ${from("usage")} ORDER BY at`),
    await db.query(`SELECT ${usage}, day, answers ${from("usage_days")} ORDER BY day, c.chat_id, m.model`),
  ];
}

/** What tables built from the journals alone hold. */
async function rebuilt(journal: MemoryJournal): Promise<readonly (readonly Row[])[]> {
  const fresh = await createWindow(journal.shareWith("rebuilder"));
  await fresh.tables.listChats({}, 1);
  const content = await contentOf(fresh.db);
  await fresh.db.close();
  return content;
}

describe("Tables: the list of chats", () => {
  it("has what was asked, newest first, as many as wanted", async () => {
    const { journal, tables, append } = await createWindow();
    for (const chatId of ["c1", "c2", "c3"]) await append(journal, { type: "chat.created", chatId, title: `Title ${chatId}` }, started(chatId, "t1"));
    await append(journal, started("c1", "t2"));
    const rest = { isPinned: false, tags: [], hasEdits: false, model: "claude-test" };
    assert.deepEqual((await tables.listChats({}, 10)).chats, [
      { chatId: "c1", title: "Title c1", updatedAt: 1_007, turnCount: 2, ...rest },
      { chatId: "c3", title: "Title c3", updatedAt: 1_006, turnCount: 1, ...rest },
      { chatId: "c2", title: "Title c2", updatedAt: 1_004, turnCount: 1, ...rest },
    ]);
    assert.deepEqual((await tables.listChats({}, 1)).chats.map((chat) => chat.chatId), ["c1"]);
  });

  it("is empty without journals", async () => {
    assert.deepEqual((await (await createWindow()).tables.listChats({}, 10)).chats, []);
  });

  it("leaves out what is deleted until it is restored, and what nobody asked anything", async () => {
    const { journal, tables, append } = await createWindow();
    const list = async (): Promise<readonly string[]> => (await tables.listChats({}, 10)).chats.map((chat) => chat.chatId);
    await append(journal, { type: "chat.created", chatId: "c1", title: "a" });
    assert.deepEqual(await list(), []);
    await append(journal, started("c1", "t1"));
    assert.deepEqual(await list(), ["c1"]);
    await append(journal, { type: "chat.deleted", chatId: "c1" });
    assert.deepEqual(await list(), []);
    await append(journal, { type: "chat.restored", chatId: "c1" });
    assert.deepEqual(await list(), ["c1"]);
  });

  it("has the name that was given last", async () => {
    const { journal, tables, append } = await createWindow();
    await append(journal, { type: "chat.created", chatId: "c1", title: "made" }, started("c1", "t1"), { type: "chat.renamed", chatId: "c1", title: "given" });
    assert.equal((await tables.listChats({}, 1)).chats[0]?.title, "given");
  });

  it("sees at once what another window wrote", async () => {
    const { journal, tables, append } = await createWindow();
    await append(journal.shareWith("writer2"), { type: "chat.created", chatId: "c1", title: "theirs" }, started("c1", "t1"));
    assert.deepEqual((await tables.listChats({}, 10)).chats.map((chat) => chat.title), ["theirs"]);
  });
});

describe("Tables: chats by filter", () => {
  async function withChats() {
    const window = await createWindow();
    const { journal, append } = window;
    const make = (chatId: string, more: readonly EventBody<ChatEvent>[], folder = "shop", model = "m1") =>
      append(journal, { type: "chat.created", chatId, title: `Title ${chatId}`, folder }, started(chatId, "t1", model), ...more);
    await make("c1", [{ type: "chat.tagged", chatId: "c1", tags: ["urgent", "ui"] }]);
    await make("c2", [{ type: "edit.applied", chatId: "c2", turnId: "t1", editId: "e", path: "a.ts", resultHash: "h", inverse: {} } as unknown as EventBody<ChatEvent>], "tools", "m2");
    await make("c3", [{ type: "chat.pinned", chatId: "c3", isPinned: true }], "tools");
    await make("c4", [{ type: "chat.deleted", chatId: "c4" }]);
    const ids = async (filter: ChatFilter) => (await window.tables.listChats(filter, 10)).chats.map((chat) => chat.chatId);
    return { ...window, ids };
  }

  it("are those that fit all of it, pinned ones first", async () => {
    const { ids } = await withChats();
    assert.deepEqual(await ids({}), ["c3", "c2", "c1"]);
    assert.deepEqual([await ids({ folder: "tools" }), await ids({ model: "m2" }), await ids({ tag: "ui" }), await ids({ hasEdits: true })], [["c3", "c2"], ["c2"], ["c1"], ["c2"]]);
    assert.deepEqual([await ids({ folder: "tools", hasEdits: true }), await ids({ folder: "shop", hasEdits: true }), await ids({ since: 1_006 })], [["c2"], [], ["c3"]]);
    assert.deepEqual([await ids({ isTrash: true }), await ids({ tag: "'; DROP TABLE chats" })], [["c4"], []]);
  });

  it("come with all there is to filter by, and what each is", async () => {
    const { tables } = await withChats();
    const { chats, facets } = await tables.listChats({ tag: "ui" }, 10);
    assert.deepEqual(facets, { folders: ["shop", "tools"], models: ["m1", "m2"], agents: [], tags: ["ui", "urgent"] });
    assert.deepEqual(chats, [{ chatId: "c1", title: "Title c1", updatedAt: 1_002, turnCount: 1, isPinned: false, tags: ["urgent", "ui"], hasEdits: false, folder: "shop", model: "m1" }]);
    assert.deepEqual((await tables.find("c4"))?.deletedAt, 1_012);
  });
});

describe("Tables: a chat that was removed for good", () => {
  const purged = (chatId: string): EventBody<ChatEvent> => ({ type: "chat.purged", chatId });

  async function withPurged() {
    const window = await createWindow();
    const { journal, append, tables } = window;
    await append(journal, started("c1", "t1"), spent("c1", "t1"));
    const late = await append(journal, started("c2", "t2"), spent("c2", "t2"));
    await tables.listChats({}, 10);
    await journal.append("tombstones", [{ v: 1, id: "p1", seq: 1, at: 5_000, ...purged("c1") }]);
    return { ...window, late };
  }

  it("is in no table any more, and what is left of its journals comes back into none", async () => {
    const { db, tables, journal, append } = await withPurged();
    assert.deepEqual((await tables.listChats({}, 10)).chats.map((chat) => chat.chatId), ["c2"]);
    const more = await append(journal, started("c1", "t9"));
    await tables.take(more.stream, more.writer, more.range, more.events);
    assert.deepEqual((await tables.listChats({}, 10)).chats.map((chat) => chat.chatId), ["c2"]);
    assert.deepEqual([await tables.leftovers(), await contentOf(db)], [["c1"], await rebuilt(journal)]);
  });

  it("is one again when it is imported", async () => {
    const { tables, journal, append } = await withPurged();
    await tables.listChats({}, 10);
    await journal.append("tombstones", [{ v: 1, id: "p2", seq: 1, at: 6_000, type: "chat.imported", chatId: "c1" }]);
    await append(journal, started("c1", "t9"));
    assert.deepEqual((await tables.listChats({}, 10)).chats.map((chat) => chat.chatId).sort(), ["c1", "c2"]);
    assert.deepEqual(await tables.leftovers(), []);
  });
});

describe("Tables: what this window takes in", () => {
  it("is there without reading the journal", async () => {
    const { journal, tables, append, db } = await createWindow();
    const { stream, writer, range, events } = await append(journal, { type: "chat.created", chatId: "c1", title: "a", folder: "shop" }, started("c1", "t1"), spent("c1", "t1"));
    await tables.take(stream, writer, range, events);
    const used = { chat_id: "c1", model: "claude-test", input_tokens: 11, output_tokens: 7, cache_read_tokens: 0, cache_write_5m_tokens: 0, cache_write_1h_tokens: 0 };
    assert.deepEqual(await contentOf(db, "chat_id, title, folder, model, created_at, updated_at, deleted_at, turn_count"), [
      [{ chat_id: "c1", title: "a", folder: "shop", model: "claude-test", created_at: 1_001, updated_at: 1_002, deleted_at: null, turn_count: 1 }],
      [{ ...used, at: 1_003 }],
      [{ ...used, day: "1970-01-01", answers: 1 }],
    ]);
    assert.deepEqual(await db.query("SELECT * FROM journal_files"), [{ stream, writer: "writer1", offset: range.endOffset }]);
  });

  it("counts once, whether a take or a catch-up comes first, or the take twice", async () => {
    const { journal, tables, append } = await createWindow();
    const first = await append(journal, started("c1", "t1"));
    const second = await append(journal, started("c1", "t2"));
    await tables.take(first.stream, first.writer, first.range, first.events);
    await tables.take(first.stream, first.writer, first.range, first.events);
    const [listed] = await Promise.all([tables.listChats({}, 1), tables.take(second.stream, second.writer, second.range, second.events), tables.take(first.stream, first.writer, first.range, first.events)]);
    assert.equal(listed.chats[0]?.turnCount, 2);
    assert.equal((await tables.listChats({}, 1)).chats[0]?.turnCount, 2);
  });

  it("waits for the next catch-up when an earlier take was lost", async () => {
    const { journal, tables, append, db } = await createWindow();
    await append(journal, started("c1", "t1"));
    const second = await append(journal, started("c1", "t2"));
    await tables.take(second.stream, second.writer, second.range, second.events);
    assert.deepEqual(await db.query("SELECT * FROM chats"), []);
    assert.equal((await tables.listChats({}, 1)).chats[0]?.turnCount, 2);
  });

  it("is the same as a rebuild from zero, in whatever order takes, lost takes, catch-ups and restarts come", seeded(async (random) => {
    const { journal, tables: first, open, append, db } = await createWindow();
    let tables = first;
    let late: Appended[] = [];
    const under = new Set<Promise<unknown>>();
    for (let step = 0; step < 60; step++) {
      const chatId = random.pick(["c1", "c2", "c3"]);
      const body = random.pick<EventBody<ChatEvent>>([
        { type: "chat.created", chatId, title: `t${step}` }, { type: "chat.renamed", chatId, title: `n${step}` }, { type: "chat.deleted", chatId }, { type: "chat.restored", chatId },
        started(chatId, `turn${step}`), { type: "chat.pinned", chatId, isPinned: random.next() < 0.5 }, { type: "chat.tagged", chatId, tags: [`tag${step}`] }, { type: "turn.ended", chatId, turnId: "t", status: "done" }, spent(chatId, `turn${step}`), { type: "notice", chatId, level: "info", text: "x" },
      ]);
      const appended = await append(journal, body, ...(random.next() < 0.3 ? [started(chatId, `turn${step}b`)] : []));
      const fate = random.next();
      if (fate < 0.5) under.add(tables.take(appended.stream, appended.writer, appended.range, appended.events));
      else if (fate < 0.7) late.push(appended);
      if (random.next() < 0.1) {
        for (const { stream, writer, range, events } of late) under.add(tables.take(stream, writer, range, events));
        late = [];
      }
      if (random.next() < 0.15) under.add(tables.listChats({}, 5));
      if (random.next() < 0.05) {
        await Promise.all(under);
        [tables, late] = [open(), []];
      }
    }
    await tables.listChats({}, 5);
    assert.deepEqual(await contentOf(db), await rebuilt(journal));
    await db.close();
  }));
});

describe("Tables: the image", () => {
  it("is saved once it has been quiet for a while, and not for nothing", async () => {
    const { journal, tables, append, saves, clock } = await createWindow();
    for (const turnId of ["t1", "t2", "t3"]) {
      const { stream, writer, range, events } = await append(journal, started("c1", turnId));
      await tables.take(stream, writer, range, events);
      await clock.advance(1_000);
    }
    assert.equal(saves(), 0);
    await clock.advance(QUIET_MS);
    await tables.listChats({}, 1);
    await clock.advance(QUIET_MS);
    assert.equal(saves(), 1);
  });

  it("that cannot be saved costs a line in the log alone", async () => {
    const { journal, append, db } = await createWindow();
    const [clock, log] = [createManualClock(), createRecordingLog()];
    const tables = createTables({ openDb: async () => ({ ...db, save: () => Promise.reject(new Error("disk full")) }), journal, timers: clock, log });
    await append(journal, started("c1", "t1"));
    await tables.listChats({}, 1);
    await clock.advance(QUIET_MS);
    assert.equal(log.lines.length, 1);
    assert.match(log.lines[0] ?? "", /^warn: The chat index was not saved.*disk full/);
    assert.equal((await tables.listChats({}, 1)).chats.length, 1);
  });
});

describe("Tables: two windows", () => {
  it("come to the same, whichever wrote what, as each other and as the order of the events says", seeded(async (random) => {
    for (let round = 0; round < 5; round++) {
      const here = await createWindow();
      const there = await createWindow(here.journal.shareWith("writer2"));
      const expected = new Map<string, { title: string; isDeleted: boolean; model: string | null }>();
      for (let step = 0; step < 20; step++) {
        const window = random.pick([here, there]);
        const chatId = random.pick(["c1", "c2"]);
        const chat = expected.get(chatId) ?? { title: "", isDeleted: false, model: null };
        expected.set(chatId, chat);
        const body = random.pick<EventBody<ChatEvent>>([{ type: "chat.renamed", chatId, title: `n${step}` }, { type: "chat.deleted", chatId }, { type: "chat.restored", chatId }, started(chatId, `turn${step}`, `m${step}`)]);
        if (body.type === "chat.renamed") chat.title = body.title;
        if (body.type === "turn.started") chat.model = body.model;
        if (body.type === "chat.deleted" || body.type === "chat.restored") chat.isDeleted = body.type === "chat.deleted";
        // One numbering for both: each had seen the other's events before it wrote.
        const { stream, writer, range, events } = await here.append(window.journal, body);
        if (random.next() < 0.5) await window.tables.take(stream, writer, range, events);
        if (random.next() < 0.2) await random.pick([here, there]).tables.listChats({}, 5);
      }
      for (const { db, tables } of [here, there]) {
        await tables.listChats({}, 5);
        const rows = await db.query("SELECT chat_id, title, deleted_at, model FROM chats ORDER BY chat_id");
        const found = rows.map((row) => [row["chat_id"], { title: row["title"], isDeleted: row["deleted_at"] !== null, model: row["model"] }]);
        assert.deepEqual(found, [...expected].sort(([a], [b]) => (a < b ? -1 : 1)));
      }
      assert.deepEqual(await contentOf(here.db), await contentOf(there.db));
      await here.db.close();
      await there.db.close();
    }
  }));

  it("keeps apart two writers of one chat", async () => {
    const { journal, tables, append, db } = await createWindow();
    await append(journal, started("c1", "t1"));
    await append(journal.shareWith("writer2"), started("c1", "t2"));
    assert.equal((await tables.listChats({}, 1)).chats[0]?.turnCount, 2);
    assert.deepEqual((await db.query("SELECT writer FROM journal_files ORDER BY writer")).map((row) => row["writer"]), ["writer1", "writer2"]);
  });
});

describe("Tables: journals that are not as they should be", () => {
  it("skips damaged lines, once and with a word, and reads on", async () => {
    const { journal, tables, append, log } = await createWindow();
    for (const turnId of ["t1", "t2", "t3"]) await append(journal, started("c1", turnId));
    journal.corrupt(streamOf("c1"), 1);
    assert.equal((await tables.listChats({}, 1)).chats[0]?.turnCount, 2);
    assert.equal((await tables.listChats({}, 1)).chats[0]?.turnCount, 2);
    assert.equal(log.lines.length, 1);
    assert.match(log.lines[0] ?? "", /^warn: Skipped a line of chats\/c1\/c1 before byte \d+: /);
  });

  it("skips lines that are no event it knows", async () => {
    const { journal, tables, append, log } = await createWindow();
    await journal.append(streamOf("c1"), [{ v: 99, type: "chat.painted" }, "no event", { v: 1, type: "chat.painted" }]);
    await append(journal, started("c1", "t1"));
    assert.equal((await tables.listChats({}, 1)).chats[0]?.turnCount, 1);
    assert.equal(log.lines.length, 3);
  });

  it("leaves a torn line for later", async () => {
    const { journal, tables, append, db } = await createWindow();
    const first = await append(journal, started("c1", "t1"));
    const second = await append(journal, started("c1", "t2"));
    journal.truncate(second.stream, "writer1", second.range.endOffset - 3);
    assert.equal((await tables.listChats({}, 1)).chats[0]?.turnCount, 1);
    assert.deepEqual(await db.query("SELECT offset FROM journal_files"), [{ offset: first.range.endOffset }]);
  });

  it("writes no image for a torn line alone, however often it is asked", async () => {
    const { journal, tables, append, saves, clock } = await createWindow();
    const { stream, range } = await append(journal, started("c1", "t1"));
    await append(journal.shareWith("writer2"), started("c1", "t2"));
    journal.truncate(stream, "writer1", range.endOffset - 3);
    for (let times = 0; times < 3; times++) {
      await tables.listChats({}, 1);
      await clock.advance(QUIET_MS);
    }
    assert.equal(saves(), 1);
  });

  it("builds anew when a file is shorter than what was read of it", async () => {
    const { journal, tables, append, clock } = await createWindow();
    const first = await append(journal, started("c1", "t1"));
    await append(journal, started("c1", "t2"), started("c1", "t3"));
    assert.equal((await tables.listChats({}, 1)).chats[0]?.turnCount, 3);
    // A write that was read before it failed and was cut off, or a folder restored from a backup.
    journal.truncate(first.stream, "writer1", first.range.endOffset);
    await clock.advance(SCAN_MS);
    assert.equal((await tables.listChats({}, 1)).chats[0]?.turnCount, 1);
    await append(journal, started("c1", "t4"));
    assert.equal((await tables.listChats({}, 1)).chats[0]?.turnCount, 2);
  });
});

describe("Tables: a chat whose folder is gone", () => {
  async function withOneGone() {
    const window = await createWindow();
    const gone = await window.append(window.journal, started("c1", "t1"));
    await window.append(window.journal, started("c2", "t2"), spent("c2", "t2"));
    assert.equal((await window.tables.listChats({}, 10)).chats.length, 2);
    window.journal.truncate(gone.stream, "writer1", 0);
    await window.clock.advance(SCAN_MS);
    return window;
  }
  const rebuilds = (lines: readonly string[]): number => lines.filter((line) => line.includes("is built anew")).length;

  it("is no longer listed, and the others are", async () => {
    const { tables, db, journal } = await withOneGone();
    assert.deepEqual((await tables.listChats({}, 10)).chats.map((chat) => chat.chatId), ["c2"]);
    assert.deepEqual(await contentOf(db), await rebuilt(journal));
  });

  it("costs one building anew, not one a listing", async () => {
    const { tables, log, saves, clock } = await withOneGone();
    for (let times = 0; times < 3; times++) {
      await tables.listChats({}, 10);
      await clock.advance(QUIET_MS);
    }
    assert.deepEqual([rebuilds(log.lines), saves()], [1, 2]); // the first save was of both
  });

  it("leaves an empty list when it was the only one", async () => {
    const { journal, tables, append, log, clock } = await createWindow();
    const { stream } = await append(journal, started("c1", "t1"));
    await tables.listChats({}, 10);
    journal.truncate(stream, "writer1", 0);
    await clock.advance(SCAN_MS);
    assert.deepEqual([(await tables.listChats({}, 10)).chats, (await tables.listChats({}, 10)).chats, rebuilds(log.lines)], [[], [], 1]);
  });

  it("is not one of which nothing was read yet", async () => {
    const { journal, tables, log } = await createWindow();
    const stored = await journal.append(streamOf("c1"), []);
    assert.ok(stored.ok);
    await tables.take(streamOf("c1"), journal.writer, stored.value, []);
    await tables.listChats({}, 10);
    assert.equal(rebuilds(log.lines), 0);
  });
});

describe("Tables: a database that fails", () => {
  const take = { stream: streamOf("c1"), range: { startOffset: 0, endOffset: 10 }, events: [] } as const;

  it("costs a take nothing but a line in the log, and the list its answer", async () => {
    const log = createRecordingLog();
    const tables = createTables({ openDb: () => Promise.reject(new Error("no wasm")), journal: createMemoryJournal(), timers: createManualClock(), log });
    await tables.take(take.stream, "writer1", take.range, take.events);
    assert.deepEqual(log.lines, ["warn: The chat index missed an update and will catch up: no wasm"]);
    await assert.rejects(tables.listChats({}, 1), /no wasm/);
  });

  it("is opened again at the next need", async () => {
    let attempts = 0;
    const openDb = async (): Promise<Db> => {
      if (++attempts === 1) throw new Error("disk asleep");
      return openMemoryDb();
    };
    const tables = createTables({ openDb, journal: createMemoryJournal(), timers: createManualClock(), log: createRecordingLog() });
    await assert.rejects(tables.listChats({}, 1), /disk asleep/);
    assert.deepEqual((await tables.listChats({}, 1)).chats, []);
  });

  it("does not keep the window from closing", async () => {
    const tables = createTables({ openDb: () => Promise.reject(new Error("no wasm")), journal: createMemoryJournal(), timers: createManualClock(), log: createRecordingLog() });
    await tables.take(take.stream, "writer1", take.range, take.events);
    await tables.close();
  });

  it("of a newer build is named as such, left alone, and closed", async () => {
    const db = await openMemoryDb();
    await db.batch([{ sql: "PRAGMA user_version = 99" }]);
    let isClosed = false;
    const guarded: Db = {
      query: db.query,
      keepImage: () => assert.fail("kept"),
      batch: () => assert.fail("wrote"),
      save: () => assert.fail("saved"),
      async close() {
        isClosed = true;
      },
    };
    const tables = createTables({ openDb: async () => guarded, journal: createMemoryJournal(), timers: createManualClock(), log: createRecordingLog() });
    await assert.rejects(tables.listChats({}, 1), /newer Cairn\. Update Cairn/);
    await tables.close();
    assert.equal(isClosed, true);
  });

  it("is saved and closed at the end; one never opened is not", async () => {
    const { tables, journal, append, saves, db, clock, log } = await createWindow();
    const { stream, writer, range, events } = await append(journal, started("c1", "t1"));
    await tables.listChats({}, 1);
    await tables.close();
    assert.equal(saves(), 1);
    await assert.rejects(db.query("SELECT 1"), /closed/);
    await tables.take(stream, writer, range, events);
    await clock.advance(QUIET_MS);
    assert.deepEqual([saves(), clock.waitingTimers, log.lines.filter((line) => line.includes("not saved"))], [1, 0, []]);
    await createTables({ openDb: () => assert.fail("opened"), journal, timers: clock, log }).close();
  });
});
