import assert from "node:assert/strict";
import { EVENT_VERSION } from "../../../../../src/core/protocol/events";
import { emptyChat } from "../../../../../src/core/protocol/chatState";
import { reduceMany, runThrough } from "../../../../../src/core/protocol/reduceMany";
import { eventsToShow, listStoredChats, readStoredEvents } from "../../../../../src/core/store/exchange/storedEvents";
import { streamOf, TOMBSTONES } from "../../../../../src/core/store/streams";
import { createTables } from "../../../../../src/core/store/tables";
import { createManualClock } from "../../../../support/fakes/clock";
import { openMemoryDb } from "../../../../support/fakes/db";
import { createMemoryJournal, type MemoryJournal } from "../../../../support/fakes/journal";
import { createRecordingLog } from "../../../../support/fakes/log";
import { testUsage } from "../../../../support/fakes/model";
import { seeded, type Random } from "../../../../support/random";
import { eventSamples } from "../../protocol/eventSamples";
import { createPlace, never, noPause } from "./stage";

let made = 0;
function event(chatId: string, seq: number, more: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> & { readonly id: string } {
  return { v: 1, id: `e${++made}`, seq, at: 1_000 + seq, chatId, ...more };
}

/** A small chat: one question with its answer. */
function smallChat(chatId: string, title = `Chat ${chatId}`): readonly object[] {
  const turn = { turnId: "t1" };
  return [
    event(chatId, 1, { type: "chat.created", title }),
    event(chatId, 2, { type: "turn.started", ...turn, model: "claude-test" }),
    event(chatId, 3, { type: "block.started", ...turn, blockId: "b1", role: "user", block: { kind: "text" } }),
    event(chatId, 4, { type: "block.part", ...turn, blockId: "b1", offset: 0, text: 'ü🫖 \u2028 "quoted" {]' }),
    event(chatId, 5, { type: "usage", ...turn, ...testUsage() }),
    event(chatId, 6, { type: "turn.ended", ...turn, status: "done" }),
  ];
}

/** Everything that tables know, as far as it is about chats; and each chat as it is shown. */
async function knownOf(journal: MemoryJournal): Promise<object> {
  const db = await openMemoryDb();
  const tables = createTables({ openDb: async () => db, journal, timers: createManualClock(), log: createRecordingLog() });
  await tables.listChats({}, 1);
  const { chats } = await tables.listChats({}, 1_000);
  const rows = await db.query("SELECT chat_id, title, folder, folder_uri, agent, model, tags, is_pinned, has_edits, created_at, updated_at, deleted_at, turn_count FROM chats ORDER BY chat_id");
  const usage = await db.query("SELECT chat_id, count(*) AS n, sum(input_tokens) AS i, sum(output_tokens) AS o FROM usage JOIN chats USING (chat_no) GROUP BY chat_id ORDER BY chat_id");
  const days = await db.query("SELECT day, chat_id, models.model, answers, input_tokens FROM usage_days JOIN chats USING (chat_no) JOIN models USING (model_no) ORDER BY 1, 2, 3");
  await tables.close();
  const states = [];
  for (const chatId of await listStoredChats(journal)) states.push(runThrough(reduceMany(emptyChat(chatId), eventsToShow((await readStoredEvents(journal, chatId, noPause, never)).events))));
  return { order: chats.map((chat) => chat.chatId), rows, usage, days, states };
}

/** Chats of all kinds of events, by several writers at once, with numbers used twice and lines written twice. */
async function fill(journal: MemoryJournal, random: Random): Promise<void> {
  const kinds = Object.values(eventSamples).flat().filter((sample) => sample.chatId !== undefined && !["block.delta", "tool.progress", "turn.waiting", "chat.purged", "chat.imported"].includes(sample.type));
  const writers = [journal, journal.shareWith("other"), journal.shareWith("third")];
  for (let chat = 0; chat < 6; chat++) {
    const chatId = `chat${random.integer(100, 999)}x${chat}`;
    for (let seq = 1; seq <= random.integer(1, 40); seq++) {
      const sample = { ...random.pick(kinds), chatId, id: `r${++made}`, seq, at: 1_000_000 + random.integer(0, 100_000_000), ...(random.integer(0, 4) === 0 ? { someday: { known: [seq] } } : {}) };
      const writer = random.pick(writers);
      await writer.append(streamOf(chatId), random.integer(0, 9) === 0 ? [sample, sample] : [sample]);
      if (random.integer(0, 5) === 0) await random.pick(writers).append(streamOf(chatId), [{ ...sample, id: `r${++made}`, at: sample.at + 1 }]);
    }
  }
}

describe("exported and imported again", function () {
  this.timeout(20_000);

  it("chats are the same: events, tables, order, sums and what is shown", seeded(async (random) => {
    const before = createPlace();
    await fill(before.journal, random);
    const { text, counts } = await before.export({ hasTrash: true });
    const after = createPlace();
    const outcome = await after.import(text);
    assert.deepEqual(outcome, { ok: true, value: { imported: counts.chats, present: 0, copied: 0, isCancelled: false } });
    for (const chatId of await listStoredChats(before.journal)) {
      const of = async (journal: MemoryJournal) => (await readStoredEvents(journal, chatId, noPause, never)).events.map(({ value }) => value);
      assert.deepEqual(await of(after.journal), await of(before.journal));
    }
    const { text: again } = await after.export({ hasTrash: true });
    assert.equal(again, text, "the second export is the first one, byte for byte");
    // Lines that stand there twice count twice in the tables of the first place, once in those of the second.
    const cleaned = createPlace();
    await cleaned.import(again);
    assert.deepEqual(await knownOf(after.journal), await knownOf(cleaned.journal));
  }));

  it("the tables say the same, where nothing was written twice", async () => {
    const before = createPlace();
    for (const chatId of ["chatA1", "chatB2", "chatC3"]) await before.journal.append(streamOf(chatId), smallChat(chatId));
    await before.journal.shareWith("other").append(streamOf("chatB2"), [event("chatB2", 7, { type: "chat.renamed", title: "Renamed" }), event("chatB2", 8, { type: "chat.tagged", tags: ["a"] })]);
    const after = createPlace();
    await after.import((await before.export()).text);
    assert.deepEqual(await knownOf(after.journal), await knownOf(before.journal));
  });

  it("chats in the trash go along only on wish, and a chat that is named in any case", async () => {
    const place = createPlace();
    await place.journal.append(streamOf("chatA1"), [...smallChat("chatA1"), event("chatA1", 7, { type: "chat.deleted" })]);
    await place.journal.append(streamOf("chatB2"), smallChat("chatB2"));
    const idsIn = (text: string): readonly string[] => (JSON.parse(text) as { chats: { chatId: string }[] }).chats.map((chat) => chat.chatId);
    assert.deepEqual(idsIn((await place.export()).text), ["chatB2"]);
    assert.deepEqual(idsIn((await place.export({ hasTrash: true })).text), ["chatA1", "chatB2"]);
    assert.deepEqual(idsIn((await place.export({ chatIds: ["chatA1"] })).text), ["chatA1"]);
  });

  it("payloads kept apart come along, before the lines that name them; one that is missing is counted", async () => {
    const before = createPlace();
    const hash = before.blobs.put("a picture");
    const gone = "0".repeat(64);
    const block = (seq: number, sha256: string) => event("chatA1", seq, { type: "block.started", turnId: "t1", blockId: `b${seq}`, role: "user", block: { kind: "blob", sha256, mediaType: "image/png", sizeBytes: 9 } });
    await before.journal.append(streamOf("chatA1"), [...smallChat("chatA1"), block(7, hash), block(8, gone)]);
    const { text, counts } = await before.export();
    assert.deepEqual(counts, { chats: 1, lostLines: 0, missingBlobs: 1 });
    const after = createPlace();
    const writtenAt: number[] = [];
    const blobs = { ...after.blobs, write: async (sha256: string, base64: string) => (writtenAt.push(after.journal.lines(streamOf("chatA1")).length), after.blobs.write(sha256, base64)) };
    assert.ok((await after.import(text, { blobs })).ok);
    assert.deepEqual([...after.blobs.kept], [[hash, Buffer.from("a picture").toString("base64")]]);
    assert.deepEqual(writtenAt, [0]);
  });

  it("a damaged line is left out and counted; a line of a newer build is kept as it stands", async () => {
    const place = createPlace();
    const newer = { ...event("chatA1", 7, { type: "chat.flown" }), v: EVENT_VERSION + 1 };
    await place.journal.append(streamOf("chatA1"), [...smallChat("chatA1"), newer]);
    place.journal.corrupt(streamOf("chatA1"), 3);
    const { text, counts } = await place.export();
    assert.equal(counts.lostLines, 1);
    const { events } = (JSON.parse(text) as { chats: [{ events: object[] }] }).chats[0];
    assert.equal(events.length, 6);
    assert.deepEqual(events.at(-1), newer);
    const outcome = await createPlace().import(text);
    assert.match(outcome.ok ? "" : outcome.error.message, /newer Cairn/);
  });
});

describe("importChats", () => {
  it("skips chats that are here, event for event, even when another program wrote the file anew", async () => {
    const place = createPlace();
    await place.journal.append(streamOf("chatA1"), smallChat("chatA1"));
    const { text } = await place.export();
    const sorted = JSON.stringify(JSON.parse(text, (_key, value: unknown) => (typeof value === "object" && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort().reverse()) : value)), null, 3);
    for (const file of [text, sorted]) assert.deepEqual(await place.import(file), { ok: true, value: { imported: 0, present: 1, copied: 0, isCancelled: false } });
    assert.equal(place.journal.lines(streamOf("chatA1")).length, 6);
  });

  it("puts a chat that differs beside the one that is here, under new ids, and counts its cost once", async () => {
    const place = createPlace();
    await place.journal.append(streamOf("chatA1"), smallChat("chatA1"));
    const { text } = await place.export();
    await place.journal.append(streamOf("chatA1"), [event("chatA1", 7, { type: "chat.renamed", title: "Gone on" })]);
    const before = place.journal.lines(streamOf("chatA1"));
    assert.deepEqual(await place.import(text), { ok: true, value: { imported: 0, present: 0, copied: 1, isCancelled: false } });
    assert.deepEqual(place.journal.lines(streamOf("chatA1")), before);
    const [copyId = ""] = (await listStoredChats(place.journal)).filter((chatId) => chatId !== "chatA1");
    const copy = place.journal.lines(streamOf(copyId)) as { id: string; chatId: string; type: string; turnId?: string }[];
    assert.deepEqual(copy.map((item) => item.type), ["chat.created", "turn.started", "block.started", "block.part", "turn.ended"]);
    assert.ok(copy.every((item) => item.chatId === copyId && !before.some((old) => (old as { id: string }).id === item.id)));
    assert.equal(new Set(copy.flatMap((item) => item.turnId ?? [])).size, 1);
    assert.ok(!copy.some((item) => item.turnId === "t1"));
  });

  it("brings a chat back that was removed for good, clock set back or not", async () => {
    const place = createPlace();
    const from = createPlace();
    await from.journal.append(streamOf("chatA1"), smallChat("chatA1"));
    await place.journal.append(TOMBSTONES, [{ ...event("chatA1", 1, { type: "chat.purged" }), at: 9_000 }]); // the place's clock says 5,000
    assert.deepEqual(await listStoredChats(place.journal), []);
    assert.ok((await place.import((await from.export()).text)).ok);
    assert.deepEqual(await listStoredChats(place.journal), ["chatA1"]);
    assert.deepEqual(await knownOf(place.journal), { ...(await knownOf(from.journal)) });
  });

  it("is seen by a window that hears of the removal and of the import only later, in whatever order", async () => {
    for (const isLate of [false, true]) {
      const there = createMemoryJournal({ writer: "a" });
      const [first, second] = isLate ? [there, there.shareWith("z")] : [there.shareWith("z"), there];
      const stream = streamOf("chatA1");
      await first.append(stream, smallChat("chatA1"));
      const lines = there.lines(stream);
      const db = await openMemoryDb();
      const tables = createTables({ openDb: async () => db, journal: there, timers: createManualClock(), log: createRecordingLog() });
      assert.equal((await tables.listChats({}, 10)).chats.length, 1);
      // The same window writes the same chat again: its file is as long as it was.
      await first.append(TOMBSTONES, [{ ...event("chatA1", 1, { type: "chat.purged" }), at: 9_000 }]);
      there.truncate(stream, first.writer, 0);
      await second.append(TOMBSTONES, [{ ...event("chatA1", 1, { type: "chat.imported" }), at: 9_001 }]);
      await first.append(stream, lines as object[]);
      assert.equal((await tables.listChats({}, 10)).chats.length, 1, `import heard of ${isLate ? "after" : "before"} the removal`);
      await tables.close();
    }
  });

  it("imports nothing of a file with anything wrong in it, and says what", async () => {
    const from = createPlace();
    await from.journal.append(streamOf("chatA1"), smallChat("chatA1"));
    await from.journal.append(streamOf("chatB2"), smallChat("chatB2"));
    const { text } = await from.export();
    const wrong: Readonly<Record<string, readonly [string, RegExp]>> = {
      empty: ["", /no file of chats/],
      "another program's": ['{"name":"x","chats":[1]}', /no file of chats/],
      "a list": ["[]", /no file of chats/],
      "no JSON": ["hello", /no file of chats/],
      "another format": [text.replace("cairn-chats", "other-chats"), /no file of chats/],
      "a newer version": [text.replace('"version":1', '"version":2'), /version 2, this Cairn knows 1/],
      "a newer event": [text.replace('"type":"chat.created"', '"type":"chat.invented"'), /newer Cairn/],
      "cut off": [text.slice(0, -40), /damaged/],
      "cut in the last chat": [text.slice(0, text.lastIndexOf('"turn.ended"')), /damaged/],
      "an event that is none": [text.replaceAll('"offset":0', '"offset":-1'), /damaged: chats\.0\.events\.3/],
      "an event of another chat": [text.replace('"seq":2,"at":1002,"chatId":"chatB2"', '"seq":2,"at":1002,"chatId":"chatA1"'), /of another chat/],
      "a chat by another name": [text.replace('{"chatId":"chatB2","events"', '{"chatId":"chatC3","events"'), /of another chat/],
      "a chat whose name is a path": [text.replaceAll("chatB2", "../../up"), /damaged/],
      "a chat without events": [text.replace(/\{"chatId":"chatB2".*?\]\}/s, '{"chatId":"chatB2","events":[]}'), /without id or events/],
      "events that are no list": [text.replace(/\{"chatId":"chatB2".*?\]\}/s, '{"chatId":"chatB2","events":{}}'), /wrong kind/],
      "chats that are no list": ['{"format":"cairn-chats","version":1,"chats":{}}', /wrong kind/],
      "a blob that is not what it says": [text.replace('"blobs":{', `"blobs":{"${"0".repeat(64)}":"aGk="`), /not what its name says/],
      "an event that is not stored": [text.replace('"type":"block.part"', '"type":"block.delta"'), /no stored event/],
      "too long an event": [text.replace("quoted", "x".repeat(300_000)), /too long/],
    };
    for (const [name, [file, message]] of Object.entries(wrong)) {
      assert.notEqual(file, text, name);
      const place = createPlace();
      const outcome = await place.import(file);
      assert.match(outcome.ok ? "imported" : outcome.error.message, message, name);
      assert.deepEqual([await place.journal.files(), [...place.blobs.kept]], [[], []], name);
    }
  });

  it("says what came in before the disk was full", async () => {
    const from = createPlace();
    for (const chatId of ["chatA1", "chatB2"]) await from.journal.append(streamOf(chatId), smallChat(chatId));
    const { text } = await from.export();
    const place = createPlace();
    const outcome = await place.import(text, { onProgress: ({ isChecking, chatsDone }) => void (!isChecking && chatsDone === 1 && place.journal.failNext({ code: "full", message: "the disk is full (ENOSPC)" })) });
    assert.deepEqual(outcome, { ok: false, error: { message: "The chats could not be stored: the disk is full (ENOSPC).", before: { imported: 1, present: 0, copied: 0, isCancelled: false } } });
  });

  it("stops between chats when it is cancelled", async () => {
    const from = createPlace();
    for (const chatId of ["chatA1", "chatB2"]) await from.journal.append(streamOf(chatId), smallChat(chatId));
    const place = createPlace();
    const controller = new AbortController();
    const outcome = await place.import((await from.export()).text, { onProgress: ({ isChecking }) => void (!isChecking && controller.abort()) }, controller.signal);
    assert.deepEqual(outcome, { ok: true, value: { imported: 1, present: 0, copied: 0, isCancelled: true } });
    assert.equal(place.journal.lines(streamOf("chatA1")).length, 6);
  });

  it("waits for another window that imports the same chat", async () => {
    const from = createPlace();
    await from.journal.append(streamOf("chatA1"), smallChat("chatA1"));
    const place = createPlace();
    await place.claims.shareWith("other").claim(streamOf("chatA1"));
    const outcome = await place.import((await from.export()).text);
    assert.match(outcome.ok ? "" : outcome.error.message, /Another window/);
    assert.deepEqual(await place.journal.files(), []);
  });
});
