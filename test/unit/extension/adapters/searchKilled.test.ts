import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { seeded, type Random } from "../../../support/random";
import { bundleForNode } from "./bundle";
import { createSearchFolder, findAll, scan, type SearchFolder } from "./searchFolder";
import { createTemporaryFolder } from "./temporaryFolder";

const WORDS = ["the", "then", "read", "readFile", "alpha", "beta", "gamma", "größe", "x12"];
const QUERIES = ["the", "read", "file alp", "gamma bet", "größ", "x12"];

/** Builds and merges an index for as long as it lives, a line a round. */
const CHILD = `
  import { createSearchEngine } from "./src/extension/adapters/searchEngine";
  import { randomIds } from "./src/extension/adapters/clock";
  const quiet = () => undefined;
  const [journalRoot, folder] = process.argv.slice(2);
  const engine = createSearchEngine({ journalRoot, folder, isWriterAlive: async () => false, makeName: () => randomIds.next(), onProgress: quiet,
    log: { error: quiet, warn: quiet, info: quiet, debug: quiet, trace: quiet }, limits: { segmentPairs: 80, tailBytes: 1, mergeCount: 2, sliceMs: 0 } });
  void (async () => {
    for (;;) {
      await engine.catchUp();
      console.log("round");
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  })();
`;

describe("the search index under processes that are killed", function () {
  this.timeout(20_000);
  let script: string;
  let removeScript: () => Promise<void>;
  let folder: SearchFolder;
  const children: ChildProcess[] = [];
  before(async () => {
    const temporary = await createTemporaryFolder();
    [script, removeScript] = [path.join(temporary.folder, "child.js"), temporary.remove];
    await bundleForNode({ code: CHILD }, script);
  });
  after(() => removeScript());
  beforeEach(async () => void (folder = await createSearchFolder()));
  afterEach(async () => {
    for (const child of children.splice(0)) await kill(child);
    await folder.dispose();
  });

  function start(): ChildProcess {
    const child = spawn(process.execPath, [script, folder.journalRoot, folder.indexFolder], { stdio: ["ignore", "pipe", "inherit"] });
    children.push(child);
    return child;
  }
  async function kill(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const over = once(child, "exit");
    child.kill("SIGKILL");
    await over;
  }
  async function write(random: Random, count: number): Promise<void> {
    for (let index = 0; index < count; index++) await folder.say(`chat${random.integer(1, 6)}`, "w1", Array.from({ length: random.integer(1, 10) }, () => random.pick(WORDS)).join(" "));
  }
  async function agrees(): Promise<void> {
    const engine = folder.openEngine();
    await engine.catchUp();
    for (const query of QUERIES) assert.deepEqual(findAll(engine, query, 50), scan(folder.said, query), query);
    await engine.close();
  }

  it("is right whenever its writer is killed", seeded(async (random) => {
    for (let round = 0; round < 4; round++) {
      await write(random, 20);
      const child = start();
      // From its first round on it writes and merges all the time: any byte of new text is a reason to.
      await once(child.stdout ?? child, "data");
      await write(random, random.integer(1, 25));
      await kill(child);
      await agrees();
    }
  }));

  it("is right when several keep it at once, and one of them is killed", seeded(async (random) => {
    await write(random, 30);
    const [first, second] = [start(), start()];
    await Promise.all([first, second].map((child) => once(child.stdout ?? child, "data")));
    for (let round = 0; round < 4; round++) {
      await write(random, 10);
      if (round === 2) await kill(first);
      await agrees();
    }
  }));
});
