import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describeError } from "../../src/core/base/errors";
import { createJournalReader } from "../../src/extension/adapters/journalReader";
import { createRandom, type Random } from "../support/random";
import { damage, type Damage } from "./damage";
import { createVictim, sameBytes, wholeLines, type Victim } from "./victim";

export interface DamageOptions {
  readonly folder: string;
  readonly wasmPath: string;
  readonly seed: number;
  readonly damages: number;
}

export interface DamageOutcome {
  flips: number;
  cuts: number;
  inserts: number;
  journals: number;
  images: number;
  indexes: number;
  /** Lines that no damage touched: read, or not. */
  linesRead: number;
  linesMissing: number;
  readonly problems: string[];
}

/** Does damage to one file after the other, reads everything, and puts the file back. */
export async function runDamages({ folder, wasmPath, seed, damages }: DamageOptions): Promise<DamageOutcome> {
  const outcome: DamageOutcome = { flips: 0, cuts: 0, inserts: 0, journals: 0, images: 0, indexes: 0, linesRead: 0, linesMissing: 0, problems: [] };
  const random = createRandom(seed);
  const victim = await createVictim(path.join(folder, "damages"), wasmPath, seed);
  const shadow = path.join(folder, "intact");
  cpSync(path.join(victim.root, "chats"), path.join(shadow, "chats"), { recursive: true });
  const [tables, found] = [await victim.dumpTables({ hasImage: false }), await victim.searchAll()];
  if ((await victim.dumpTables({ hasImage: true })) !== tables) outcome.problems.push("the image says otherwise than the journals before any damage");
  for (let round = 0; round < damages; round++) {
    const share = random.next();
    if (share < 0.5) await damageJournal(random, victim, shadow, outcome);
    else if (share < 0.75) await damageImage(random, victim, tables, outcome);
    else await damageIndex(random, victim, found, outcome);
  }
  return outcome;
}

async function damageJournal(random: Random, victim: Victim, shadow: string, outcome: DamageOutcome): Promise<void> {
  const file = random.pick(victim.journals);
  outcome.journals++;
  await withDamage(random, file, outcome, async ({ bytes }) => {
    const whole = new Set(wholeLines(readFileSync(path.join(shadow, path.relative(victim.root, file)))));
    const intact = wholeLines(bytes).filter((line) => whole.has(line));
    await countLines(victim, file, intact, outcome);
    const other = path.join(shadow, path.relative(victim.root, file));
    const before = readFileSync(other);
    writeFileSync(other, Buffer.from(intact.map((line) => `${line}\n`).join(""), "latin1"));
    const [rebuilt, expected] = [await victim.dumpTables({ hasImage: false }), await victim.dumpTables({ hasImage: false, from: shadow })];
    writeFileSync(other, before);
    await victim.openChats();
    if (rebuilt !== expected) return "the tables differ from those of the intact lines";
    return sameBytes(file, bytes) ? undefined : "reading has changed the journal";
  });
}

/** Every line that the damage left as it was is read, in order, and nothing else. */
async function countLines(victim: Victim, file: string, intact: readonly string[], outcome: DamageOutcome): Promise<void> {
  const reader = createJournalReader(victim.root);
  const stream = path.relative(victim.root, path.dirname(file)).split(path.sep).join("/");
  const read: string[] = [];
  for await (const line of reader.read({ stream, writer: path.basename(file, ".jsonl") }, 0)) if (line.ok) read.push(JSON.stringify(line.value));
  const expected = intact.map((line) => JSON.stringify((JSON.parse(Buffer.from(line, "latin1").toString("utf8")) as { readonly e: unknown }).e)); // as our encoder wrote it
  const there = new Set(read);
  const missing = expected.filter((line) => !there.has(line)).length;
  outcome.linesRead += expected.length - missing;
  outcome.linesMissing += missing;
  if (missing === 0 && read.join("\n") !== expected.join("\n")) throw new Error("more was read than what is intact, or in another order");
}

async function damageImage(random: Random, victim: Victim, tables: string, outcome: DamageOutcome): Promise<void> {
  outcome.images++;
  await withDamage(random, victim.image, outcome, async () => ((await victim.dumpTables({ hasImage: true })) === tables ? undefined : "the tables say otherwise than the journals"));
  rmSync(`${victim.image}.damaged`, { force: true });
}

async function damageIndex(random: Random, victim: Victim, found: string, outcome: DamageOutcome): Promise<void> {
  outcome.indexes++;
  // What is made anew has other names: nothing is put back.
  await withDamage(random, random.pick(victim.indexFiles()), outcome, async () => ((await victim.searchAll()) === found ? undefined : "a search finds something else"), false);
}

async function withDamage(random: Random, file: string, outcome: DamageOutcome, check: (done: Damage) => Promise<string | undefined>, isPutBack = true): Promise<void> {
  const whole = readFileSync(file);
  const done = damage(random, whole);
  outcome[`${done.kind}s`]++;
  writeFileSync(file, done.bytes);
  let problem: string | undefined;
  try {
    problem = await check(done);
  } catch (error) {
    problem = describeError(error);
  }
  if (problem !== undefined) outcome.problems.push(`${path.basename(path.dirname(file))}/${path.basename(file)}, ${done.what}: ${problem}`);
  if (isPutBack) writeFileSync(file, whole);
}
