import assert from "node:assert/strict";
import { ok } from "../../../../src/core/base/result";
import type { Attachment } from "../../../../src/core/chat/attachments";
import { continueChat, duplicateChat, forkChat } from "../../../../src/core/chat/copies";
import { createMovePayloads, MAX_INLINE_LENGTH } from "../../../../src/core/chat/payloads";
import { Sessions } from "../../../../src/core/chat/sessions";
import { Turns } from "../../../../src/core/chat/turns";
import type { Blobs, Journal } from "../../../../src/core/ports";
import { streamOf } from "../../../../src/core/store/streams";
import type { Tables } from "../../../../src/core/store/tables";
import { createBlobs } from "../../../../src/extension/adapters/blobs";
import { createMemoryBlobFiles } from "../../../support/fakes/blobFiles";
import { createMemoryBlobs } from "../../../support/fakes/blobs";
import { createManualClock } from "../../../support/fakes/clock";
import { createFakeEditor } from "../../../support/fakes/editor";
import { createCountingIds } from "../../../support/fakes/ids";
import { createMemoryJournal, type MemoryJournal } from "../../../support/fakes/journal";
import { createRecordingLog } from "../../../support/fakes/log";
import { answerSteps, createScriptedModel, modelChoice } from "../../../support/fakes/model";

const noTables = { take: async () => undefined, find: async () => undefined } as unknown as Tables; // all that is used of them
const settings = { model: "m", effort: undefined } as const;
const text = `\ufeff// ${"größe ".repeat(MAX_INLINE_LENGTH / 6)} the end`;
const file: Attachment = { block: { kind: "attachment", path: "src/big.ts", language: "typescript" }, text };
const rendered = `<attachment path="src/big.ts" language="typescript">\n${text}\n</attachment>`;

/** A window over a journal and blobs that others may have written. */
function openWindow<B extends Blobs>(journal: Journal, blobs: B, name = "") {
  const [clock, ids, log] = [createManualClock(), createCountingIds(name), createRecordingLog()];
  const model = createScriptedModel([modelChoice("m")]);
  const sessions = new Sessions({ journal, tables: noTables, clock, ids, log, mayWrite: async () => true, movePayloads: createMovePayloads(blobs) });
  const turns = new Turns({ sessions, blobs, clock, ids, log, editor: createFakeEditor(), connect: async () => ok({ model, choices: [] }), onOutcome: () => undefined });
  const idle = async (chatId: string): Promise<void> => {
    for (let round = 0; turns.isRunning(chatId) && round < 200; round++) await clock.advance(0);
  };
  return {
    sessions, turns, model, clock, blobs, idle, ids,
    sent: (): readonly string[] => (model.requests.at(-1)?.messages ?? []).flatMap(({ content }) => content),
    failure: async (chatId: string): Promise<string | undefined> => (await sessions.state(chatId)).turns.at(-1)?.failure?.message,
    async ask(question: string, chatId?: string, attachment?: Attachment) {
      model.script.push(answerSteps(`To ${question}`));
      const asked = await turns.submit({ chatId, text: question, ...settings, attachment });
      assert.ok(asked.ok);
      await idle(asked.value.chatId);
      return asked.value;
    },
  };
}

async function askedOnce() {
  const journal = createMemoryJournal({ writer: "w1" });
  const window = openWindow(journal, createMemoryBlobs());
  const { chatId, turnId } = await window.ask("one", undefined, file);
  return { journal, ...window, chatId, turnId, sha256: [...window.blobs.kept.keys()][0] ?? "" };
}

const linesOf = (journal: MemoryJournal, chatId: string): string => JSON.stringify(journal.lines(streamOf(chatId)));

