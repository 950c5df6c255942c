import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { Sessions } from "../../src/core/chat/sessions";
import type { Db, Row } from "../../src/core/ports";
import { createTables } from "../../src/core/store/tables";
import { randomIds as ids, systemClock as clock } from "../../src/extension/adapters/clock";
import { createJournal } from "../../src/extension/adapters/journal";
import { createJournalReader } from "../../src/extension/adapters/journalReader";
import { openLocalDb } from "../../src/extension/adapters/localDb";
import { createSearchEngine } from "../../src/extension/adapters/searchEngine";
import { generateChats } from "../support/chatGenerator";
import { createRecordingLog } from "../support/fakes/log";
import { NO_TABLES } from "./window";

/** Each row of the tables that comes from journals, without the numbers that a database gives out itself. */
const DUMPS = [
  "SELECT * FROM chats ORDER BY chat_id",
  "SELECT chat_id, models.model, at, input_tokens, output_tokens, cache_read_tokens FROM usage JOIN chats USING (chat_no) JOIN models USING (model_no) ORDER BY chat_id, at, output_tokens",
  "SELECT chat_id, day, answers, input_tokens, output_tokens FROM usage_days JOIN chats USING (chat_no) ORDER BY chat_id, day, answers, input_tokens",
];

/** A small data folder with image and search index, in which damage is done, and ways to read it. */
export interface Victim {
  readonly root: string;
  readonly chatIds: readonly string[];
  readonly journals: readonly string[];
  readonly image: string;
  indexFiles(): readonly string[];
  /** What tables say that are made from the journals in memory, or opened over the image. */
  dumpTables(options: { readonly hasImage: boolean; readonly from?: string }): Promise<string>;
  /** Opens all chats as a window does; rejects where one cannot be. */
  openChats(): Promise<void>;
  /** What some queries find, once the index has caught up. */
  searchAll(): Promise<string>;
}

export async function createVictim(root: string, wasmPath: string, seed: number): Promise<Victim> {
  const generated = generateChats(root, { seed, chats: 8, messages: 60, bytes: 150_000, writers: 3 });
  const queries = generated.queries(12);
  const image = path.join(root, "index.sqlite");

  async function dumpTables({ hasImage, from = root }: { readonly hasImage: boolean; readonly from?: string }): Promise<string> {
    let db: Db | undefined;
    const open = async (): Promise<Db> => (db = await openLocalDb({ wasmPath, imagePath: hasImage ? image : undefined }));
    const tables = createTables({ openDb: open, journal: createJournalReader(from), timers: clock, log: createRecordingLog() });
    await tables.listChats({}, 100);
    const rows: (readonly Row[])[] = [];
    for (const sql of DUMPS) rows.push((await db?.query(sql)) ?? []);
    await tables.close();
    return JSON.stringify(rows.map((found) => found.map(({ chat_no: _, ...row }) => row)));
  }

  async function openChats(): Promise<void> {
    const journal = createJournal({ root, writer: "reader", log: createRecordingLog() });
    const sessions = new Sessions({ journal, tables: NO_TABLES, clock, ids, log: createRecordingLog(), mayWrite: async () => false });
    for (const chatId of generated.chatIds) await sessions.open(chatId);
    await journal.close();
  }

  async function searchAll(): Promise<string> {
    const engine = createSearchEngine({ journalRoot: root, folder: path.join(root, "search"), isWriterAlive: async () => false, makeName: () => ids.next(), log: createRecordingLog(), onProgress: () => undefined, limits: { segmentPairs: 4_000, tailBytes: 4_000 } });
    try {
      for (const text of queries) engine.search({ text, limit: 50 }); // before it has caught up: it may say that it is not complete
      for (let tries = 0; tries < 3; tries++) {
        await engine.catchUp();
        const pages = queries.map((text) => engine.search({ text, limit: 50 }));
        if (pages.every((page) => page.isComplete)) return JSON.stringify(pages.map((page) => page.hits));
      }
      throw new Error("the search index does not become complete");
    } finally {
      await engine.close();
    }
  }

  await dumpTables({ hasImage: true }); // closing them leaves the image
  await searchAll();
  return {
    root, image, dumpTables, openChats, searchAll,
    chatIds: generated.chatIds,
    journals: globSync("chats/**/*.jsonl", { cwd: root }).sort().map((name) => path.join(root, name)),
    indexFiles: () => globSync("search/**/*", { cwd: root, withFileTypes: true }).filter((entry) => entry.isFile() && entry.name !== "lock").map((entry) => path.join(entry.parentPath, entry.name)).sort(),
  };
}

/** The lines of a file's bytes that end with a line feed, as they stand there. */
export function wholeLines(bytes: Buffer): readonly string[] {
  return bytes.toString("latin1").split("\n").slice(0, -1);
}

export function sameBytes(file: string, bytes: Buffer): boolean {
  return readFileSync(file).equals(bytes);
}
