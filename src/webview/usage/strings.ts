import { grouped, t } from "../../core/base/l10n";

/** Every word of the usage's page, in the editor's language. */
export const strings = {
  title: t("Cairn Usage"),
  loading: t("Reading the usage…"),
  range: { label: t("Range"), "7": t("Last 7 days"), "30": t("Last 30 days"), "90": t("Last 90 days"), all: t("All") },
  by: { label: t("Group by"), day: t("Day"), model: t("Model"), folder: t("Folder"), chat: t("Chat"), agent: t("Agent") },
  measure: { label: t("Chart"), cost: t("Cost"), tokens: t("Tokens") },
  export: t("Export CSV"),
  exported: (file: string) => t("Exported to {0}", file),
  columns: {
    inputTokens: t("Input"),
    cacheReadTokens: t("Cache read"),
    cacheWriteTokens: t("Cache write"),
    outputTokens: t("Output"),
    answers: t("Answers"),
    cost: t("Cost"),
  },
  table: t("Usage"),
  total: t("Total"),
  unpriced: t("price unknown"),
  unpricedPart: (count: number) => (count === 1 ? t("+ 1 answer of unknown price") : t("+ {0} answers of unknown price", grouped(count))),
  dearest: (shown: number, all: number) => t("The {0} dearest of {1}. The CSV file has all.", grouped(shown), grouped(all)),
  untitled: { day: "", model: t("Unknown model"), folder: t("No folder"), chat: t("Untitled chat"), agent: t("No agent") },
  summary: (cost: string, answers: number, tokens: number) => (answers === 1 ? t("{0} for 1 answer, {1} tokens", cost, grouped(tokens)) : t("{0} for {1} answers, {2} tokens", cost, grouped(answers), grouped(tokens))),
  prices: (asOf: string) => t("Costs are worked out from Cairn's table of prices of {0}; what your account pays may differ.", asOf),
  chart: {
    cost: t("Bar chart of the cost. The table below says the same."),
    tokens: t("Bar chart of the tokens. The table below says the same."),
    most: (label: string, value: string) => t("The most: {0}, {1}.", label, value),
    tokensOf: (count: number) => t("{0} tokens", grouped(count)),
  },
  empty: {
    title: t("Nothing used yet"),
    about: t("Each of Claude's answers tells how many tokens it took. Ask something in the chat, and it is summed up here by day, model, folder, chat and agent, with what it cost."),
    rangeTitle: t("Nothing used in this time"),
    rangeAbout: t("Choose a longer range to see what was used before."),
  },
} as const;
