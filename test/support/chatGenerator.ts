import { closeSync, existsSync, mkdirSync, openSync, writeSync } from "node:fs";
import path from "node:path";
import { EVENT_VERSION, type EventBody } from "../../src/core/protocol/events";
import { encodeLine } from "../../src/core/store/line";
import { streamOf } from "../../src/core/store/streams";
import { createTexts, type Texts } from "./chatTexts";
import { createRandom, type Random } from "./random";

export interface GeneratedSize {
  readonly seed: number;
  readonly chats: number;
  /** Questions and answers together. Chats differ in length as people's do: many short ones, some very long. */
  readonly messages: number;
  /** Of all journals together, about. Default 2,000 a message. */
  readonly bytes?: number;
  /** Windows that wrote. Default 8. */
  readonly writers?: number;
  /** When the last chat ends, ms since 1970. Default 1 November 2026. */
  readonly endAt?: number;
}

export interface GeneratedChats {
  readonly chatIds: readonly string[];
  readonly files: number;
  readonly messages: number;
  readonly bytes: number;
  readonly usageEvents: number;
  /** Queries of one to three words, the last cut to the beginning of a word: some from one text, some from anywhere. */
  queries(count: number): readonly string[];
}

const PART_LENGTH = 1_300;
const DAY_MS = 24 * 3600 * 1000;
const MODELS = ["claude-opus-5-5", "claude-sonnet-5", "claude-haiku-4-8"];
const FOLDERS = Array.from({ length: 12 }, (_, index) => `project-${index + 1}`);

/** Writes journals as windows would have, by the product's own line encoder, at about 50 MB a second. The same for the same seed. */
export function generateChats(root: string, { seed, chats, messages, bytes = messages * 2_000, writers = 8, endAt = Date.UTC(2026, 10, 1) }: GeneratedSize): GeneratedChats {
  if (existsSync(path.join(root, "chats"))) throw new Error(`${root} has chats already: give an empty folder.`);
  const random = createRandom(seed);
  const texts = createTexts(random);
  const makeId = idsOf(random);
  const names = Array.from({ length: writers }, () => makeId(endAt));
  const samples: string[] = [];
  const total = { files: 0, bytes: 0, usageEvents: 0, messages: 0 };
  const made = new Set<string>();
  const turnCounts = splitTurns(random, Math.round(messages / 2), chats);
  const chatIds = turnCounts.map((turnCount) => {
    const startedAt = endAt - Math.floor(random.next() ** 2 * 360) * DAY_MS - random.integer(0, DAY_MS);
    const chatId = makeId(startedAt);
    const folder = path.join(root, streamOf(chatId));
    mkdirSync(folder, { recursive: true });
    // Now and then another window goes on with a chat.
    const files = Array.from({ length: turnCount > 2 && random.next() < 0.15 ? 2 : 1 }, () => random.pick(names));
    const state = { seq: 0, at: startedAt };
    let left = turnCount;
    for (const [index, writer] of files.entries()) {
      const turns = index === files.length - 1 ? left : Math.ceil(left / 2);
      left -= turns;
      const chat = createChat({ chatId, random, texts, makeId, state, samples });
      const handle = openSync(path.join(folder, `${writer}.jsonl`), "a");
      try {
        if (index === 0) chat.begin();
        for (let turn = 0; turn < turns; turn++) {
          // What is left of the bytes is shared by the turns that are left, so that the sum comes out whatever chance does.
          const turnsLeft = Math.max(1, messages / 2 - total.messages / 2);
          chat.turn((bytes - total.bytes) / turnsLeft);
          total.messages += 2;
          total.usageEvents++;
          if (chat.pendingBytes() > 1 << 20 || turn === turns - 1) total.bytes += flush(handle, chat.takeLines());
        }
        total.bytes += flush(handle, chat.takeLines());
      } finally {
        closeSync(handle);
      }
      if (!made.has(`${chatId}/${writer}`)) total.files++;
      made.add(`${chatId}/${writer}`);
    }
    return chatId;
  });
  return { chatIds, ...total, queries: (count) => Array.from({ length: count }, () => makeQuery(random, texts, samples)) };
}

function flush(handle: number, lines: readonly Uint8Array[]): number {
  const joined = Buffer.concat(lines);
  for (let at = 0; at < joined.length; ) at += writeSync(handle, joined, at);
  return joined.length;
}

interface ChatParts {
  readonly chatId: string;
  readonly random: Random;
  readonly texts: Texts;
  readonly makeId: (at: number) => string;
  readonly state: { seq: number; at: number };
  readonly samples: string[];
}

