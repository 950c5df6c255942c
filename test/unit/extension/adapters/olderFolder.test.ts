import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import type { ChatState } from "../../../../src/core/protocol/chatState";
import { EVENT_VERSION, readEvent } from "../../../../src/core/protocol/events";
import { encodeLine } from "../../../../src/core/store/line";
import { SCHEMA_VERSION } from "../../../../src/core/store/migrations";
import { streamOf } from "../../../../src/core/store/streams";
import { createTables, type RebuildableTables } from "../../../../src/core/store/tables";
import { randomIds, systemClock } from "../../../../src/extension/adapters/clock";
import { createJournalReader } from "../../../../src/extension/adapters/journalReader";
import { readLines } from "../../../../src/extension/adapters/journalLines";
import { openLocalDb } from "../../../../src/extension/adapters/localDb";
import { createPanelFile } from "../../../../src/extension/adapters/panelFile";
import { createSearchEngine } from "../../../../src/extension/adapters/searchEngine";
import { SQL_WASM } from "../../../support/fakes/db";
import { createRecordingLog } from "../../../support/fakes/log";
import { openWindow, type Window } from "../../../torture/window";
import { createTemporaryFolder } from "./temporaryFolder";

const FIXTURES = path.join(process.cwd(), "test", "fixtures");
const ASKED = "01old0001";
const RENAMED = "01old0061";
const IN_TRASH = "01old0082";
const COPY = "01old0102";
const CUT = "01old0159";

let root: string;
let remove: () => Promise<void>;
let window: Window;
let tables: RebuildableTables;
let opened = 0;
let isOpen = false;

/** This build's window on the folder, as after an update. */
function open(options: { readonly leaveImage?: () => void; readonly image?: () => string | undefined } = {}): void {
  const log = createRecordingLog();
  const image = options.image ?? (() => path.join(root, "index.sqlite"));
  tables = createTables({
    openDb: () => openLocalDb({ wasmPath: SQL_WASM, imagePath: image() }), journal: createJournalReader(root), timers: systemClock, log,
    ...(options.leaveImage === undefined ? {} : { leaveImage: options.leaveImage }),
  });
  isOpen = true;
  window = openWindow({ root, writer: `01new${++opened}`, log, tables });
}

async function close(): Promise<void> {
  isOpen = false;
  await window.journal.close();
  await tables.close();
}

function useFolder(): void {
  beforeEach(async () => {
    const made = await createTemporaryFolder();
    remove = made.remove;
    root = path.join(made.folder, "data");
    await cp(path.join(FIXTURES, "folder-v1"), root, { recursive: true });
    // Its windows have been gone for long, whoever has their numbers among processes now.
    for (const writer of await readdir(path.join(root, "writers"))) await utimes(path.join(root, "writers", writer), 0, 0);
  });
  afterEach(async () => {
    if (isOpen) await close();
    await remove();
  });
}

const texts = (chat: ChatState): readonly string[] => chat.turns.flatMap((turn) => turn.blocks).map(({ role, block, text }) => `${role} ${block.kind}: ${text}`);
const bytesOf = (...names: readonly string[]): Promise<Buffer> => readFile(path.join(root, ...names));
const FILE = "export const round = (x: number) => Math.round(x * 100) / 100;\n";

it("folders of earlier builds are kept, one for each version of the index but this build's", () => {
  const versions = Array.from({ length: SCHEMA_VERSION - 1 }, (_, index) => index + 1);
  assert.deepEqual(versions.filter((version) => !existsSync(path.join(FIXTURES, `folder-v${version}`, "index.sqlite"))), []);
});

