import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { streamOf } from "../../../../src/core/store/streams";
import { builtCommandLine, type CommandLine, type CommandResult } from "../../../support/commandLine";
import { openLiveWindow, type LiveWindow } from "../../../support/storedChats";
import { linesOf } from "../../../torture/account";
import { createTemporaryFolder } from "../adapters/temporaryFolder";

/** Of what a command has done a window in sight hears within a second; the machine may be busy with other tests. */
const HEARD_MS = 1_000;
const SLACK_MS = 3_000;

describe("cairn beside a window", function () {
  this.timeout(60_000);
  let cairn: CommandLine;
  let root: string;
  let window: LiveWindow;
  let remove: () => Promise<void>;

  before(async () => (cairn = await builtCommandLine()));
  beforeEach(async () => {
    ({ folder: root, remove } = await createTemporaryFolder());
    window = openLiveWindow(root);
    await window.ask("chat1aa", "One");
    await window.ask("chat2bb", "Two");
    await window.tables.listChats({}, 10);
  });
  afterEach(async () => {
    await window.close();
    await remove();
  });

  const chats = (...args: readonly string[]): Promise<CommandResult> => cairn.run("chats", ...args, "--data", root);
  const titles = async (): Promise<readonly string[]> => (await window.tables.listChats({}, 10)).chats.map(({ title }) => title);

  /** Looks as a person at the history does; how long it took, ms. */
  async function heard(what: string, look: () => Promise<boolean>): Promise<number> {
    const begunAt = performance.now();
    while (!(await look())) {
      if (performance.now() - begunAt > HEARD_MS + SLACK_MS) throw new Error(`Not heard of within ${HEARD_MS + SLACK_MS} ms: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return performance.now() - begunAt;
  }

  it("tells it by its feed of what is renamed and deleted, also in a chat that the window has read", async () => {
    await window.sessions.state("chat1aa");
    // Not by listing, which looks by itself: by what the window hears of.
    const told = window.heard.length;
    assert.equal((await chats("rename", "chat1aa", "By command")).code, 0);
    await heard("the new title", async () => window.heard.slice(told).includes("chat1aa") && (await window.sessions.state("chat1aa")).title === "By command");
    assert.deepEqual(await titles(), ["chat2bb", "By command"]);
    assert.equal((await chats("delete", "chat1aa")).code, 0);
    await heard("the deletion", async () => (await titles()).length === 1);
    assert.equal((await chats("restore", "chat1aa")).code, 0);
    await heard("the return", async () => (await titles()).length === 2);
  });

  it("leaves a chat alone that the window has open, with a clear word, until it is open no more", async () => {
    window.shown.add("chat1aa");
    assert.equal(await window.ownership.take("chat1aa"), true);
    for (const args of [["rename", "chat1aa", "By command"], ["delete", "chat1aa"]]) {
      const { code, stdout, stderr } = await chats(...args);
      assert.deepEqual([code, stdout, stderr], [1, "", "cairn: The chat is open in a window. Show another chat there, or close it, then try again.\n"]);
    }
    assert.deepEqual((await linesOf(root, "chat1aa")).filter(({ event }) => event.type.startsWith("chat.")).map(({ event }) => event.type), ["chat.created"]);
    assert.equal((await chats("show", "chat1aa")).code, 0, "it can be read");
    window.shown.delete("chat1aa");
    assert.equal((await chats("rename", "chat1aa", "By command")).code, 0, "the window gives it up within the time that the command waits");
  });

  it("goes on with a chat after what the window wrote last, and the window after the command", async () => {
    await window.ask("chat1aa", "Another");
    assert.equal((await chats("rename", "chat1aa", "By command")).code, 0);
    await window.ownership.look();
    await window.ask("chat1aa", "And another");
    const numbers = (await linesOf(root, "chat1aa")).map(({ event }) => event.seq).sort((a, b) => a - b);
    assert.deepEqual(numbers, numbers.map((_, index) => index + 1), "each number once");
    assert.deepEqual((await window.sessions.state("chat1aa")).turns.length, 3);
  });

  it("writes with a name of its own, and leaves neither heartbeat nor claim behind", async () => {
    await chats("rename", "chat1aa", "By command");
    const files = await readdir(path.join(root, streamOf("chat1aa")));
    const journals = files.filter((name) => name.endsWith(".jsonl")).map((name) => name.slice(0, -".jsonl".length));
    assert.equal(journals.length, 2);
    assert.ok(journals.includes(window.journal.writer));
    assert.deepEqual(await readdir(path.join(root, "writers")), [window.journal.writer]);
    assert.deepEqual((await readdir(path.join(root, "feeds"))).sort(), journals.map((name) => `${name}.feed`).sort());
    assert.equal(await window.ownership.take("chat1aa"), true);
  });

  it("two at once, and eight: each change is there once, in one order, and each says truly whether it was made", async () => {
    const both = await Promise.all([chats("rename", "chat1aa", "First"), chats("rename", "chat2bb", "Second")]);
    assert.deepEqual(both.map(({ code, stderr }) => [code, stderr]), [[0, ""], [0, ""]]);
    const eight = await Promise.all(Array.from({ length: 8 }, (_, index) => chats("rename", "chat1aa", `Title ${index}`)));
    const done = eight.flatMap(({ code }, index) => (code === 0 ? [`Title ${index}`] : []));
    for (const { code, stderr } of eight) assert.ok(code === 0 || /open in a window/.test(stderr), stderr);
    const lines = [...(await linesOf(root, "chat1aa"))].sort((a, b) => a.event.seq - b.event.seq);
    const renamed = lines.flatMap(({ event }) => (event.type === "chat.renamed" ? [event.title] : []));
    assert.deepEqual([...renamed].sort(), ["First", ...done].sort());
    assert.deepEqual(lines.map(({ event }) => event.seq), lines.map((_, index) => index + 1), "each number once");
    await heard("the last of them", async () => (await titles()).includes(renamed.at(-1) ?? ""));
    assert.deepEqual(await readdir(path.join(root, "writers")), [window.journal.writer]);
  });
});
