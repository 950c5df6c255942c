import { appendFile, mkdir, readFile, rm, truncate } from "node:fs/promises";
import path from "node:path";
import type { Log } from "../../../../src/core/ports";
import { EVENT_VERSION, type EventBody } from "../../../../src/core/protocol/events";
import { encodeLine } from "../../../../src/core/store/line";
import { normalForm, termsOf } from "../../../../src/core/store/search/tokens";
import { parseQuery } from "../../../../src/core/store/search/query";
import type { SearchPage } from "../../../../src/core/store/search/port";
import { randomIds } from "../../../../src/extension/adapters/clock";
import { createSearchEngine, type SearchEngine, type SearchLimits } from "../../../../src/extension/adapters/searchEngine";
import { createTemporaryFolder } from "./temporaryFolder";

export interface Said {
  readonly chatId: string;
  readonly blockId: string;
  readonly at: number;
  readonly text: string;
}

/** A folder of journals with an index beside them, and an account of what was said in it. */
export interface SearchFolder {
  readonly journalRoot: string;
  readonly indexFolder: string;
  readonly said: readonly Said[];
  /** Appends events to a chat's file. */
  write(chatId: string, writer: string, ...bodies: readonly EventBody[]): Promise<void>;
  /** Appends a question that is a block of its own. */
  say(chatId: string, writer: string, text: string): Promise<void>;
  removeChat(chatId: string): Promise<void>;
  /** Cuts lines off the end of a file. */
  cut(chatId: string, writer: string, lines: number): Promise<void>;
  /** An engine as a process has it; closed with the folder. */
  openEngine(options?: { readonly limits?: Partial<SearchLimits>; readonly isWriterAlive?: (writer: string) => boolean; readonly log?: Log }): SearchEngine;
  dispose(): Promise<void>;
}

const SILENT: Log = { error: () => undefined, warn: () => undefined, info: () => undefined, debug: () => undefined, trace: () => undefined };

export async function createSearchFolder(): Promise<SearchFolder> {
  const { folder, remove } = await createTemporaryFolder();
  const [journalRoot, indexFolder] = [path.join(folder, "data"), path.join(folder, "search")];
  const engines: SearchEngine[] = [];
  let said: Said[] = [];
  let seq = 0;
  const fileOf = (chatId: string, writer: string): string => path.join(journalRoot, "chats", chatId.slice(0, 2), chatId, `${writer}.jsonl`);

  const write: SearchFolder["write"] = async (chatId, writer, ...bodies) => {
    const file = fileOf(chatId, writer);
    await mkdir(path.dirname(file), { recursive: true });
    await appendFile(file, Buffer.concat(bodies.map((body) => encodeLine({ v: EVENT_VERSION, id: `e${++seq}`, seq, at: 1_000 + seq, ...body }))));
  };
  await mkdir(journalRoot, { recursive: true });
  return {
    journalRoot,
    indexFolder,
    get said() {
      return said;
    },
    write,
    async say(chatId, writer, text) {
      const place = { chatId, turnId: `t${seq}`, blockId: `b${seq}` };
      const half = Math.floor(text.length / 2);
      said.push({ chatId, blockId: place.blockId, at: 1_001 + seq, text });
      await write(chatId, writer, { type: "block.started", ...place, role: "user", block: { kind: "text" } }, { type: "block.part", ...place, offset: 0, text: text.slice(0, half) }, { type: "block.part", ...place, offset: half, text: text.slice(half) }, { type: "block.ended", ...place });
    },
    async removeChat(chatId) {
      said = said.filter((item) => item.chatId !== chatId);
      await rm(path.join(journalRoot, "chats", chatId.slice(0, 2), chatId), { recursive: true });
    },
    async cut(chatId, writer, lines) {
      const file = fileOf(chatId, writer);
      const all = (await readFile(file, "latin1")).split("\n");
      await truncate(file, all.slice(0, -1 - lines).join("\n").length + 1);
    },
    openEngine({ limits, isWriterAlive = () => false, log = SILENT } = {}) {
      const engine = createSearchEngine({ journalRoot, folder: indexFolder, isWriterAlive: (writer) => Promise.resolve(isWriterAlive(writer)), makeName: () => randomIds.next(), log, onProgress: () => undefined, ...(limits === undefined ? {} : { limits }) });
      engines.push(engine);
      return engine;
    },
    async dispose() {
      for (const engine of engines) await engine.close();
      await remove();
    },
  };
}

/** The blocks that a query finds when every text is gone through, newest first. */
export function scan(said: readonly Said[], text: string): readonly string[] {
  const { words } = parseQuery(text);
  return said
    .filter((item) => {
      const terms = [...termsOf(normalForm(item.text))];
      return words.length > 0 && words.every(({ term, isPrefix }) => terms.some((found) => (isPrefix ? found.startsWith(term) : found === term)));
    })
    .sort((a, b) => b.at - a.at)
    .map(({ blockId }) => blockId);
}

/** All pages of a search, as blocks. */
export function findAll(engine: SearchEngine, text: string, limit = 7): readonly string[] {
  const found: string[] = [];
  let page: SearchPage | undefined;
  do {
    page = engine.search({ text, limit, ...(page?.cursor === undefined ? {} : { cursor: page.cursor }) });
    found.push(...page.hits.map((hit) => hit.blockId ?? ""));
  } while (page.cursor !== undefined);
  return found;
}
