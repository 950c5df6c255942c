import type { Db, Row } from "../ports";
import { priceOf } from "../protocol/prices";
import type { UsageGroup, UsageReport, UsageRow, UsageSums } from "../protocol/usagePage";
import { extendCube, loadCube, type UsageCube } from "./usageCube";

export interface UsageQuestion {
  readonly by: UsageGroup;
  /** The first and the last day of the range as people here call them, such as 2026-11-20. Without a first one all there is. */
  readonly firstDay: string | undefined;
  readonly lastDay: string;
  /** The most rows of the answer; days come all, being what a chart is made of. */
  readonly limit: number;
}

/** What was used and what it cost. */
export interface Usage {
  /** The database under a watch: what is removed from it is noticed. All that changes it goes through this one. */
  watch(db: Db): Db;
  /** Chats in the trash count: they were paid for. */
  report(db: Db, question: UsageQuestion): Promise<UsageReport>;
}

/** Keeps the sums by day in memory from the first question on, and takes in what has come since with each. */
export function createUsage(): Usage {
  let kept: { readonly db: Db; readonly cube: UsageCube } | undefined;
  let removals = 0;
  let last: Promise<unknown> = Promise.resolve();

  /** One at a time: two would both take the same answers in. */
  function cubeOf(db: Db): Promise<UsageCube> {
    const found = last.then(() => bringUp(db));
    last = found.catch(() => undefined); // the caller of `found` has the error
    return found;
  }

  async function bringUp(db: Db): Promise<UsageCube> {
    if (kept?.db === db) {
      await extendCube(db, kept.cube);
      if (kept?.db === db) return kept.cube;
    }
    const before = removals;
    const cube = await loadCube(db);
    if (removals === before) kept = { db, cube };
    return cube;
  }

  return {
    watch: (db) => ({
      ...db,
      async batch(statements) {
        if (statements.some(({ sql }) => sql.startsWith("DELETE"))) {
          removals++;
          kept = undefined;
        }
        await db.batch(statements);
      },
    }),
    report: async (db, question) => reportOf(db, await cubeOf(db), question),
  };
}

async function reportOf(db: Db, cube: UsageCube, { by, firstDay, lastDay, limit }: UsageQuestion): Promise<UsageReport> {
  const since = firstDay === undefined ? -Infinity : dayNumber(firstDay);
  const grouping = await GROUPINGS[by](db);
  const prices = await pricesOf(db);
  const groups = new Map<number, MutableSums>();
  const total = noSums();
  let first = Infinity;
  for (let index = 0; index < cube.day.length; index++) {
    const day = cube.day[index] ?? 0;
    if (day < since) continue;
    if (day < first) first = day;
    const key = grouping.of(cube, index);
    let group = groups.get(key);
    if (group === undefined) groups.set(key, (group = noSums()));
    add(group, cube, index, prices);
  }
  for (const sums of groups.values()) for (const name of SUMS) total[name] += sums[name];
  const shown = by === "day" ? [...groups].sort(([left], [right]) => left - right) : dearest([...groups], limit);
  const nameOf = await grouping.names(shown.map(([group]) => group));
  const rows = shown.map(([group, sums]): UsageRow => ({ ...nameOf(group), ...sums }));
  if (groups.size === 0) return { rows, total, rowCount: 0, firstDay: "", lastDay: "" };
  return { rows, total, rowCount: groups.size, firstDay: firstDay ?? dayName(first), lastDay };
}

/** The first `limit`, the dearest first; what costs nothing by the length of what was said. */
function dearest(groups: readonly (readonly [number, MutableSums])[], limit: number): readonly (readonly [number, MutableSums])[] {
  // Sorting thousands of groups for a few of them would take longer than summing them up: what cannot be among those goes first.
  const least = groups.length > limit ? (Float64Array.from(groups, ([, { cost }]) => -cost).sort()[limit] ?? 0) : Infinity;
  const candidates = groups.filter(([, { cost }]) => -cost <= least);
  return candidates.sort(([, left], [, right]) => right.cost - left.cost || right.outputTokens - left.outputTokens).slice(0, limit);
}

/** What the sums are put together by: a number for each group, and what some of them are called. */
interface Grouping {
  readonly of: (cube: UsageCube, index: number) => number;
  readonly names: (groups: readonly number[]) => Promise<(group: number) => Name>;
}

