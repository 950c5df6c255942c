import { anything, arr, literal, nat, num, obj, str, variants, type Infer } from "../base/check";

/** What the use of tokens is summed up by. An agent is what a chat was begun by. */
export const usageGroup = literal("day", "model", "folder", "chat", "agent");
export type UsageGroup = Infer<typeof usageGroup>;

/** Days up to today, or all there are. */
export const usageRange = literal("7", "30", "90", "all");
export type UsageRange = Infer<typeof usageRange>;

const sums = {
  answers: nat,
  inputTokens: nat,
  cacheReadTokens: nat,
  cacheWriteTokens: nat,
  outputTokens: nat,
  /** US dollars, at the prices of today's table. */
  cost: num,
  /** Answers of models whose price is not known; what they cost is not in the sum. */
  unpricedAnswers: nat,
};
export const usageSums = obj(sums);
export type UsageSums = Infer<typeof usageSums>;

/** `key` tells rows apart; `label` is for people, and empty where there is none: a chat without a title, no folder. */
export const usageRow = obj({ key: str, label: str, ...sums });
export type UsageRow = Infer<typeof usageRow>;

export const usageReport = obj({
  /** Days in their order; all others with the dearest first. */
  rows: arr(usageRow),
  /** Of everything in the range, rows that were left out included. */
  total: usageSums,
  /** How many rows there are; more than `rows` has where they are too many to be shown. */
  rowCount: nat,
  /** The first and the last day of the range, such as 2026-11-20; empty where nothing is in it. */
  firstDay: str,
  lastDay: str,
});
export type UsageReport = Infer<typeof usageReport>;

/** What the page of the usage asks. */
export const usageAsk = variants("type", {
  report: obj({ type: literal("report"), by: usageGroup, range: usageRange }),
  /** Writes the rows, all of them, into a file that the person chooses; the answer is its name, or null where none was chosen. */
  export: obj({ type: literal("export"), by: usageGroup, range: usageRange }),
});
export type UsageAsk = Infer<typeof usageAsk>;

export const usageRequest = obj({ id: num, ask: usageAsk });
/** `error` is one sentence for the person. */
export const usageReply = variants("type", {
  ok: obj({ type: literal("ok"), id: num, value: anything }),
  error: obj({ type: literal("error"), id: num, error: str }),
  /** Said unasked: there may be more now. */
  changed: obj({ type: literal("changed") }),
});
export type UsageReply = Infer<typeof usageReply>;
