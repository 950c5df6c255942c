import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import type { JournalFile, JournalLine } from "../../../../src/core/ports";
import { createJournal } from "../../../../src/extension/adapters/journal";
import { createRecordingLog } from "../../../support/fakes/log";
import { seeded } from "../../../support/random";
import { bundleForNode } from "./bundle";
import { createTemporaryFolder } from "./temporaryFolder";

const KILLS = 12;

/** Writes without end to three streams and says each line that was acknowledged. */
const WRITER = `
  import { createJournal } from "./src/extension/adapters/journal";
  const [root, writer] = process.argv.slice(2);
  const log = { error: console.error, warn() {}, info() {}, debug() {}, trace() {} };
  const journal = createJournal({ root, writer, log });
  async function write(stream) {
    for (let count = 0; ; count++) {
      const value = { count, text: "x".repeat((count * 7919) % 40000) };
      const stored = await journal.append(stream, [value]);
      if (!stored.ok) throw new Error(stored.error.message);
      process.stdout.write(JSON.stringify({ stream, count, ...stored.value }) + "\\n");
    }
  }
  for (const name of ["a", "b", "c"]) { void write("chats/ab/" + name); void write("chats/ab/" + name); }
`;

/** Writes lines of 5 kB until one fails, then a short one. */
const FILLER = `
  import { createJournal } from "./src/extension/adapters/journal";
  const [root] = process.argv.slice(2);
  const log = { error: console.error, warn() {}, info() {}, debug() {}, trace() {} };
  const journal = createJournal({ root, writer: "filler", log });
  async function fill() {
    let stored = 0;
    for (;;) {
      const result = await journal.append("chats/ab/full", ["x".repeat(5000)]);
      if (!result.ok) { console.log(JSON.stringify({ stored, error: result.error })); break; }
      stored++;
    }
    console.log(JSON.stringify(await journal.append("chats/ab/full", ["short"])));
    await journal.close();
  }
  void fill();
`;

describe("createJournal: what a process leaves that ended", function () {
  let folder: string;
  let root: string;
  let remove: () => Promise<void>;

  beforeEach(async function () {
    ({ folder, remove } = await createTemporaryFolder());
    root = path.join(folder, "store");
  });
  afterEach(() => remove());

  async function readAll(file: JournalFile): Promise<readonly JournalLine[]> {
    const lines: JournalLine[] = [];
    for await (const line of createJournal({ root, writer: "reader", log: createRecordingLog() }).read(file, 0)) lines.push(line);
    return lines;
  }

  it("holds every acknowledged line when it was killed, and shows at once that it is gone", seeded(async (random) => {
    const script = path.join(folder, "writer.js");
    await bundleForNode({ code: WRITER }, script);
    const reader = createJournal({ root, writer: "reader", log: createRecordingLog() });
    let acknowledged = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const writer = `writer${kill}`;
      const acks = await writeUntilKilled(script, writer, random.integer(0, 60));
      assert.equal(await reader.isWriterAlive(writer), false);
      for (const file of (await reader.files()).filter((item) => item.writer === writer)) {
        const lines = await readAll(file);
        const wrong = lines.findIndex((line) => !line.ok);
        assert.ok(wrong === -1 || (wrong === lines.length - 1 && lines[wrong]?.ok === false), `line ${wrong} of ${lines.length} in ${file.stream} is damaged`);
        for (const ack of acks.filter((item) => item.stream === file.stream)) {
          const line = lines.find((item) => item.endOffset === ack.endOffset);
          assert.ok(line?.ok === true && (line.value as { count: number }).count === ack.count, `line ${ack.count} of ${file.stream} is lost`); // written by the code above
        }
      }
      acknowledged += acks.length;
    }
    assert.ok(acknowledged > KILLS, `only ${acknowledged} lines were acknowledged`);
  })).timeout(20_000);

  it("holds whole lines alone when the disk was full, and takes a shorter one", async function () {
    if (process.platform === "win32") return this.skip();
    const script = path.join(folder, "filler.js");
    await bundleForNode({ code: FILLER }, script);
    // A limit on the size of a file fails a write in its midst, as a full disk does.
    const child = spawn("/bin/sh", ["-c", 'ulimit -f 32; exec "$0" "$@"', process.execPath, script, root], { stdio: ["ignore", "pipe", "inherit"] });
    const output: unknown[] = [];
    for await (const line of createInterface({ input: child.stdout })) output.push(JSON.parse(line));
    const [first, second] = output as [{ stored: number; error: unknown }, { ok: boolean }]; // said by the code above
    assert.deepEqual(first.error, { code: "full", message: "the disk is full (EFBIG)" });
    assert.ok(first.stored > 0 && second.ok, JSON.stringify(output));
    const lines = await readAll({ stream: "chats/ab/full", writer: "filler", sizeBytes: 0 });
    assert.deepEqual(lines.map((line) => line.ok && String(line.value).length), [...Array.from({ length: first.stored }, () => 5000), 5]);
    assert.ok((await readFile(path.join(root, "chats/ab/full/filler.jsonl"))).at(-1) === 0x0a);
  }).timeout(10_000);

  interface Ack {
    readonly stream: string;
    readonly count: number;
    readonly endOffset: number;
  }

  async function writeUntilKilled(script: string, writer: string, delayMs: number): Promise<readonly Ack[]> {
    const child = spawn(process.execPath, [script, root, writer], { stdio: ["ignore", "pipe", "inherit"] });
    const exited = once(child, "exit");
    const acks: Ack[] = [];
    const lines = createInterface({ input: child.stdout });
    lines.on("line", (line) => acks.push(JSON.parse(line) as Ack)); // said by the code above
    await once(lines, "line");
    await setTimeout(delayMs);
    child.kill("SIGKILL");
    const ended = once(lines, "close");
    assert.deepEqual(await exited, [null, "SIGKILL"]);
    await ended;
    return acks;
  }
});
