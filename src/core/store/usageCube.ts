import type { Db, Row } from "../ports";
import { LONG_PROMPT_TOKENS } from "../protocol/prices";

/**
 * The sums by day in memory, a column each: summing them up again by something else takes milliseconds there, and in the
 * database ten times as many. Days are numbers that read like them: 20261120. Several rows may be of one day, chat and model.
 */
export interface UsageCube {
  readonly day: number[];
  readonly chat: number[];
  readonly model: number[];
  readonly isLong: number[];
  readonly answers: number[];
  readonly input: number[];
  readonly output: number[];
  readonly cacheRead: number[];
  readonly write5m: number[];
  readonly write1h: number[];
  /** The row of the last answer that is in it. */
  lastRow: number;
}

const COLUMNS = ["day", "chat", "model", "isLong", "answers", "input", "output", "cacheRead", "write5m", "write1h"] as const;
const TOKENS = "input_tokens AS input, output_tokens AS output, cache_read_tokens AS cacheRead, cache_write_5m_tokens AS write5m, cache_write_1h_tokens AS write1h";
const PROMPT = "input_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens";
const LAST_ROW = "(SELECT coalesce(max(rowid), 0) FROM usage)";
const DAY = (date: string): string => `CAST(replace(${date}, '-', '') AS INTEGER)`;

/** Reads all sums by day: one query, so that nothing comes between them and the number of the last answer. */
export async function loadCube(db: Db): Promise<UsageCube> {
  const cube: UsageCube = { day: [], chat: [], model: [], isLong: [], answers: [], input: [], output: [], cacheRead: [], write5m: [], write1h: [], lastRow: 0 };
  add(cube, await db.query(`SELECT ${DAY("day")} AS day, chat_no AS chat, model_no AS model, is_long_prompt AS isLong, answers, ${TOKENS}, ${LAST_ROW} AS lastRow FROM usage_days`));
  return cube;
}

/** Takes in the answers that have come since. */
export async function extendCube(db: Db, cube: UsageCube): Promise<void> {
  const day = DAY("date(at / 1000, 'unixepoch', 'localtime')");
  add(cube, await db.query(`SELECT ${day} AS day, chat_no AS chat, model_no AS model, ${PROMPT} > ${LONG_PROMPT_TOKENS} AS isLong, 1 AS answers, ${TOKENS}, ${LAST_ROW} AS lastRow FROM usage WHERE rowid > ?1`, [cube.lastRow]));
}

function add(cube: UsageCube, rows: readonly Row[]): void {
  for (const row of rows) for (const name of COLUMNS) cube[name].push(Number(row[name]));
  cube.lastRow = Number(rows[0]?.["lastRow"] ?? cube.lastRow);
}
