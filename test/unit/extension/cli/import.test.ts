import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { createJournalReader } from "../../../../src/extension/adapters/journalReader";
import { generateChats } from "../../../support/chatGenerator";
import { builtCommandLine, type CommandLine, type Running } from "../../../support/commandLine";
import { seeded } from "../../../support/random";
import { linesOf } from "../../../torture/account";
import { createTemporaryFolder } from "../adapters/temporaryFolder";

const KILLS = 3;

describe("cairn chats import", function () {
  this.timeout(60_000);
  let cairn: CommandLine;
  let folder: string;
  let file: string;
  let text: string;
  let chatIds: readonly string[];
  let remove: () => Promise<void>;

  before(async () => {
    cairn = await builtCommandLine();
    ({ folder, remove } = await createTemporaryFolder());
    file = path.join(folder, "all.json");
    const from = path.join(folder, "from");
    // A few chats of more than is written at once, among short ones.
    ({ chatIds } = generateChats(from, { seed: 5, chats: 40, messages: 1_000, writers: 3 }));
    assert.equal((await cairn.run("chats", "export", "-o", file, "--data", from)).code, 0);
    text = await readFile(file, "utf8");
  });
  after(() => remove());

  async function emptyRoot(name: string): Promise<string> {
    const root = path.join(folder, name);
    await mkdir(root);
    return root;
  }
  const withoutTime = (json: string): string => json.replace(/"exportedAt":"[^"]*"/, "");
  const exported = async (root: string): Promise<string> => withoutTime((await cairn.run("chats", "export", "--data", root)).stdout);

  /** Settles when so many bytes of journals are on disk, or the command has ended. */
  async function written(root: string, bytes: number, { process: { exitCode }, ended }: Running): Promise<void> {
    let hasEnded = exitCode !== null;
    void ended.then(() => (hasEnded = true));
    while (!hasEnded && (await journalBytes(root)) < bytes) await new Promise((resolve) => setImmediate(resolve));
  }

  it("killed at any moment leaves whole lines and no claim; the next one completes it, and nothing is there twice", seeded(async (random) => {
    let midway = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const root = await emptyRoot(`killed${random.integer(0, 2 ** 31)}`);
      const running = cairn.start(["chats", "import", file, "--data", root]);
      await written(root, random.integer(1, text.length * 0.9), running);
      running.process.kill("SIGKILL");
      if ((await running.ended).signal === "SIGKILL") midway++;
      const again = await cairn.run("chats", "import", file, "--data", root);
      assert.deepEqual([again.code, again.stderr], [0, ""]);
      assert.match(again.stdout, /^\d+ chats? (?:was|were) imported\.(?: \d+ (?:was|were) already there\.)?\n$/, "no copies");
      assert.equal(await exported(root), withoutTime(text));
      for (const chatId of chatIds) {
        const ids = (await linesOf(root, chatId)).map(({ event }) => event.id);
        assert.equal(new Set(ids).size, ids.length, `${chatId} has events twice`);
      }
      const verified = JSON.parse((await cairn.run("storage", "verify", "--json", "--data", root)).stdout) as { badLines: { kind: string }[]; differences: unknown[] }; // as verify.ts prints it
      assert.deepEqual([verified.badLines.filter(({ kind }) => kind !== "torn"), verified.differences], [[], []]);
    }
    assert.ok(midway > 0, "no import was killed before its end");
  }));

  it("of one file by two at once, and by eight, has each chat once", async () => {
    for (const count of [2, 8]) {
      const root = await emptyRoot(`at once ${count}`);
      const all = await Promise.all(Array.from({ length: count }, () => cairn.run("chats", "import", file, "--data", root)));
      for (const { code, stderr } of all) assert.ok(code === 0 || /Another window is writing one of these chats/.test(stderr), stderr);
      assert.equal((await cairn.run("chats", "import", file, "--data", root)).code, 0);
      assert.equal(await exported(root), withoutTime(text));
      assert.deepEqual(await readdir(path.join(root, "writers")), []);
    }
  });

  it("ends after the chat that it is at when it is asked to by Ctrl+C, and says what it has done", async function () {
    if (process.platform === "win32") return this.skip();
    const root = await emptyRoot("cancelled");
    const running = cairn.start(["chats", "import", file, "--data", root]);
    await written(root, 1, running);
    running.process.kill("SIGINT");
    const { code, signal, stdout, stderr } = await running.ended;
    assert.deepEqual([code, signal, stderr], [1, null, ""], stdout);
    const imported = Number(/^(\d+) chats? (?:was|were) imported\. Then it was cancelled\.\n$/.exec(stdout)?.[1]);
    assert.ok(imported > 0 && imported < chatIds.length, stdout);
    const { chats } = JSON.parse(await readFile(file, "utf8")) as { chats: { chatId: string; events: unknown[] }[] }; // as it was exported
    for (const { chatId, events } of chats.slice(0, imported)) assert.equal((await linesOf(root, chatId)).length, events.length);
    assert.deepEqual(await readdir(path.join(root, "writers")), []);
  });

  it("imports nothing of a file with damage at its end", async () => {
    const root = await emptyRoot("damaged");
    const cut = path.join(folder, "cut.json");
    await writeFile(cut, text.slice(0, -30));
    const { code, stderr } = await cairn.run("chats", "import", cut, "--data", root);
    assert.deepEqual([code, await journalBytes(root)], [1, 0]);
    assert.match(stderr, /^cairn: This file is damaged: .*Nothing was imported/);
  });
});

async function journalBytes(root: string): Promise<number> {
  return (await createJournalReader(root).files()).reduce((sum, file) => sum + file.sizeBytes, 0);
}