describe("a large attached file", () => {
  it("lies in a blob that its line names, and goes to the model as if it stood there", async () => {
    const { journal, blobs, sessions, chatId, sha256, sent, ask } = await askedOnce();
    assert.deepEqual([blobs.kept.size, blobs.textOf(sha256)], [1, text]);
    assert.ok(!linesOf(journal, chatId).includes("größe") && linesOf(journal, chatId).includes(sha256));
    assert.deepEqual(sent(), [rendered, "one"]);
    const [block] = (await sessions.state(chatId)).turns[0]?.blocks ?? [];
    assert.deepEqual([block?.text, block?.isOpen, block?.block], ["", false, { ...file.block, blob: { sha256, sizeBytes: Buffer.byteLength(text) } }]);
    await ask("two", chatId);
    assert.deepEqual(sent(), [rendered, "one", "To one", "two"]);
  });

  it("goes along when the question is asked again, in other words, or after a restart", async () => {
    const { journal, blobs, chatId, turnId } = await askedOnce();
    const later = openWindow(journal.shareWith("w2"), blobs, "later");
    later.model.script.push(answerSteps("Again"), answerSteps("Edited"));
    assert.ok((await later.turns.retry(chatId, turnId, settings)).ok);
    await later.idle(chatId);
    assert.deepEqual(later.sent(), [rendered, "one"]);
    const keep = (await later.sessions.state(chatId)).turns[0]?.blocks.map(({ blockId }) => blockId) ?? [];
    assert.ok((await later.turns.edit({ chatId, turnId, text: "uno", keep, ...settings })).ok);
    await later.idle(chatId);
    assert.deepEqual(later.sent(), [rendered, "uno"]);
    assert.equal(blobs.kept.size, 1);
  });

  it("goes along with a fork, a copy and a continuation, which name it too", async () => {
    const { journal, sessions, chatId, turnId, ids, sent, ask, sha256 } = await askedOnce();
    const chat = await sessions.state(chatId);
    const options = { ids, folder: undefined };
    for (const copy of [forkChat(chat, turnId, options), duplicateChat(chat, options), continueChat(chat, undefined, options)]) {
      assert.ok(copy !== undefined && (await sessions.append(copy.chatId, copy.events)).ok);
      await ask("two", copy.chatId);
      assert.deepEqual(sent(), [rendered, "one", "To one", "two"]);
      assert.ok(linesOf(journal, copy.chatId).includes(sha256));
    }
  });

  it("counts with its length when a chat is continued in a new one", async () => {
    const { sessions, chatId, ids, ask } = await askedOnce();
    await ask("two", chatId);
    const copy = continueChat(await sessions.state(chatId), 1_000, { ids, folder: undefined });
    assert.ok(!JSON.stringify(copy.events).includes("big.ts"), "it does not fit into a thousand characters");
    assert.ok(JSON.stringify(copy.events).includes("two"));
  });

  it("that lay in lines before is moved when its chat is copied", async () => {
    const journal = createMemoryJournal({ writer: "w1" });
    const before = createMemoryBlobs();
    const old = openWindow(journal, { ...before, put: async () => ({ sha256: "none", sizeBytes: 0 }) });
    const place = { chatId: "c1", turnId: "t1", blockId: "b1" };
    const parts = [text.slice(0, 32_000), text.slice(32_000)];
    await journal.append(streamOf("c1"), [
      { type: "turn.started", chatId: "c1", turnId: "t1", model: "m" },
      { type: "block.started", ...place, role: "user", block: file.block },
      { type: "block.part", ...place, offset: 0, text: parts[0] },
      { type: "block.part", ...place, offset: 32_000, text: parts[1] },
      { type: "block.ended", ...place },
      { type: "turn.ended", chatId: "c1", turnId: "t1", status: "done" },
    ].map((body, index) => ({ v: 1, id: `e${index}`, seq: index + 1, at: index, ...body })));
    const now = openWindow(journal.shareWith("w2"), before, "now");
    const copy = duplicateChat(await old.sessions.state("c1"), { ids: now.ids, folder: undefined });
    assert.ok((await now.sessions.append(copy.chatId, copy.events)).ok);
    assert.deepEqual([...before.kept.keys()].map(before.textOf), [text]);
    await now.ask("two", copy.chatId);
    assert.deepEqual(now.sent(), [rendered, "two"]);
  });
});

describe("an attached file that is lost", () => {
  it("is named by a clear error; nothing is sent, the chat opens, and attaching it again helps", async () => {
    for (const [lose, said] of [["missing", /^src\/big\.ts, attached in this conversation, is missing in Cairn's storage, so that nothing was sent\. Attach it again/], ["damaged", /^src\/big\.ts, .* is damaged/]] as const) {
      const { blobs, sha256, chatId, turnId, model, ask, sessions, turns, idle, sent, failure } = await askedOnce();
      if (lose === "missing") blobs.kept.delete(sha256);
      else blobs.damage(sha256);
      const requests = model.requests.length;
      await ask("two", chatId);
      assert.match((await failure(chatId)) ?? "", said);
      assert.ok((await turns.retry(chatId, turnId, settings)).ok);
      await idle(chatId);
      assert.match((await failure(chatId)) ?? "", said);
      assert.equal(model.requests.length, requests);
      const { chat } = await sessions.open(chatId);
      assert.deepEqual(chat.turns.map(({ status }) => status), ["done", "failed", "failed"]);
      model.script.length = 0;
      await ask("three", chatId, file);
      assert.deepEqual(sent(), [rendered, "three"]); // what failed without a word is not part of what follows
      assert.ok((await turns.retry(chatId, turnId, settings)).ok);
      await idle(chatId);
      assert.deepEqual(sent(), [rendered, "one"]);
    }
  });

  it("says why where it cannot be read", async () => {
    const { chatId, journal, blobs } = await askedOnce();
    const window = openWindow(journal.shareWith("w2"), { ...blobs, get: async () => ({ ok: false as const, error: { code: "io" as const, message: "EACCES" } }) }, "other");
    await window.ask("two", chatId);
    assert.match((await window.failure(chatId)) ?? "", /could not be read from Cairn's storage \(EACCES\)/);
  });
});

describe("a large attached file on a disk that takes nothing", () => {
  it("is asked about all the same, and written with its question once that is possible", async () => {
    const files = createMemoryBlobFiles({ now: () => 1 });
    const blobs = createBlobs({ files, log: createRecordingLog() });
    const journal = createMemoryJournal({ writer: "w1" });
    const { ask, sent, sessions, clock } = openWindow(blobs.guard(journal), blobs);
    files.failWith(Object.assign(new Error("no room"), { code: "ENOSPC" }));
    const { chatId } = await ask("one", undefined, file);
    assert.deepEqual(sent(), [rendered, "one"]);
    assert.match(sessions.problem(chatId) ?? "", /disk is full/);
    assert.deepEqual([journal.lines(streamOf(chatId)).length, files.files.size], [0, 0]);
    await ask("two", chatId);
    assert.deepEqual(sent(), [rendered, "one", "To one", "two"]);
    files.failWith(undefined);
    await clock.advance(5_000);
    assert.equal(sessions.problem(chatId), undefined);
    assert.deepEqual([...files.files.values()].map(({ bytes }) => String(bytes)), [text]);
    const again = openWindow(journal.shareWith("w2"), createBlobs({ files, log: createRecordingLog() }), "later");
    assert.deepEqual(await again.sessions.state(chatId), await sessions.state(chatId));
    await again.ask("three", chatId);
    assert.deepEqual(again.sent(), [rendered, "one", "To one", "two", "To two", "three"]);
  });
});
