import path from "node:path";
import { Sessions } from "../../src/core/chat/sessions";
import { randomIds as ids, systemClock as clock } from "../../src/extension/adapters/clock";
import { createJournal } from "../../src/extension/adapters/journal";
import { openStore, type Store } from "../../src/extension/adapters/store";
import { createRecordingLog } from "../support/fakes/log";
import { watchSpans } from "./hostSpans";

export interface HostTask {
  readonly task: "start";
  readonly root: string;
  readonly measure: Measured;
  /** Some of which the tables are asked. */
  readonly chatIds: readonly string[];
}

/** The watch over spans keeps a processor busy: what it watches is not timed. */
export type Measured = "times" | "spans" | "queries";

export interface Started {
  readonly listMs: number;
  readonly rssBytes: number;
  readonly longestSpanMs: number;
  readonly simpleMs: readonly number[];
  readonly complexMs: readonly number[];
}

export interface ChatTask {
  readonly task: "open";
  readonly root: string;
  readonly measure: Measured;
  readonly chatId: string;
}

export interface Opened {
  readonly lastScreenMs: number;
  readonly wholeMs: number;
  readonly longestSpanMs: number;
}

/** As many as the history asks for at first. */
const LISTED = 101;
const [SIMPLE, WARM_UP] = [400, 50];
const GROUPS = ["day", "model", "chat", "folder", "agent"] as const;
const RANGES = ["7", "30", "90", "all"] as const;
const ROWS = 50;

export function openTables(root: string): Promise<Store> {
  return openStore({ root, workerPath: path.resolve("dist/storeWorker.js"), wasmPath: path.resolve("dist/sql-wasm.wasm"), imagePath: path.join(root, "index.sqlite"), log: createRecordingLog() });
}

/** In a process that has done nothing else: what a window does when its history is first looked at. */
export async function start({ root, chatIds, measure }: HostTask): Promise<Started> {
  const rss = process.memoryUsage.rss();
  const spans = measure === "spans" ? watchSpans() : undefined;
  const began = performance.now();
  const { tables, usage } = await openTables(root);
  const { chats } = await tables.listChats({}, LISTED);
  const listMs = performance.now() - began;
  const longestSpanMs = spans?.stop() ?? 0;
  const rssBytes = process.memoryUsage.rss() - rss;
  if (chats.length !== LISTED) throw new Error(`The history lists ${chats.length} chats.`);
  const [simpleMs, complexMs]: [number[], number[]] = [[], []];
  if (measure === "queries") {
    for (let round = -WARM_UP; round < SIMPLE; round++) {
      const asked = performance.now();
      if ((await tables.find(chatIds[Math.abs(round) % chatIds.length] ?? "")) === undefined) throw new Error("A chat is not in the tables.");
      if (round >= 0) simpleMs.push(performance.now() - asked);
    }
    for (let round = -1; round < 5; round++) {
      for (const by of GROUPS) {
        for (const range of RANGES) {
          const asked = performance.now();
          const { rowCount } = await usage({ by, firstDay: range === "all" ? undefined : new Date(Date.UTC(2026, 10, 1) - (Number(range) - 1) * 86_400_000).toISOString().slice(0, 10), lastDay: "2026-11-01", limit: ROWS });
          if (rowCount === 0) throw new Error(`No usage by ${by} in ${range} days.`);
          if (round >= 0) complexMs.push(performance.now() - asked);
        }
      }
    }
  }
  await tables.close();
  return { listMs, rssBytes, longestSpanMs, simpleMs, complexMs };
}

/** The same for a chat: its last turns, and then all of it. */
export async function open({ root, chatId, measure }: ChatTask): Promise<Opened> {
  const { tables } = await openTables(root);
  await tables.find(chatId); // the history, from which a chat is opened, has brought them up
  const journal = createJournal({ root, writer: ids.next(), log: createRecordingLog() });
  const sessions = new Sessions({ journal, tables, clock, ids, log: createRecordingLog(), mayWrite: async () => true });
  const spans = measure === "spans" ? watchSpans() : undefined;
  const began = performance.now();
  const { chat, isWhole } = await sessions.open(chatId);
  const lastScreenMs = performance.now() - began;
  const state = await sessions.state(chatId);
  const wholeMs = performance.now() - began;
  const longestSpanMs = spans?.stop() ?? 0;
  if (chat.turns.length === 0 || isWhole || state.turns.length !== 2_500) throw new Error(`Opened with ${chat.turns.length} turns of ${state.turns.length}.`);
  await journal.close();
  await tables.close();
  return { lastScreenMs, wholeMs, longestSpanMs };
}
