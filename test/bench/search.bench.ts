import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { EVENT_VERSION, type EventBody } from "../../src/core/protocol/events";
import { encodeLine } from "../../src/core/store/line";
import { streamOf } from "../../src/core/store/streams";
import { openSearch } from "../../src/extension/adapters/search";
import { createRecordingLog } from "../support/fakes/log";
import { generatedFolder } from "./generatedChats";
import { summarize, type Measurement, type Report } from "./harness";

const QUERIES = 400;
const PAGE = 20;
const WORKER = "dist/searchWorker.js";
const MEGA = 1e6;

/** What the child measures in a process where nothing else was before. Bytes and ms. */
interface Opened {
  readonly rssFirst: number;
  readonly rssAll: number;
  readonly firstMs: number;
  readonly catchUpMs: number;
  readonly newMs: readonly number[];
  readonly queries: readonly number[];
  readonly empty: number;
}

/** Full text of all chats: how long its index takes and how large it is, and how soon the first page is there. */
export async function bench(report: Report): Promise<void> {
  if (!existsSync(WORKER)) throw new Error(`${WORKER} is missing: run “npm run build” first.`);
  const folder = mkdtempSync(path.join(tmpdir(), "cairn-bench-"));
  try {
    const { root, chats, seconds } = generatedFolder();
    report.note(`search: ${chats.chatIds.length} chats, ${chats.messages} messages, ${chats.usageEvents} usage events in ${chats.files} files of ${Math.round(chats.bytes / MEGA)} MB, written in ${seconds.toFixed(1)} s.`);
    const built = await build(root, path.join(folder, "index"));
    report.add({ name: "search: index built from all journals", figure: built.seconds, unit: "s" });
    report.add({ name: "search: size of the index", figure: built.bytes / MEGA, unit: "MB" });
    report.add({ name: "search: RSS added while it is built, at most", figure: built.rssBytes / MEGA, unit: "MB" });

    const opened = measureInChild({ root, index: path.join(folder, "index"), queries: chats.queries(QUERIES), chatId: chats.chatIds[0] ?? "" });
    const times = summarize("queries", opened.queries);
    report.add({ name: "search: first page, 1–3 words, p95", figure: times.p95, unit: "ms", spread: times, budget: { atMost: 50 } });
    report.add({ name: "search: first page after start, thread and index opened", figure: opened.firstMs, unit: "ms" });
    report.add({ name: "search: RSS added by the first page", figure: opened.rssFirst / MEGA, unit: "MB", budget: { atMost: 80 } });
    report.add({ name: `search: RSS added after ${2 * QUERIES} pages`, figure: opened.rssAll / MEGA, unit: "MB" });
    report.add({ name: "search: catching up with nothing new", figure: opened.catchUpMs, unit: "ms" });
    const fresh: Measurement = summarize("new", opened.newMs);
    report.add({ name: "search: a new message taken in and found", figure: fresh.median, unit: "ms", spread: fresh });
    report.note(`search: ${QUERIES} queries, ${opened.empty} of which find nothing; the journals and the index lie in the system's cache.`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function build(root: string, index: string): Promise<{ readonly seconds: number; readonly bytes: number; readonly rssBytes: number }> {
  const before = process.memoryUsage.rss();
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 100);
  const search = openSearch({ workerPath: path.resolve(WORKER), journalRoot: root, folder: index, writer: "bench", log: createRecordingLog() });
  try {
    const began = performance.now();
    await search.catchUp();
    const seconds = (performance.now() - began) / 1000;
    return { seconds, bytes: (await search.status()).indexBytes, rssBytes: most - before };
  } finally {
    clearInterval(watch);
    await search.close();
  }
}

interface ChildInput {
  readonly root: string;
  readonly index: string;
  readonly queries: readonly string[];
  readonly chatId: string;
}

function measureInChild(input: ChildInput): Opened {
  const output = execFileSync(process.execPath, [path.resolve("out/test/bench/search.bench.js"), "--child", JSON.stringify(input)], { encoding: "utf8", maxBuffer: 1 << 24 });
  return JSON.parse(output) as Opened; // the child below wrote it
}

async function child({ root, index, queries, chatId }: ChildInput): Promise<Opened> {
  const rss = process.memoryUsage.rss();
  const log = createRecordingLog();
  const search = openSearch({ workerPath: path.resolve(WORKER), journalRoot: root, folder: index, writer: "bench", log });
  const timed = async (work: () => Promise<unknown>): Promise<number> => {
    const began = performance.now();
    await work();
    return performance.now() - began;
  };
  const firstMs = await timed(() => search.search({ text: queries[0] ?? "", limit: PAGE }));
  const rssFirst = process.memoryUsage.rss() - rss;
  await search.catchUp();
  const catchUpMs = await timed(() => search.catchUp());
  let empty = 0;
  const times: number[] = [];
  for (const round of [0, 1]) {
    for (const text of queries) {
      const ms = await timed(async () => {
        const { hits } = await search.search({ text, limit: PAGE });
        if (round === 1 && hits.length === 0) empty++;
      });
      // The first round is for compilers and caches.
      if (round === 1) times.push(ms);
    }
  }
  const rssAll = process.memoryUsage.rss() - rss;
  const stream = streamOf(chatId);
  const newMs: number[] = [];
  for (let round = 0; round < 20; round++) {
    const word = `brandnew${round}`;
    appendFileSync(path.join(root, stream, "bench.jsonl"), Buffer.concat(question(chatId, round, word).map((body) => encodeLine({ v: EVENT_VERSION, id: `n${round}`, seq: 1_000_000 + round, at: Date.now(), ...body }))));
    newMs.push(
      await timed(async () => {
        await search.catchUp([stream]);
        const { hits } = await search.search({ text: word, limit: PAGE });
        if (hits.length !== 1) throw new Error(`A new message was found ${hits.length} times.`);
      }),
    );
  }
  await search.close();
  if (log.lines.length > 0) throw new Error(log.lines.join("; "));
  return { rssFirst, rssAll, firstMs, catchUpMs, newMs, queries: times, empty };
}

function question(chatId: string, round: number, text: string): readonly EventBody[] {
  const place = { chatId, turnId: `turn${round}`, blockId: `block${round}` };
  return [
    { type: "block.started", ...place, role: "user", block: { kind: "text" } },
    { type: "block.part", ...place, offset: 0, text },
    { type: "block.ended", ...place },
  ];
}

if (process.argv[2] === "--child") {
  child(JSON.parse(process.argv[3] ?? "") as ChildInput) // written by measureInChild
    .then((opened) => process.stdout.write(JSON.stringify(opened)))
    .catch((error: unknown) => {
      console.error(error);
      process.exitCode = 1;
    });
}
