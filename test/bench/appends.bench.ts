import { mkdtempSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { EVENT_VERSION } from "../../src/core/protocol/events";
import { encodeLine } from "../../src/core/store/line";
import { streamOf } from "../../src/core/store/streams";
import { randomIds } from "../../src/extension/adapters/clock";
import { createJournal } from "../../src/extension/adapters/journal";
import { createRecordingLog } from "../support/fakes/log";
import { measureTogether, summarize, type Report } from "./harness";

const ROUNDS = 300;
/** Events at the pace of a quick answer, in spells by turns with raw appends that come at the same pace, one after the other. */
const [PER_SECOND, SPELL, SPELLS] = [200, 50, 16];
const STREAM = streamOf("bench");

/** How soon an event is durable, beside what the disk itself needs for as many bytes. */
export async function bench(report: Report): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), "cairn-bench-"));
  const journal = createJournal({ root: folder, writer: "bench", log: createRecordingLog() });
  const file = await open(path.join(folder, "raw"), "a");
  const event = (): unknown => ({ v: EVENT_VERSION, id: randomIds.next(), seq: 1, at: 1, type: "block.part", chatId: "bench", turnId: "t", blockId: "b", offset: 0, text: "x".repeat(400) });
  const raw = async (): Promise<void> => {
    await file.appendFile(encodeLine(event()));
    await file.datasync();
  };
  const durable = async (): Promise<void> => {
    const stored = await journal.append(STREAM, [event()]);
    if (!stored.ok) throw new Error(stored.error.message);
  };
  let lastRaw = Promise.resolve();
  const queuedRaw = (): Promise<void> => (lastRaw = lastRaw.then(raw));
  try {
    const [ours, disk] = await measureTogether([{ name: "append", run: durable }, { name: "raw", run: raw }], { warmup: 20, rounds: ROUNDS });
    if (ours === undefined || disk === undefined) throw new Error("Nothing was measured.");
    report.add({ name: "append, durable: serial, median", figure: ours.median, unit: "ms", spread: ours, baseline: disk.median, budget: { ratioAtLeast: 1 / 1.5 } });
    const [paced, rawTimes]: [number[], number[]] = [[], []];
    for (let spell = 0; spell < SPELLS; spell++) {
      paced.push(...(await atPace(durable)));
      rawTimes.push(...(await atPace(queuedRaw)));
    }
    const [fast, slow] = [summarize("paced", paced), summarize("raw", rawTimes)];
    report.add({ name: `append, durable: ${PER_SECOND} a second, p95`, figure: fast.p95, unit: "ms", spread: fast, baseline: slow.p95, budget: { atMost: slow.p95 + 5 } });
    report.note(`append: ${ROUNDS} serial events of 500 bytes by turns with as many raw appends with fdatasync; then ${SPELLS * SPELL} events at ${PER_SECOND} a second, median ${fast.median.toFixed(2)} and p95 ${fast.p95.toFixed(2)} ms, by turns with raw appends at that pace, median ${slow.median.toFixed(2)} and p95 ${slow.p95.toFixed(2)} ms.`);
  } finally {
    await file.close();
    await journal.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Begins work at fixed times, whether what was begun before is done or not; how long each took, ms. */
async function atPace(work: () => Promise<void>): Promise<readonly number[]> {
  const began = performance.now();
  const pending: Promise<number>[] = [];
  for (let sent = 0; sent < SPELL; sent++) {
    const wait = began + (sent * 1000) / PER_SECOND - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const startedAt = performance.now();
    pending.push(work().then(() => performance.now() - startedAt));
  }
  return Promise.all(pending);
}
