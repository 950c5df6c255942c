import assert from "node:assert/strict";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { StoredChat } from "../../../../src/core/store/chatList";
import type { ChatState } from "../../../../src/core/protocol/chatState";
import type { SearchHit } from "../../../../src/core/protocol/calls";
import { builtCommandLine, type CommandLine, type CommandResult } from "../../../support/commandLine";
import { openLiveWindow } from "../../../support/storedChats";
import { createTemporaryFolder } from "../adapters/temporaryFolder";

describe("cairn chats", function () {
  this.timeout(60_000);
  let cairn: CommandLine;
  let folder: string;
  let root: string;
  let remove: () => Promise<void>;

  before(async () => (cairn = await builtCommandLine()));
  beforeEach(async () => {
    ({ folder, remove } = await createTemporaryFolder());
    root = path.join(folder, "data");
    const window = openLiveWindow(root);
    await window.ask("chat1aa", "How is tea shipped?", "In wooden crates, by the harbour master.");
    await window.ask("chat2bb", "What about coffee?", "Coffee comes in sacks.");
    await window.ask("chat2bb", "And cocoa?", "In \u001b[31m sacks\u0007 too.");
    await window.close();
  });
  afterEach(() => remove());

  const chats = (...args: readonly string[]): Promise<CommandResult> => cairn.run("chats", ...args, "--data", root);
  async function done(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await chats(...args);
    assert.equal(code, 0, stderr);
    return stdout;
  }
  const listed = async (...args: readonly string[]): Promise<readonly StoredChat[]> => JSON.parse(await done("list", "--json", ...args)) as readonly StoredChat[]; // as list.ts prints them

  it("are listed, the newest first, as text and as JSON, as many as wanted", async () => {
    assert.match(await done("list"), /^chat2bb {2}\d{4}-\d\d-\d\d \d\d:\d\d {2}2 {2}chat2bb\nchat1aa {2}\d{4}-\d\d-\d\d \d\d:\d\d {2}1 {2}chat1aa\n$/);
    assert.deepEqual((await listed()).map(({ chatId, turnCount, isPinned, tags }) => ({ chatId, turnCount, isPinned, tags })), [
      { chatId: "chat2bb", turnCount: 2, isPinned: false, tags: [] },
      { chatId: "chat1aa", turnCount: 1, isPinned: false, tags: [] },
    ]);
    assert.deepEqual((await listed("--limit", "1")).map(({ chatId }) => chatId), ["chat2bb"]);
  });

  it("are listed that nobody has told of, such as those of a backup", async () => {
    await done("list");
    const from = path.join(folder, "backup");
    const window = openLiveWindow(from);
    await window.ask("chat3cc", "And milk?");
    await window.close();
    await cp(path.join(from, "chats"), path.join(root, "chats"), { recursive: true });
    assert.deepEqual((await listed()).map(({ chatId }) => chatId), ["chat3cc", "chat2bb", "chat1aa"]);
    await rm(path.join(root, "chats", "bb"), { recursive: true });
    assert.deepEqual((await listed()).map(({ chatId }) => chatId), ["chat3cc", "chat1aa"]);
    assert.equal((await cairn.run("storage", "verify", "--data", root)).code, 0);
  });

  it("are none in an empty folder, and that is no failure", async () => {
    root = path.join(folder, "empty");
    await mkdir(root);
    const { code, stdout, stderr } = await chats("list");
    assert.deepEqual([code, stdout], [0, ""]);
    assert.match(stderr, /There are no chats in .*empty/);
    assert.equal(await done("list", "--json"), "[]\n");
  });

  it("are shown, as Markdown and as JSON, without being changed", async () => {
    const before = await readdir(root, { recursive: true });
    const text = await done("show", "chat1aa");
    assert.match(text, /^# chat1aa\n\n## You\n\nHow is tea shipped\?\n\n## Claude \(claude-sonnet-5\)\n\nIn wooden crates, by the harbour master\.\n$/);
    assert.equal(await done("show", "chat1aa", "--markdown"), text);
    const chat = JSON.parse(await done("show", "chat2bb", "--json")) as ChatState & { readonly isInTrash: boolean }; // as show.ts prints it
    assert.deepEqual([chat.chatId, chat.turns.length, chat.turns[1]?.blocks.map((block) => block.text), chat.isInTrash], ["chat2bb", 2, ["And cocoa?", "In \u001b[31m sacks\u0007 too."], false]);
    assert.deepEqual(await readdir(root, { recursive: true }), before);
  });

  it("are searched as in the panel: words, the beginning of the last, and what stands between quotes", async () => {
    const found = async (...words: readonly string[]): Promise<readonly SearchHit[]> => (JSON.parse(await done("search", "--json", ...words)) as { hits: readonly SearchHit[] }).hits; // as search.ts prints it
    assert.deepEqual((await found("wooden", "harb")).map(({ chatId, kind, excerpt }) => [chatId, kind, excerpt.marks.map(([from = 0, to = 0]) => excerpt.text.slice(from, to))]), [["chat1aa", "assistant", ["wooden", "harb"]]]);
    assert.deepEqual((await found("sacks")).map(({ chatId }) => chatId), ["chat2bb", "chat2bb"]);
    assert.deepEqual((await found('"comes in sacks"')).length, 1);
    assert.deepEqual((await found("sacks", "--limit", "1")).length, 1);
    const { code, stdout, stderr } = await chats("search", "sacks");
    assert.deepEqual([code, stderr], [0, "2 places found.\n"]);
    assert.match(stdout, /^chat2bb {2}\S+ \S+ {2}Answer {2}chat2bb\n {4}In \ufffd\[31m sacks\ufffd too\.\nchat2bb .*\n {4}Coffee comes in sacks\.\n$/, "nothing in it steers a terminal");
    assert.deepEqual(await chats("search", "nowhere"), { code: 0, signal: null, stdout: "", stderr: "Nothing was found.\n" });
  });

  it("are exported and imported elsewhere, and the same again", async () => {
    const file = path.join(folder, "all.json");
    assert.match((await chats("export", "-o", file)).stderr, /^2 chats were exported to .*all\.json\.\n$/);
    const text = await readFile(file, "utf8");
    const withoutTime = (json: string): string => json.replace(/"exportedAt":"[^"]*"/, "");
    assert.equal(withoutTime(await done("export")), withoutTime(text), "to stdout it is the same");
    assert.deepEqual((JSON.parse(await done("export", "chat1aa")) as { chats: { chatId: string }[] }).chats.map(({ chatId }) => chatId), ["chat1aa"]);
    const before = await listed();
    root = path.join(folder, "elsewhere");
    await mkdir(root);
    assert.equal(await done("import", file), "2 chats were imported.\n");
    assert.equal(await done("import", file), "0 chats were imported. 2 were already there.\n");
    assert.deepEqual(await listed(), before);
    assert.equal(withoutTime(await done("export")), withoutTime(text));
  });

  it("are exported as Markdown: one after the other, or a file each in a folder", async () => {
    const file = path.join(folder, "all.md");
    assert.equal((await chats("export", "--format", "markdown", "-o", file)).code, 0);
    const text = await readFile(file, "utf8");
    assert.equal(text, await done("export", "--format=markdown", "-o", "-"));
    assert.deepEqual(text.match(/^# .*/gm)?.sort(), ["# chat1aa", "# chat2bb"]);
    const to = path.join(folder, "files");
    await mkdir(to);
    assert.match((await chats("export", "--format", "markdown", "-o", to)).stderr, /2 chats were exported/);
    assert.deepEqual((await readdir(to)).sort(), ["chat1aa-chat1aa.md", "chat2bb-chat2bb.md"]);
    assert.equal(await readFile(path.join(to, "chat1aa-chat1aa.md"), "utf8"), await done("show", "chat1aa"));
  });

  it("are renamed, put into the trash and restored; what is so already is said to be", async () => {
    assert.equal(await done("rename", "chat1aa", "  About\n tea "), "“chat1aa” is now called “About tea”.\n");
    assert.equal(await done("rename", "chat1aa", "About tea"), "The chat is called “About tea” already.\n");
    assert.match(await done("list"), /1 {2}About tea$/m);
    assert.match(await done("delete", "chat1aa"), /^“About tea” is in the trash now\. “cairn chats restore chat1aa” brings it back\.\n$/);
    assert.equal(await done("delete", "chat1aa"), "“About tea” is in the trash already.\n");
    assert.deepEqual([(await listed()).map(({ chatId }) => chatId), (await listed("--trash")).map(({ chatId }) => chatId)], [["chat2bb"], ["chat1aa"]]);
    assert.equal((JSON.parse(await done("export")) as { chats: unknown[] }).chats.length, 1);
    assert.equal((JSON.parse(await done("export", "--trash")) as { chats: unknown[] }).chats.length, 2);
    assert.match((await chats("show", "chat1aa")).stderr, /in the trash.*restore chat1aa/);
    assert.equal(await done("restore", "chat1aa"), "“About tea” is back among the chats.\n");
    assert.equal(await done("restore", "chat1aa"), "“About tea” is not in the trash.\n");
    assert.deepEqual((await listed()).map(({ chatId }) => chatId).sort(), ["chat1aa", "chat2bb"]);
    assert.deepEqual(await readdir(path.join(root, "writers")), [], "nobody is left at work");
  });

  it("are refused by name where there is none of it, and no trace of that is left", async () => {
    const before = (await readdir(root, { recursive: true })).sort();
    for (const args of [["show", "nowhere"], ["export", "chat1aa", "nowhere"], ["rename", "nowhere", "New"], ["delete", "nowhere"], ["restore", "nowhere"]]) {
      const { code, stdout, stderr } = await chats(...args);
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(stderr, /^cairn: There is no chat nowhere in .*\. “cairn chats list” shows what there is\.\n$/);
    }
    const { code, stderr } = await chats("delete", "../../up");
    assert.deepEqual([code, /“\.\.\/\.\.\/up” is no chat's id/.test(stderr)], [2, true]);
    assert.deepEqual((await readdir(root, { recursive: true })).sort(), before);
  });

  it("say what is wrong with files: foreign, missing, not to be written", async () => {
    const foreign = path.join(folder, "foreign.json");
    await writeFile(foreign, '{"name":"sample"}');
    for (const [args, said] of [
      [["import", foreign], /This is no file of chats/],
      [["import", path.join(folder, "none.json")], /none\.json could not be imported into .*ENOENT/],
      [["export", "-o", path.join(folder, "no", "such", "place.json")], /place\.json could not be written: .*ENOENT/],
      [["export", "-o", folder], /could not be written/],
    ] as const) {
      const { code, stdout, stderr } = await chats(...args);
      assert.deepEqual([code, stdout], [1, ""], stderr);
      assert.match(stderr, said);
    }
    assert.deepEqual((await readdir(folder)).sort(), ["data", "foreign.json"], "no half-written file is left");
  });
});
