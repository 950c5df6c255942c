import path from "node:path";
import { createRandom } from "../support/random";
import { checkChats, checkTurns, emptyAccount, linesOf, type Account } from "./account";
import { startWriting } from "./processes";
import type { Ack } from "./window";

export interface WritersOptions {
  readonly folder: string;
  readonly script: string;
  readonly seed: number;
  readonly writers: number;
  /** Turns that each of them writes in each of two chats of its own, and in those that all share. */
  readonly turns: number;
}

export interface WritersOutcome extends Account {
  /** How often the writer of a shared chat changed. */
  handovers: number;
  chats: number;
}

/** Processes that chat in one folder at once, in chats of their own and in such that go from one to the other. */
export async function runWriters({ folder, script, seed, writers, turns }: WritersOptions): Promise<WritersOutcome> {
  const outcome: WritersOutcome = { ...emptyAccount(), handovers: 0, chats: 0 };
  const root = path.join(folder, "writers");
  const random = createRandom(seed);
  const shared = ["sharedaa", "sharedbb", "sharedcc"];
  const all = Array.from({ length: writers }, (_, index) =>
    startWriting(script, { root, writer: `writer${index}`, seed: random.integer(0, 2 ** 31), own: [`own${index}aa`, `own${index}bb`], shared, turns }),
  );
  const acks = new Map<string, Ack[]>();
  for (const [index, writing] of all.entries()) {
    const { code, signal } = await writing.ended;
    if (code !== 0) outcome.problems.push(`writer${index} ended with ${signal ?? `code ${code}`}`);
    outcome.acknowledged += writing.acks.length;
    for (const ack of writing.acks) acks.set(ack.chatId, [...(acks.get(ack.chatId) ?? []), ack]);
  }
  await checkChats(root, "reader", acks, outcome);
  for (const chatId of acks.keys()) {
    const lines = await linesOf(root, chatId);
    checkTurns(chatId, lines, outcome);
    const sorted = [...lines].sort((a, b) => a.event.seq - b.event.seq);
    outcome.handovers += sorted.filter(({ writer }, index) => index > 0 && writer !== sorted[index - 1]?.writer).length;
  }
  outcome.chats = acks.size;
  return outcome;
}