describe("a folder whose index is of version 1", () => {
  useFolder();

  it("lists every chat, with what the old index did not know", async () => {
    open();
    const { chats, facets } = await tables.listChats({}, 100);
    assert.deepEqual(chats.map(({ chatId, title, turnCount, updatedAt }) => ({ chatId, title, turnCount, updatedAt })), [
      { chatId: CUT, title: "Explain the storage folder", turnCount: 1, updatedAt: 1_770_109_516_450 },
      { chatId: ASKED, title: "Where is the total of the cart rounded?", turnCount: 4, updatedAt: 1_770_109_456_450 },
      { chatId: COPY, title: "Where is the total of the cart rounded? (copy)", turnCount: 3, updatedAt: 1_770_109_446_400 },
      { chatId: RENAMED, title: "Checksum poetry", turnCount: 1, updatedAt: 1_770_109_326_300 },
    ]);
    assert.deepEqual([facets.folders, facets.models], [["shop"], ["claude-opus-5"]]);
    assert.deepEqual((await tables.listChats({ isTrash: true }, 100)).chats.map(({ chatId, deletedAt }) => [chatId, deletedAt]), [[IN_TRASH, 1_770_109_446_400]]);
  });

  it("keeps the old index as it was beside the new one", async () => {
    const before = await bytesOf("index.sqlite");
    open();
    await tables.listChats({}, 1);
    await close();
    assert.deepEqual(await bytesOf("index.sqlite.v1"), before);
    const db = await openLocalDb({ wasmPath: SQL_WASM, imagePath: path.join(root, "index.sqlite") });
    assert.deepEqual(await db.query("PRAGMA user_version"), [{ user_version: SCHEMA_VERSION }]);
    assert.deepEqual(await db.query("SELECT sum(answers) AS answers, sum(input_tokens) AS input, sum(output_tokens) AS output FROM usage_days"), [{ answers: 5, input: 6_000, output: 1_700 }]);
    await db.close();
  });

  it("shows every word of a chat that two windows wrote, and adds nothing to its files", async () => {
    const names = [ASKED, RENAMED, IN_TRASH, COPY].flatMap((chatId) => [path.join(streamOf(chatId), "01oldwindow1.jsonl")]);
    const before = await Promise.all(names.map((name) => bytesOf(name)));
    open();
    const chat = await window.sessions.state(ASKED);
    assert.deepEqual(texts(chat), [
      `user attachment: ${FILE}`, "user text: Where is the total of the cart rounded?", "assistant thinking: They mean the quaternion of prices.",
      "assistant text: In `src/money.ts`: **round** goes half up. Grüße – 価格.",
      "user text: And for negative amounts?", "assistant text: Towards zero",
      "assistant text: Also half up: **-0.5** becomes 0.",
      "user text: Thanks. Which test holds that?", "assistant text: `money.test.ts`, line 12.",
    ]);
    const [first, stopped, again, later] = chat.turns;
    assert.deepEqual([first?.status, stopped?.status, again?.status, again?.retryOf, later?.parentTurnId, later?.effort], ["done", "cancelled", "done", stopped?.turnId, again?.turnId, undefined]);
    assert.deepEqual([chat.title, chat.seq], ["Where is the total of the cart rounded?", 42]);
    assert.equal((await window.sessions.state(RENAMED)).title, "Checksum poetry");
    assert.equal((await window.sessions.state(IN_TRASH)).isDeleted, true);
    assert.equal((await window.sessions.state(COPY)).turns.length, 3);
    assert.deepEqual(await Promise.all(names.map((name) => bytesOf(name))), before);
  });

  it("ends the answer that the old build was killed in, and goes on from there", async () => {
    open();
    const cut = await window.sessions.state(CUT);
    assert.deepEqual([texts(cut), cut.turns.map(({ status }) => status)], [["user text: Explain the storage folder", "assistant text: Each chat is a folder of"], ["interrupted"]]);
    assert.ok((await window.sessions.append(CUT, [{ type: "chat.renamed", chatId: CUT, title: "gone on with" }])).ok);
    await close();
    open();
    assert.equal((await window.sessions.state(CUT)).title, "gone on with");
  });

  it("finds what was said in it, by an index of this build", async () => {
    open();
    const engine = createSearchEngine({ journalRoot: root, folder: path.join(root, "search"), isWriterAlive: async () => false, makeName: () => randomIds.next(), log: createRecordingLog(), onProgress: () => undefined });
    await engine.catchUp();
    const found = (text: string): readonly string[] => [...new Set(engine.search({ text, limit: 50 }).hits.map(({ chatId }) => chatId))].sort();
    assert.deepEqual([found("grüße half up"), found("negative amounts"), found("checksums"), found("money.test")], [[ASKED, COPY], [ASKED, COPY], [RENAMED], [ASKED]]);
    await engine.close();
  });

  it("keeps what stood in the box, unsent", async () => {
    open();
    assert.deepEqual(await createPanelFile({ file: path.join(root, "panel.json"), log: createRecordingLog() }).read(), { chatId: ASKED, drafts: { [ASKED]: "not sent yet" } });
  });
});

