import { grouped, t, uiLanguage } from "../../core/base/l10n";
import type { UsageGroup, UsageReport, UsageSums } from "../../core/protocol/usagePage";
import { usageCsv } from "../../core/store/usageCsv";
import { systemClock as clock } from "../adapters/clock";
import { defineCommand, misuse } from "./command";
import { DATA_OPTIONS, withFolder } from "./open";
import { readChoice } from "./parse";
import { dayText, json, onOneLine, table } from "./text";

const GROUPS: readonly UsageGroup[] = ["day", "model", "folder", "chat", "agent"];

export const usage = defineCommand({
  summary: () => t("Sums up tokens and cost, at the prices of Cairn's own table."),
  operands: "",
  count: [0, 0],
  options: {
    by: { type: "string", value: GROUPS.join("|"), about: () => t("What they are summed up by; the day without it.") },
    csv: { type: "boolean", about: () => t("Prints CSV.") },
    json: { type: "boolean", about: () => t("Prints JSON.") },
    ...DATA_OPTIONS,
  },
  run({ values }, context) {
    const by = readChoice(values.by ?? "day", GROUPS, "--by");
    if (values.csv === true && values.json === true) misuse(t("Either {0} or {1}.", "--json", "--csv"));
    return withFolder(values, context, { changes: false }, async ({ upToDate }) => {
      const report = await (await upToDate()).usage({ by, firstDay: undefined, lastDay: dayText(clock.now()), limit: Number.MAX_SAFE_INTEGER });
      if (values.json === true) await context.io.write(json(report));
      else if (values.csv === true) await context.io.write(usageCsv(report, by));
      else if (report.rows.length > 0) await context.io.write(tableOf(report, by));
      else context.io.say(t("Nothing was used yet."));
      return 0;
    });
  },
});

function tableOf({ rows, total }: UsageReport, by: UsageGroup): string {
  const names: Readonly<Record<UsageGroup, string>> = { day: t("Day"), model: t("Model"), folder: t("Folder"), chat: t("Chat"), agent: t("Agent") };
  const nameless: Readonly<Record<UsageGroup, string>> = { day: "", model: t("Unknown model"), folder: t("No folder"), chat: t("Untitled chat"), agent: t("No agent") };
  const head = [names[by], t("Answers"), t("Input"), t("Cache read"), t("Cache write"), t("Output"), t("Cost")];
  const lines = rows.map((row) => [row.label === "" ? nameless[by] : onOneLine(row.label), ...figures(row)]);
  return table([head, ...lines, [t("Total"), ...figures(total)]], new Set([1, 2, 3, 4, 5, 6]));
}

function figures(sums: UsageSums): readonly string[] {
  return [sums.answers, sums.inputTokens, sums.cacheReadTokens, sums.cacheWriteTokens, sums.outputTokens].map(grouped).concat(costText(sums));
}

function costText({ cost, answers, unpricedAnswers }: UsageSums): string {
  const money = new Intl.NumberFormat(uiLanguage(), { style: "currency", currency: "USD", minimumFractionDigits: 2, maximumFractionDigits: 4 }).format(cost);
  if (unpricedAnswers === 0) return money;
  if (unpricedAnswers === answers) return t("price unknown");
  return `${money} ${unpricedAnswers === 1 ? t("+ 1 answer of unknown price") : t("+ {0} answers of unknown price", grouped(unpricedAnswers))}`;
}
