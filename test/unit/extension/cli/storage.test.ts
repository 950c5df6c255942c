import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmod, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { EVENT_VERSION } from "../../../../src/core/protocol/events";
import type { UsageReport } from "../../../../src/core/protocol/usagePage";
import { SCHEMA_VERSION } from "../../../../src/core/store/migrations";
import type { StorageSizes } from "../../../../src/core/store/storageSizes";
import { streamOf } from "../../../../src/core/store/streams";
import type { Verification } from "../../../../src/core/store/verify";
import { readImageVersion } from "../../../../src/extension/adapters/imageVersion";
import { builtCommandLine, type CommandLine, type CommandResult } from "../../../support/commandLine";
import { openMemoryDb } from "../../../support/fakes/db";
import { openLiveWindow, type LiveWindow } from "../../../support/storedChats";
import { linesOf } from "../../../torture/account";
import { createTemporaryFolder } from "../adapters/temporaryFolder";

describe("cairn on a data folder", function () {
  this.timeout(60_000);
  let cairn: CommandLine;
  let folder: string;
  let root: string;
  let window: LiveWindow;
  let remove: () => Promise<void>;

  before(async () => (cairn = await builtCommandLine()));
  beforeEach(async () => {
    ({ folder, remove } = await createTemporaryFolder());
    root = path.join(folder, "data");
    window = openLiveWindow(root);
    await window.ask("chat1aa", "One", "An answer that will be damaged.");
    await window.ask("chat2bb", "Two");
    await window.close();
  });
  afterEach(() => remove());

  const run = (...args: readonly string[]): Promise<CommandResult> => cairn.run(...args, "--data", root);
  const journalOf = (chatId: string): string => path.join(root, streamOf(chatId), `${window.journal.writer}.jsonl`);

  /** Flips a byte of a line; gives where that line lies. */
  async function damage(): Promise<{ readonly startOffset: number; readonly endOffset: number; readonly bytes: Buffer }> {
    const bytes = await readFile(journalOf("chat1aa"));
    const at = bytes.indexOf("will be damaged");
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    await writeFile(journalOf("chat1aa"), bytes);
    return { startOffset: bytes.lastIndexOf("\n", at) + 1, endOffset: bytes.indexOf("\n", at) + 1, bytes };
  }
  async function verify(...args: readonly string[]): Promise<{ readonly code: number | null; readonly found: Verification & { readonly isSound: boolean; readonly repaired?: unknown }; readonly stderr: string }> {
    const { code, stdout, stderr } = await run("storage", "verify", "--json", ...args);
    return { code, stderr, found: JSON.parse(stdout) as Verification & { isSound: boolean } }; // as verify.ts prints it
  }
  /** Changes the index's file behind the back of all. */
  async function editImage(...statements: readonly string[]): Promise<void> {
    const db = await openMemoryDb({ imagePath: path.join(root, "index.sqlite") });
    await db.batch(statements.map((sql) => ({ sql })));
    await db.save();
    await db.close();
  }

  it("says where it is and how big, by what it is for", async () => {
    await run("chats", "delete", "chat2bb");
    const { stdout } = await run("storage", "show", "--json");
    const { folder: shown, chats, trash, kinds } = JSON.parse(stdout) as StorageSizes & { folder: string; chats: number; trash: number }; // as show.ts prints it
    assert.deepEqual([shown, chats, trash, kinds.journals.files], [root, 1, 1, 3]);
    assert.equal(kinds.journals.sizeBytes, (await Promise.all((await readdir(path.join(root, "chats"), { recursive: true })).filter((name) => name.endsWith(".jsonl")).map((name) => stat(path.join(root, "chats", name))))).reduce((sum, { size }) => sum + size, 0));
    const text = await run("storage", "show");
    assert.match(text.stdout, new RegExp(`^Folder: ${root}\n1 chats, 1 in the trash\n\n +Files +Size\nJournals +3 `));
  });

  it("is sound, and says so", async () => {
    const { code, found } = await verify();
    assert.deepEqual([code, found.isSound, found.badLines, found.differences, found.chatCount], [0, true, [], [], 2]);
    const text = await run("storage", "verify");
    assert.deepEqual([text.code, text.stderr], [0, ""]);
    assert.match(text.stdout, /^# Storage check\n\nAll \d+ lines of 2 journals are whole, and the index says what they say\.\n/);
  });

  it("is told to be damaged, line by line; what is intact is shown, exported and gone on with", async () => {
    const { startOffset, endOffset, bytes } = await damage();
    const { code, found } = await verify();
    assert.deepEqual([code, found.isSound, found.badLines.map(({ kind, stream, startOffset, endOffset }) => ({ kind, stream, startOffset, endOffset }))], [1, false, [{ kind: "damaged", stream: streamOf("chat1aa"), startOffset, endOffset }]]);
    assert.match((await run("storage", "verify")).stdout, new RegExp(`${startOffset}–${endOffset} \\| damaged`));
    const shown = await run("chats", "show", "chat1aa");
    assert.deepEqual([shown.code, shown.stderr], [0, "One line of it is damaged and could not be read; “cairn storage verify” says where.\n"]);
    assert.match(shown.stdout, /## You\n\nOne\n/);
    const exported = await run("chats", "export", "-o", path.join(folder, "all.json"));
    assert.match(exported.stderr, /2 chats were exported.*\n1 damaged lines could not be read/);
    assert.deepEqual(await readdir(root), (await readdir(root)).filter((name) => name !== "quarantine"), "reading puts nothing aside");

    const repaired = await verify("--repair");
    assert.deepEqual([repaired.code, repaired.found.repaired], [0, { copiedLines: 1, isRebuilt: false }]);
    const [kept = ""] = (await readdir(path.join(root, "quarantine"), { recursive: true })).filter((name) => name.endsWith(`~${startOffset}.bin`));
    assert.deepEqual(await readFile(path.join(root, "quarantine", kept)), bytes.subarray(startOffset, endOffset));
    assert.deepEqual(await readFile(journalOf("chat1aa")), bytes, "the journal is as it was");
    assert.deepEqual([(await run("chats", "rename", "chat1aa", "Mended")).code, (await run("chats", "list")).stdout.includes("Mended")], [0, true]);
  });

  it("has its index made anew where that differs, and not while somebody else has one in memory", async () => {
    await run("chats", "list");
    await editImage("UPDATE chats SET title = 'Wrong' WHERE chat_id = 'chat1aa'");
    const { code, found } = await verify();
    assert.deepEqual([code, found.differences], [1, [{ table: "chats", chat: "chat1aa", columns: ["title"] }]]);

    const other = openLiveWindow(root);
    await other.ask("chat2bb", "More");
    const refused = await run("storage", "verify", "--repair");
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /A window or another command is at work on this folder/);
    await other.close();

    const repaired = await run("storage", "verify", "--repair");
    assert.deepEqual([repaired.code, repaired.stderr], [0, "The index was made anew from the journals.\n"]);
    assert.match(repaired.stdout, /the index says what they say/);
    assert.equal((await verify()).code, 0);
  });

  it("has an index again after that was lost, cut or overwritten", async () => {
    const image = path.join(root, "index.sqlite");
    const listed = (await run("chats", "list")).stdout;
    const whole = await readFile(image);
    for (const bytes of [whole.subarray(0, whole.length / 2), Buffer.from("no database at all\n".repeat(99)), Buffer.alloc(0)]) {
      await writeFile(image, bytes);
      assert.deepEqual(await run("chats", "list"), { code: 0, signal: null, stdout: listed, stderr: "" });
    }
  });

  it("of a newer Cairn is read and not changed, and that is said", async () => {
    await run("chats", "list");
    const newer = SCHEMA_VERSION + 1;
    await editImage("CREATE TABLE later (id)", `PRAGMA user_version = ${newer}`);
    const image = path.join(root, "index.sqlite");
    assert.equal(await readImageVersion(image), newer);
    const before = await readFile(image);
    for (const args of [["chats", "list"], ["chats", "search", "answer"], ["usage"], ["storage", "show"]]) {
      const { code, stdout, stderr } = await run(...args);
      assert.equal(code, 0, stderr);
      assert.match(stderr, /^The index was written by a newer Cairn: the chats are read without it/);
      assert.notEqual(stdout, "");
    }
    const names = await readdir(root, { recursive: true });
    for (const args of [["chats", "rename", "chat1aa", "New"], ["chats", "delete", "chat1aa"], ["chats", "import", path.join(folder, "none.json")], ["storage", "verify", "--repair"]]) {
      const { code, stderr } = await run(...args);
      assert.equal(code, 1);
      assert.match(stderr, /^cairn: A newer Cairn has been at work in .*: this one reads it and changes nothing\. Update Cairn/);
    }
    assert.deepEqual([await readFile(image), await readdir(root, { recursive: true })], [before, names]);
  });

  it("leaves a chat alone in which a newer Cairn has written", async () => {
    const event = { v: EVENT_VERSION + 1, id: "later", seq: 99, at: 5, chatId: "chat1aa", type: "chat.flown" };
    const again = openLiveWindow(root);
    await again.journal.append(streamOf("chat1aa"), [event]);
    await again.close();
    const before = (await linesOf(root, "chat1aa")).length;
    const { code, stderr } = await run("chats", "rename", "chat1aa", "New");
    assert.equal(code, 1);
    assert.match(stderr, /^cairn: Nothing was changed: a newer Cairn has written in this chat/);
    assert.equal((await linesOf(root, "chat1aa")).length, before);
    assert.equal((await run("chats", "rename", "chat2bb", "New")).code, 0);
  });

  it("says that nothing was changed when the disk takes nothing, and leaves no half line", async function () {
    if (process.platform === "win32") return this.skip();
    const file = path.join(folder, "all.json");
    await run("chats", "export", "-o", file);
    // A limit on the size of files fails a write as a full disk does: at once, or where a line is longer than 512 bytes.
    const limited = async (blocks: number, ...args: readonly string[]): Promise<string> => {
      const child = spawn("/bin/sh", ["-c", `ulimit -f ${blocks}; trap "" XFSZ; exec "$0" "$@"`, process.execPath, path.join(cairn.dist, "cli.js"), ...args], { stdio: ["ignore", "pipe", "pipe"] });
      let said = "";
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => void (said += text));
      const code = await new Promise((resolve) => child.once("close", resolve));
      assert.equal(code, 1, said);
      return said;
    };
    const long = "🫖".repeat(100);
    assert.match(await limited(0, "chats", "rename", "chat1aa", long, "--data", root), /^cairn: The folder .* cannot be written: .*EFBIG/);
    assert.match(await limited(1, "chats", "rename", "chat1aa", long, "--data", root), /^cairn: Nothing was changed: the disk is full \(EFBIG\)\.\n$/);
    assert.equal((await verify()).code, 0);
    assert.match((await run("chats", "list")).stdout, /chat1aa$/m);
    const elsewhere = path.join(folder, "elsewhere");
    await mkdir(elsewhere);
    assert.match(await limited(1, "chats", "import", file, "--data", elsewhere), /^cairn: The chats could not be stored: the disk is full \(EFBIG\)\.\n$/);
    assert.equal((await cairn.run("chats", "import", file, "--data", elsewhere)).stdout, "2 chats were imported.\n");
  });

  it("that may not be written is read all the same", async function () {
    if (process.platform === "win32") return this.skip();
    for (const args of [["chats", "list"], ["chats", "search", "answer"]]) await run(...args);
    const places = ["", ...(await readdir(root, { recursive: true }))].map((name) => path.join(root, name));
    for (const place of places) await chmod(place, (await stat(place)).isDirectory() ? 0o555 : 0o444);
    await chmod(folder, 0o755);
    // Root may write whatever the modes say.
    const asAnother = process.getuid?.() === 0 ? { uid: 65_534 } : {};
    const readOnly = (...args: readonly string[]): Promise<CommandResult> => cairn.start([...args, "--data", root], asAnother).ended;
    try {
      for (const args of [["chats", "list"], ["chats", "search", "answer"], ["chats", "show", "chat1aa"], ["chats", "export"], ["usage"], ["storage", "show"], ["storage", "verify"]]) {
        const { code, stdout, stderr } = await readOnly(...args);
        assert.equal(code, 0, `${args.join(" ")}: ${stderr}`);
        assert.notEqual(stdout, "");
      }
      const { code, stderr } = await readOnly("chats", "rename", "chat1aa", "New");
      assert.equal(code, 1);
      assert.match(stderr, /^cairn: The folder .* cannot be written: EACCES/);
    } finally {
      for (const place of places) await chmod(place, 0o755);
    }
  });

  it("sums up what was used, by each of what it can be", async () => {
    const { stdout } = await run("usage");
    assert.match(stdout, /^Day +Answers +Input +Cache read +Cache write +Output +Cost\n\d{4}-\d\d-\d\d +2 +20 +0 +0 +2 +price unknown\nTotal +2 +20 .*\n$/);
    const report = JSON.parse((await run("usage", "--by", "chat", "--json")).stdout) as UsageReport; // as usage.ts prints it
    assert.deepEqual(report.rows.map(({ key, answers, inputTokens }) => ({ key, answers, inputTokens })).sort((a, b) => (a.key < b.key ? -1 : 1)), [
      { key: "chat1aa", answers: 1, inputTokens: 10 },
      { key: "chat2bb", answers: 1, inputTokens: 10 },
    ]);
    assert.equal((await run("usage", "--by", "model", "--csv")).stdout, "model,input_tokens,cache_read_tokens,cache_write_tokens,output_tokens,answers,cost_usd,answers_without_price\r\nclaude-sonnet-5,20,0,0,2,2,,2\r\n");
    await mkdir(path.join(folder, "empty"));
    assert.deepEqual(await cairn.run("usage", "--data", path.join(folder, "empty")), { code: 0, signal: null, stdout: "", stderr: "Nothing was used yet.\n" });
  });
});