describe("events of earlier builds", () => {
  it("are read, whatever version wrote them: each one says what its line says", async () => {
    for (let version = 1; version <= EVENT_VERSION; version++) {
      const types = new Set<string>();
      for await (const line of readLines(path.join(FIXTURES, `events-v${version}.jsonl`), 0)) {
        assert.ok(line.ok, line.ok ? "" : line.message);
        const event = readEvent(line.value);
        assert.deepEqual(event, { ok: true, value: line.value });
        if (event.ok) types.add(event.value.type);
      }
      assert.equal(types.size, 46);
    }
  });
});

describe("a folder that a newer build has used", () => {
  useFolder();

  /** What a later build might leave: an index whose tables are no longer these, and an event of a kind that came later. */
  async function useNewer(): Promise<Buffer> {
    const imagePath = path.join(root, "newer.sqlite");
    const db = await openLocalDb({ wasmPath: SQL_WASM, imagePath });
    await db.batch([{ sql: "CREATE TABLE conversations (name)" }, { sql: `PRAGMA user_version = ${SCHEMA_VERSION + 1}` }]);
    await db.save();
    await db.close();
    const bytes = await readFile(imagePath);
    await writeFile(path.join(root, "index.sqlite"), bytes);
    const folder = path.join(root, streamOf(RENAMED));
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, "01newer.jsonl"), encodeLine({ v: EVENT_VERSION + 1, id: "01later", seq: 14, at: 1_800_000_000_000, type: "chat.painted", chatId: RENAMED, colour: "blue" }));
    return bytes;
  }

  it("shows all chats, leaves the index as it is, and says so", async () => {
    const newer = await useNewer();
    let isLeft = 0;
    open({ image: () => (isLeft > 0 ? undefined : path.join(root, "index.sqlite")), leaveImage: () => void isLeft++ });
    assert.deepEqual((await tables.listChats({}, 100)).chats.map(({ chatId }) => chatId), [CUT, ASKED, COPY, RENAMED]);
    assert.ok((await window.sessions.append(ASKED, [{ type: "chat.renamed", chatId: ASKED, title: "gone on with" }])).ok);
    assert.equal((await tables.find(ASKED))?.title, "gone on with");
    await close();
    assert.deepEqual([isLeft, await bytesOf("index.sqlite"), existsSync(path.join(root, "index.sqlite.v3"))], [1, newer, false]);
  });

  it("has a chat in which the newer one wrote be read and not written, and says so in it", async () => {
    await useNewer();
    open();
    const chat = await window.sessions.state(RENAMED);
    assert.deepEqual(texts(chat), ["user text: Write a haiku about checksums", "assistant text: Bits drift in the night", "assistant notice: What a newer Cairn has written in this chat is left out here. Update Cairn to see it; until then nothing can be added to the chat that it has written in."]);
    const refused = await window.sessions.append(RENAMED, [{ type: "chat.renamed", chatId: RENAMED, title: "mine" }]);
    assert.match(refused.ok ? "" : `${refused.error.code}: ${refused.error.message}`, /^denied: a newer Cairn has written in this chat/);
    assert.deepEqual(texts(await window.sessions.state(RENAMED)), texts(chat)); // said once
    assert.deepEqual((await readdir(path.join(root, streamOf(RENAMED)))).filter((name) => name.endsWith(".jsonl")), ["01newer.jsonl", "01oldwindow1.jsonl"]);
  });
});
