import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { chosenSeed } from "../support/random";
import type { Account } from "./account";
import { runDamages } from "./damages";
import { runKills } from "./kills";
import { runWriters } from "./writers";

/** `npm run torture`: the storage under processes that are killed, that write at once, and under damage. Exit code 1 on any miss. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { kills: { type: "string", default: "1000" }, writers: { type: "string", default: "8" }, turns: { type: "string", default: "60" }, damages: { type: "string", default: "1000" } },
  });
  const count = (name: keyof typeof values): number => {
    const number = Number(values[name]);
    if (!Number.isSafeInteger(number) || number < 0) throw new Error(`--${name} ${values[name]}: give a whole number.`);
    return number;
  };
  const seed = chosenSeed();
  const given = { script: path.join(__dirname, "child.js"), wasmPath: path.resolve("node_modules/sql.js/dist/sql-wasm.wasm"), folder: mkdtempSync(path.join(tmpdir(), "cairn-torture-")), seed };
  const problems: string[] = [];
  let isClean = true;
  const say = (text: string, startedAt: number, misses: number, found: readonly string[]): void => {
    console.log(`${text} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
    problems.push(...found);
    isClean &&= misses === 0 && found.length === 0;
  };
  const account = ({ acknowledged, missing, doubled, blobs }: Account): string => `${acknowledged} events acknowledged, ${missing} missing, ${doubled} doubled; ${blobs} blobs looked for`;
  console.log(`seed ${seed}`);
  try {
    if (count("kills") > 0) {
      const startedAt = Date.now();
      const killed = await runKills({ ...given, kills: count("kills") });
      say(`kills: ${killed.kills}, ${killed.images} of them while the image was written; ${account(killed)}`, startedAt, killed.missing + killed.doubled, killed.problems);
    }
    if (count("writers") > 0) {
      const startedAt = Date.now();
      const wrote = await runWriters({ ...given, writers: count("writers"), turns: count("turns") });
      say(`writers: ${count("writers")} in one folder, ${wrote.chats} chats, ${wrote.handovers} handed over; ${account(wrote)}`, startedAt, wrote.missing + wrote.doubled, wrote.problems);
    }
    if (count("damages") > 0) {
      const startedAt = Date.now();
      const damaged = await runDamages({ ...given, damages: count("damages") });
      say(`damages: ${damaged.flips} flips, ${damaged.cuts} cuts, ${damaged.inserts} inserts; ${damaged.journals} of journals, ${damaged.images} of the image, ${damaged.indexes} of the search index; ${damaged.linesRead} undamaged lines read, ${damaged.linesMissing} missing`, startedAt, damaged.linesMissing, damaged.problems);
    }
  } finally {
    rmSync(given.folder, { recursive: true, force: true });
  }
  for (const problem of problems.slice(0, 50)) console.log(`- ${problem}`);
  if (problems.length > 50) console.log(`- and ${problems.length - 50} more`);
  console.log(isClean ? "Nothing was lost." : `Something was lost. Repeat this run with CAIRN_SEED=${seed}`);
  return isClean ? 0 : 1;
}

// A process that is still writing must not keep a failed run from ending.
void main().then((code) => process.exit(code), (error: unknown) => {
  console.error(error);
  process.exit(1);
});
