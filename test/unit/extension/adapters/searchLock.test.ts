import assert from "node:assert/strict";
import { existsSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createSearchLock, type SearchLock } from "../../../../src/extension/adapters/searchLock";
import { createTemporaryFolder } from "./temporaryFolder";

describe("createSearchLock", () => {
  let folder: string;
  let remove: () => Promise<void>;
  const locks: SearchLock[] = [];
  const lockOf = (token: string): SearchLock => {
    const lock = createSearchLock({ folder, token });
    locks.push(lock);
    return lock;
  };
  beforeEach(async () => void ({ folder, remove } = await createTemporaryFolder()));
  afterEach(async () => {
    for (const lock of locks.splice(0)) lock.release();
    await remove();
  });

  it("is held by one at a time", () => {
    const [one, two] = [lockOf("one"), lockOf("two")];
    assert.deepEqual([one.take(), two.take(), one.take(), one.isHeld(), two.isHeld()], [true, false, true, true, false]);
    one.release();
    assert.deepEqual([one.isHeld(), two.take(), one.take()], [false, true, false]);
  });

  it("is free when its holder has ended, or has been silent for long", () => {
    const file = path.join(folder, "lock");
    writeFileSync(file, "999999999 gone");
    assert.ok(lockOf("one").take());
    writeFileSync(file, `${process.pid} silent`);
    assert.equal(lockOf("two").take(), false);
    utimesSync(file, 1, 1);
    assert.ok(lockOf("three").take());
  });

  it("is free when its holder's last beat lies in the future: it ended before the clock was set back", () => {
    const file = path.join(folder, "lock");
    writeFileSync(file, `${process.pid} ahead`);
    const ahead = Date.now() / 1000 + 3_600;
    utimesSync(file, ahead, ahead);
    assert.ok(lockOf("one").take());
  });

  it("is free when what it says makes no sense", () => {
    writeFileSync(path.join(folder, "lock"), "");
    assert.ok(lockOf("one").take());
  });

  it("is known as lost by one who slept while another took it, and is not released by it", () => {
    const [one, two] = [lockOf("one"), lockOf("two")];
    one.take();
    utimesSync(path.join(folder, "lock"), 1, 1);
    assert.ok(two.take());
    assert.equal(one.isHeld(), false);
    one.release();
    assert.ok(two.isHeld() && existsSync(path.join(folder, "lock")));
  });
});
