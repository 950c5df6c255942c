import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { createRandom } from "../support/random";
import { checkChats, checkImage, emptyAccount, type Account } from "./account";
import { startWriting } from "./processes";
import type { Ack } from "./window";

export interface KillOptions {
  readonly folder: string;
  /** The bundled child.ts. */
  readonly script: string;
  readonly wasmPath: string;
  readonly seed: number;
  readonly kills: number;
}

export interface KillOutcome extends Account {
  kills: number;
  /** Of these, with an image being written. */
  images: number;
}

/** Folders written to at once: as many as keep two processors busy. */
const LANES = 2;
/** So often the same chats are gone on with after a kill; then others are begun, in a new folder. */
const KILLS_A_FOLDER = 20;
/** One process in so many is killed while it starts, or while it writes the image too. */
const [STARTING, SAVING] = [0.05, 0.1];

/** Kills writing processes at random instants; after each, all that any of them has acknowledged must be there once. */
export async function runKills({ folder, script, wasmPath, seed, kills }: KillOptions): Promise<KillOutcome> {
  const outcome: KillOutcome = { ...emptyAccount(), kills: 0, images: 0 };
  const random = createRandom(seed);
  const rounds = Array.from({ length: Math.ceil(kills / KILLS_A_FOLDER) }, (_, round) => ({ round, seed: random.integer(0, 2 ** 31), kills: Math.min(KILLS_A_FOLDER, kills - round * KILLS_A_FOLDER) }));
  await Promise.all(Array.from({ length: LANES }, async () => {
    for (let next = rounds.shift(); next !== undefined; next = rounds.shift()) await runRound(next);
  }));
  return outcome;

  async function runRound(round: { readonly round: number; readonly seed: number; readonly kills: number }): Promise<void> {
    const root = path.join(folder, `kills${round.round}`);
    const chance = createRandom(round.seed);
    const chatIds = ["aa", "bb", "cc"].map((end) => `chat${round.round}${end}`);
    const image = { wasmPath, imagePath: path.join(root, "index.sqlite") };
    const acks = new Map<string, Ack[]>(chatIds.map((chatId) => [chatId, []]));
    for (let kill = 0; kill < round.kills; kill++) {
      const isSaving = chance.next() < SAVING;
      const task = { root, writer: `w${round.round}x${kill}`, seed: chance.integer(0, 2 ** 31), own: chatIds.slice(0, 2), shared: chatIds.slice(2), ...(isSaving ? { image } : {}) };
      const writing = startWriting(script, task);
      if (chance.next() >= STARTING) await writing.begun;
      await setTimeout(chance.between(0, isSaving ? 150 : 45));
      writing.process.kill("SIGKILL");
      const { signal } = await writing.ended;
      if (signal !== "SIGKILL") outcome.problems.push(`${task.writer} ended by itself before it was killed`);
      outcome.kills++;
      outcome.acknowledged += writing.acks.length;
      for (const ack of writing.acks) acks.get(ack.chatId)?.push(ack);
      await checkChats(root, `${task.writer}reader`, acks, outcome);
      if (!isSaving) continue;
      outcome.images++;
      await checkImage(root, image, chatIds, outcome);
    }
  }
}