type Name = Pick<UsageRow, "key" | "label">;

const GROUPINGS: Readonly<Record<UsageGroup, (db: Db) => Grouping | Promise<Grouping>>> = {
  day: () => ({ of: (cube, index) => cube.day[index] ?? 0, names: async () => (day) => ({ key: dayName(day), label: dayName(day) }) }),
  model: (db) => ({ of: (cube, index) => cube.model[index] ?? 0, names: async () => named(await db.query("SELECT model_no AS no, model AS key, model AS label FROM models")) }),
  chat: (db) => ({
    of: (cube, index) => cube.chat[index] ?? 0,
    names: async (chats) => named(await db.query(`SELECT chat_no AS no, chat_id AS key, title AS label FROM chats WHERE chat_no IN (${chats.join(", ")})`)), // numbers of our own table
  }),
  folder: (db) => byChat(db, "coalesce(folder_uri, folder, '')", "max(coalesce(folder, ''))"),
  agent: (db) => byChat(db, "coalesce(agent, '')", "coalesce(agent, '')"),
};

/** By something that a chat has: asked for in few rows, one for each value and not for each chat. */
async function byChat(db: Db, key: string, label: string): Promise<Grouping> {
  const rows = await db.query(`SELECT ${key} AS key, ${label} AS label, group_concat(chat_no) AS chats FROM chats GROUP BY 1`);
  const of: number[] = [];
  for (const [group, row] of rows.entries()) for (const chat of String(row["chats"]).split(",")) of[Number(chat)] = group;
  return { of: (cube, index) => of[cube.chat[index] ?? 0] ?? rows.length, names: async () => named(rows.map((row, group) => ({ ...row, no: group }))) };
}

function named(rows: readonly Row[]): (group: number) => Name {
  const names = new Map(rows.map((row) => [Number(row["no"]), { key: String(row["key"]), label: String(row["label"] ?? "") }]));
  return (group) => names.get(group) ?? { key: "", label: "" };
}

/** US dollars per token, by model and length of prompt: input, output, reads of the cache, writes for five minutes and for an hour. */
type Prices = readonly (readonly number[] | undefined)[];

async function pricesOf(db: Db): Promise<Prices> {
  const prices: (readonly number[] | undefined)[] = [];
  for (const row of await db.query("SELECT model_no, model FROM models")) {
    for (const isLong of [false, true]) {
      const price = priceOf(String(row["model"]), isLong);
      if (price !== undefined) prices[2 * Number(row["model_no"]) + Number(isLong)] = [price.input, price.output, price.cacheRead, price.cacheWrite5m, price.cacheWrite1h].map((dollars) => dollars / 1e6);
    }
  }
  return prices;
}

type MutableSums = { -readonly [K in keyof UsageSums]: UsageSums[K] };

const SUMS = ["answers", "inputTokens", "cacheReadTokens", "cacheWriteTokens", "outputTokens", "cost", "unpricedAnswers"] as const;

function noSums(): MutableSums {
  return { answers: 0, inputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 0, cost: 0, unpricedAnswers: 0 };
}

function add(sums: MutableSums, cube: UsageCube, index: number, prices: Prices): void {
  const answers = cube.answers[index] ?? 0;
  const input = cube.input[index] ?? 0;
  const output = cube.output[index] ?? 0;
  const cacheRead = cube.cacheRead[index] ?? 0;
  const write5m = cube.write5m[index] ?? 0;
  const write1h = cube.write1h[index] ?? 0;
  sums.answers += answers;
  sums.inputTokens += input;
  sums.outputTokens += output;
  sums.cacheReadTokens += cacheRead;
  sums.cacheWriteTokens += write5m + write1h;
  const price = prices[2 * (cube.model[index] ?? 0) + (cube.isLong[index] ?? 0)];
  if (price === undefined) sums.unpricedAnswers += answers;
  else sums.cost += input * (price[0] ?? 0) + output * (price[1] ?? 0) + cacheRead * (price[2] ?? 0) + write5m * (price[3] ?? 0) + write1h * (price[4] ?? 0);
}

/** Days are kept as numbers that read like them: 20261120. */
function dayNumber(day: string): number {
  return Number(day.replaceAll("-", ""));
}

function dayName(day: number): string {
  const digits = String(day).padStart(8, "0");
  return `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
}
