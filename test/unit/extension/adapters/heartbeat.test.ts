import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { createHeartbeat, type Heartbeat } from "../../../../src/extension/adapters/heartbeat";
import { createRecordingLog } from "../../../support/fakes/log";
import { createTemporaryFolder } from "./temporaryFolder";

describe("createHeartbeat", () => {
  let root: string;
  let folder: string;
  let remove: () => Promise<void>;
  let heartbeats: Heartbeat[];
  const create = (writer: string, watchMs = 50): Heartbeat => {
    const heartbeat = createHeartbeat({ folder, writer, log: createRecordingLog(), watchMs });
    heartbeats.push(heartbeat);
    return heartbeat;
  };

  beforeEach(async () => {
    ({ folder: root, remove } = await createTemporaryFolder());
    folder = path.join(root, "writers");
    heartbeats = [];
  });
  afterEach(async () => {
    for (const heartbeat of heartbeats) await heartbeat.stop();
    await remove();
  });

  it("holds its own writer for alive, begun or not", async () => {
    const mine = create("mine");
    assert.equal(await mine.isAlive("mine"), true);
    await mine.start();
    assert.equal(await mine.isAlive("mine"), true);
  });

  it("shows others that it lives, from its start to its stop", async () => {
    const [mine, other] = [create("mine"), create("other")];
    assert.equal(await other.isAlive("mine"), false);
    await mine.start();
    assert.equal(await other.isAlive("mine"), true);
    assert.equal(await readFile(path.join(folder, "mine"), "utf8"), String(process.pid));
    await mine.stop();
    assert.deepEqual([await other.isAlive("mine"), await readdir(folder)], [false, []]);
    await mine.start();
    assert.equal(await other.isAlive("mine"), true);
  });

  it("holds a writer for gone whose process ended, however fresh its file", async () => {
    const ended = spawnSync(process.execPath, ["-e", ""]);
    await mkdir(folder);
    await writeFile(path.join(folder, "killed"), String(ended.pid));
    assert.equal(await create("mine").isAlive("killed"), false);
  });

  it("holds a writer for gone that has been silent, whoever has its pid now", async () => {
    await mkdir(folder);
    const file = path.join(folder, "silent");
    await writeFile(file, String(process.pid));
    const mine = create("mine");
    assert.equal(await mine.isAlive("silent"), true);
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(file, longAgo, longAgo);
    assert.equal(await mine.isAlive("silent"), false);
  });

  it("holds a writer for gone whose last beat lies in the future and is followed by none: the clock was set back after its end", async () => {
    await mkdir(folder);
    const file = path.join(folder, "ahead");
    await writeFile(file, String(process.pid));
    for (const hours of [1, 24 * 365]) {
      const ahead = new Date(Date.now() + hours * 3_600_000);
      await utimes(file, ahead, ahead);
      assert.equal(await create("mine").isAlive("ahead"), false);
    }
  });

  it("waits for the next beat where the last one is long ago or to come: the machine slept, or its clock was set", async () => {
    const [mine, other] = [create("mine"), create("other", 60_000)];
    await mine.start();
    const file = path.join(folder, "mine");
    for (const hours of [-8, 8]) {
      const then = new Date(Date.now() + hours * 3_600_000);
      await utimes(file, then, then);
      const [asked, askedToo] = [other.isAlive("mine"), other.isAlive("mine")];
      const now = new Date();
      await utimes(file, now, now); // what its next beat does
      assert.deepEqual([await asked, await askedToo, await other.isAlive("mine")], [true, true, true]);
    }
  });

  it("watches a silent writer once, however often it is asked for", async () => {
    await mkdir(folder);
    const file = path.join(folder, "silent");
    await writeFile(file, String(process.pid));
    await utimes(file, 1, 1);
    const mine = create("mine", 300);
    assert.equal(await mine.isAlive("silent"), false);
    const begun = performance.now();
    for (let times = 0; times < 20; times++) assert.equal(await mine.isAlive("silent"), false);
    assert.ok(performance.now() - begun < 10 * 300, "watched each time, it would take 20 × 300 ms");
  });

  it("holds a writer for gone that left no file, or a file that says nothing", async () => {
    await mkdir(folder);
    for (const [index, text] of ["", "x", "-1", "0", "1.5", "99999999999999999999", "12 34"].entries()) {
      await writeFile(path.join(folder, `odd${index}`), text);
      assert.equal(await create("mine").isAlive(`odd${index}`), false, JSON.stringify(text));
    }
    for (const name of ["never", "", ".", ".."]) assert.equal(await create("mine").isAlive(name), false, name);
  });

  it("is there for others by the time that any start settles", async () => {
    const [mine, other] = [create("mine"), create("other")];
    const first = mine.start();
    await mine.start();
    assert.equal(await other.isAlive("mine"), true);
    await first;
  });

  it("begins at the next start when one failed", async () => {
    await writeFile(folder, "a file where the folder should be");
    const [mine, other] = [create("mine"), create("other")];
    await assert.rejects(mine.start());
    await rm(folder);
    await mine.start();
    assert.equal(await other.isAlive("mine"), true);
  });

  it("removes the files of writers silent for more than a day, when it begins", async () => {
    await mkdir(path.join(folder, "notes"), { recursive: true });
    const hours: Readonly<Record<string, number>> = { now: 0, hour: 1, almost: 23.9, day: 24.1, year: 9_000, ahead: -9_000 };
    for (const [name, ago] of Object.entries(hours)) {
      await writeFile(path.join(folder, name), "1");
      const at = new Date(Date.now() - ago * 3_600_000);
      await utimes(path.join(folder, name), at, at);
    }
    const mine = create("mine");
    await mine.start();
    await mine.stop();
    assert.deepEqual((await readdir(folder)).sort(), ["almost", "hour", "notes", "now"]);
  });
});