function createChat({ chatId, random, texts, makeId, state, samples }: ChatParts) {
  let lines: Uint8Array[] = [];
  let pending = 0;
  const model = random.pick(MODELS);

  function write(body: EventBody, passedMs = 20): void {
    state.at += passedMs;
    const line = encodeLine({ v: EVENT_VERSION, id: makeId(state.at), seq: ++state.seq, at: state.at, ...body });
    lines.push(line);
    pending += line.length;
  }

  function textBlock(turnId: string, role: "user" | "assistant", text: string): void {
    const blockId = makeId(state.at);
    write({ type: "block.started", chatId, turnId, blockId, role, block: { kind: "text" } });
    for (let offset = 0; offset < text.length; offset += PART_LENGTH) write({ type: "block.part", chatId, turnId, blockId, offset, text: text.slice(offset, offset + PART_LENGTH) }, 200);
    write({ type: "block.ended", chatId, turnId, blockId });
    if (samples.length < 2_000) samples.push(text);
    else if (random.next() < 0.02) samples[random.integer(0, 1_999)] = text;
  }

  function toolCall(turnId: string, length: number): void {
    const callId = makeId(state.at);
    const tool = random.pick(["read", "grep", "bash", "edit"]);
    const input = tool === "edit" ? { path: texts.path(), old: texts.code(length * 0.3), new: texts.code(length * 0.3) } : { path: texts.path(), pattern: texts.identifier() };
    write({ type: "tool.requested", chatId, turnId, callId, tool, input });
    const output = tool === "edit" ? "The edit was made." : texts.output(length);
    write({ type: "tool.ended", chatId, turnId, callId, status: random.next() < 0.93 ? "ok" : "error", output, durationMs: random.integer(1, 2_000) }, 300);
    if (tool === "edit") write({ type: "edit.proposed", chatId, turnId, editId: makeId(state.at), path: input.path, baseHash: "0", edit: [{ old: input.old, new: input.new }] });
  }

  return {
    pendingBytes: () => pending,
    takeLines(): readonly Uint8Array[] {
      const taken = lines;
      lines = [];
      pending = 0;
      return taken;
    },
    begin: () => write({ type: "chat.created", chatId, title: texts.prose(20).slice(0, 60), folder: random.pick(FOLDERS) }),
    /** Writes a question and its answer in about so many bytes. */
    turn(bytes: number): void {
      const turnId = makeId(state.at);
      const from = pending;
      write({ type: "turn.started", chatId, turnId, model }, random.integer(5_000, 300_000));
      textBlock(turnId, "user", texts.prose(random.integer(30, 300)));
      // Envelopes, the question and the events of the end take about 2,000 bytes.
      let left = Math.max(150, bytes - 2_000) * random.between(0.6, 1.4);
      while (left > 1_500 && random.next() < 0.6) {
        const length = Math.min(left * 0.7, random.next() < 0.05 ? 20_000 : random.between(300, 3_000));
        toolCall(turnId, length);
        left -= length;
      }
      textBlock(turnId, "assistant", random.next() < 0.4 ? `${texts.prose(left * 0.5)}\n\n\`\`\`ts\n${texts.code(left * 0.5)}\`\`\`\n` : texts.prose(left));
      write({ type: "usage", chatId, turnId, model, inputTokens: random.integer(50, 4_000), outputTokens: Math.round((pending - from) / 5), cacheReadTokens: random.integer(0, 90_000), cacheWrite5mTokens: random.integer(0, 3_000), cacheWrite1hTokens: 0 });
      write({ type: "turn.ended", chatId, turnId, status: "done", stopReason: "end_turn" });
    },
  };
}

/** Turns of each chat: shares by a power law, at least one each, in sum as many as asked for. */
function splitTurns(random: Random, turns: number, chats: number): readonly number[] {
  const shares = Array.from({ length: chats }, () => Math.min(500, (1 - random.next()) ** -0.8));
  const sum = shares.reduce((all, share) => all + share, 0);
  let [used, wanted] = [0, 0];
  return shares.map((share, index) => {
    wanted += (share / sum) * (turns - chats);
    const count = index === chats - 1 ? turns - used : Math.max(1, Math.round(wanted + index + 1 - used));
    used += count;
    return count;
  });
}

function makeQuery(random: Random, texts: Texts, samples: readonly string[]): string {
  const isFromText = random.next() < 0.6;
  const known = isFromText ? random.pick(samples).split(/[^\p{L}\p{N}_]+/u).filter((word) => word.length >= 3) : [];
  const words = Array.from({ length: random.integer(1, 3) }, () => (known.length > 0 ? random.pick(known) : random.next() < 0.3 ? texts.identifier() : texts.word()));
  const last = words.pop() ?? "";
  const wide = last.length >= 3 ? last : "con";
  return [...words, wide.slice(0, random.integer(3, Math.max(3, wide.length)))].join(" ");
}

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** Ids like the product's: time in base 32, then chance. */
function idsOf(random: Random): (at: number) => string {
  const character = (value: number): string => ALPHABET.charAt(value & 31);
  return (at) => {
    let id = "";
    for (let time = at, index = 0; index < 9; index++, time = Math.floor(time / 32)) id = character(time % 32) + id;
    for (let index = 0; index < 4; index++) {
      const bits = Math.floor(random.next() * 2 ** 20);
      id += character(bits) + character(bits >> 5) + character(bits >> 10) + character(bits >> 15);
    }
    return id;
  };
}
