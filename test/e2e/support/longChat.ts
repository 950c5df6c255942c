import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { streamOf } from "../../../src/core/store/streams";
import { generateChats } from "../../support/chatGenerator";
import { filesBelow, storedEvents } from "./panel";

/** A place in the chat that a word leads to: the number of its turn, from 1, and what was asked there. */
export interface WordPlace {
  readonly turn: number;
  readonly question: string;
}

export interface LongChat {
  readonly chatId: string;
  readonly title: string;
  readonly turnCount: number;
  /** What was asked, in order. */
  readonly questions: readonly string[];
  /** A word that stands in a few questions and nowhere else, the earliest of them near the beginning; where, the newest first. */
  readonly word: string;
  readonly places: readonly WordPlace[];
}

/** Puts a chat of so many messages into a data folder, as people have them: questions, tools, edits, code, by several windows. */
export function storeLongChat(globalStorageDir: string, messages: number): LongChat {
  const scratch = mkdtempSync(join(tmpdir(), "cairn-long-"));
  try {
    const [chatId = ""] = generateChats(scratch, { seed: 11, chats: 1, messages }).chatIds;
    cpSync(join(scratch, "chats"), join(globalStorageDir, "chats"), { recursive: true });
    mkdirSync(join(globalStorageDir, "feeds"), { recursive: true });
    writeFileSync(join(globalStorageDir, "feeds", `of-${chatId}.feed`), `${streamOf(chatId)}\n`);
    return { chatId, ...read(scratch) };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function read(folder: string): Omit<LongChat, "chatId"> {
  const events = [...storedEvents(folder)].sort((a, b) => Number(a["seq"]) - Number(b["seq"]));
  const turns = events.filter((event) => event.type === "turn.started").map((event) => event["turnId"]);
  const asked = new Set(events.filter((event) => event.type === "block.started" && event["role"] === "user").map((event) => event["blockId"]));
  const questions = turns.map(() => "");
  for (const event of events) if (event.type === "block.part" && asked.has(event["blockId"])) questions[turns.indexOf(event["turnId"])] += event.text ?? "";
  const all = events.map((event) => JSON.stringify(event).toLowerCase());
  for (const word of new Set(questions.slice(0, turns.length / 4).flatMap((text) => text.toLowerCase().match(/\b[a-z]{8,}\b/g) ?? []))) {
    const places = questions.flatMap((question, index) => (question.toLowerCase().includes(word) ? [{ turn: index + 1, question }] : []));
    const isWhole = places.every(({ question }) => new RegExp(`(?<![\\w\`])${word}(?!\\w)`, "i").test(question));
    const isFew = places.length >= 3 && places.length <= 9;
    if (isFew && isWhole && all.filter((line) => line.includes(word)).length === places.length) {
      return { title: String(events.find((event) => event.type === "chat.created")?.["title"]), turnCount: turns.length, questions, word, places: places.reverse() };
    }
  }
  throw new Error(`No word of ${filesBelow(folder).length} files stands in a few questions alone: take another seed.`);
}
