import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { generateChats } from "../support/chatGenerator";
import { generatedFolder } from "./generatedChats";
import { summarize, type Measurement, type Report } from "./harness";
import { openTables, type ChatTask, type HostTask, type Measured, type Opened, type Started } from "./storageHost";

const WORKER = "dist/storeWorker.js";
const STARTS = 7;
const OPENINGS = 5;
/** Others in which the host's thread is watched. */
const WATCHED = 4;
const MEGA = 1e6;

/** The history of a large data folder and the opening of a long chat, each in processes of its own: nothing is warm but the system's cache. */
export async function bench(report: Report): Promise<void> {
  if (!existsSync(WORKER)) throw new Error(`${WORKER} is missing: run “npm run build” first.`);
  const { root, chats, seconds } = generatedFolder();
  report.note(`storage: ${chats.chatIds.length} chats, ${chats.messages} messages, ${chats.usageEvents} usage rows in ${chats.files} files of ${Math.round(chats.bytes / MEGA)} MB, written in ${seconds.toFixed(1)} s.`);
  const built = await build(root);
  report.add({ name: "storage: a lost image rebuilt", figure: built.seconds, unit: "s" });
  report.add({ name: "storage: size of the image", figure: built.bytes / MEGA, unit: "MB" });

  const start = (measure: Measured, times: number): readonly Started[] => Array.from({ length: times }, () => inHost<Started>({ task: "start", root, measure, chatIds: chats.chatIds.slice(0, 50) }));
  const starts = start("times", STARTS);
  const over = (pick: (start: Started) => number): Measurement => summarize("starts", starts.map(pick));
  const [list, rss] = [over((one) => one.listMs), over((one) => one.rssBytes / MEGA)];
  const spans = summarize("spans", start("spans", WATCHED).map((one) => one.longestSpanMs));
  report.add({ name: "storage: history list ready, thread and image opened", figure: list.median, unit: "ms", spread: list, budget: { atMost: 300 } });
  report.add({ name: "storage: RSS added by it, at most", figure: rss.max, unit: "MB", spread: rss, budget: { atMost: 80 } });
  report.add({ name: "storage: host's thread, longest span of that", figure: spans.max, unit: "ms", spread: spans, budget: { atMost: 8 } });
  const [asked] = start("queries", 1);
  const [simple, complex] = [summarize("simple", asked?.simpleMs ?? []), summarize("complex", asked?.complexMs ?? [])];
  report.add({ name: "storage: simple query (a chat by its id), p95", figure: simple.p95, unit: "ms", spread: simple, budget: { atMost: 1 } });
  report.add({ name: "storage: complex query (usage by anything), p95", figure: complex.p95, unit: "ms", spread: complex, budget: { atMost: 20 } });
  report.note(`storage: ${STARTS} starts, each in a fresh process; the journals and the image lie in the system's cache. Queries go from the host's thread to the database's and back, the usage with a look at what other windows have written.`);
  openLongChat(report);
}

function openLongChat(report: Report): void {
  const folder = mkdtempSync(path.join(tmpdir(), "cairn-bench-"));
  try {
    const { chatIds, bytes, messages } = generateChats(folder, { seed: 2, chats: 1, messages: 5_000, bytes: 10_000_000 });
    const open = (measure: Measured, times: number): readonly Opened[] => Array.from({ length: times }, () => inHost<Opened>({ task: "open", root: folder, measure, chatId: chatIds[0] ?? "" }));
    const opened = open("times", OPENINGS);
    const [first, whole] = [summarize("openings", opened.map((one) => one.lastScreenMs)), summarize("openings", opened.map((one) => one.wholeMs))];
    const spans = summarize("spans", open("spans", WATCHED).map((one) => one.longestSpanMs));
    report.add({ name: "storage: chat of 5,000 messages, last screen ready", figure: first.median, unit: "ms", spread: first, budget: { atMost: 100 } });
    report.add({ name: "storage: the same, read whole", figure: whole.median, unit: "ms", spread: whole });
    report.add({ name: "storage: host's thread, longest span of opening it", figure: spans.max, unit: "ms", spread: spans, budget: { atMost: 8 } });
    report.note(`storage: the chat has ${messages} messages and ${(bytes / MEGA).toFixed(1)} MB; ${OPENINGS} openings, each in a fresh process. Spans (${WATCHED} more processes) are processor time of the host's thread between two turns of its event loop.`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function build(root: string): Promise<{ readonly seconds: number; readonly bytes: number }> {
  const began = performance.now();
  const { tables } = await openTables(root);
  await tables.listChats({}, 1);
  const seconds = (performance.now() - began) / 1000;
  await tables.close(); // saves
  return { seconds, bytes: statSync(path.join(root, "index.sqlite")).size };
}

function inHost<T>(task: HostTask | ChatTask): T {
  const output = execFileSync(process.execPath, [path.resolve("out/test/bench/storageHost.bench.js"), JSON.stringify(task)], { encoding: "utf8", maxBuffer: 1 << 24 });
  return JSON.parse(output) as T; // storageHost.bench.ts wrote it
}
