import assert from "node:assert/strict";
import { createReadingProgress } from "../../../../src/core/store/readingProgress";
import { createManualClock } from "../../../support/fakes/clock";

function stage() {
  const clock = createManualClock();
  const shown: (number | undefined)[] = [];
  const progress = createReadingProgress(clock, (percent) => void shown.push(percent));
  return { clock, shown, progress, read: (readBytes: number, totalBytes = 1_000) => progress.note({ readBytes, totalBytes }) };
}

describe("progress of a long reading", () => {
  it("is shown in whole percents, each once, until the end", async () => {
    const { clock, shown, read } = stage();
    for (const bytes of [10, 400, 401, 409]) read(bytes);
    await clock.advance(500);
    for (const bytes of [410, 415, 995]) read(bytes);
    read(1_000);
    assert.deepEqual([shown, clock.waitingTimers], [[40, 41, 99, undefined], 0]);
  });

  it("is not shown of one that is soon over", async () => {
    const { clock, shown, read } = stage();
    read(500);
    await clock.advance(100);
    read(1_000);
    read(7, 7);
    await clock.advance(60_000);
    assert.deepEqual([shown, clock.waitingTimers], [[], 0]);
  });

  it("ends where nothing more is heard of it, and begins anew with the next one", async () => {
    const { clock, shown, read } = stage();
    read(300);
    await clock.advance(60_000);
    assert.deepEqual(shown, [30, undefined]);
    read(100);
    await clock.advance(500);
    read(1_000);
    assert.deepEqual(shown, [30, undefined, 10, undefined]);
  });

  it("is taken away with its window", async () => {
    const { clock, shown, read, progress } = stage();
    read(300);
    await clock.advance(500);
    progress.dispose();
    assert.deepEqual([shown, clock.waitingTimers], [[30, undefined], 0]);
  });
});
