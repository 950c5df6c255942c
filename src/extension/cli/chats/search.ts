import { t } from "../../../core/base/l10n";
import type { HistorySearch } from "../../../core/chat/historySearch";
import type { Reply, SearchHit } from "../../../core/protocol/calls";
import type { Search, SearchKind } from "../../../core/store/search/port";
import { systemClock as clock } from "../../adapters/clock";
import { defineCommand, misuse, type Io } from "../command";
import { DATA_OPTIONS, withFolder } from "../open";
import { readCount } from "../parse";
import { json, printable, timeText, titleText } from "../text";

const DEFAULT_LIMIT = 30;
/** A window that is still building the index is waited for so long, ms. */
const WAIT_MS = 5_000;
const LOOK_EVERY_MS = 200;
const [MARK, UNMARK] = ["\u001b[1m", "\u001b[22m"];

export const search = defineCommand({
  summary: () => t("Finds words in titles and in all that was said and done, the newest first."),
  details: () => [
    t("All of the words must be there; the last may be the beginning of one. What stands between straight quotes must stand there as it is: {0}.", `cairn chats search '"as it is"'`),
    t("The first search reads all chats once and keeps an index, the same as the panel's."),
  ],
  operands: "WORDS…",
  count: [1, Infinity],
  options: {
    limit: { type: "string", value: "N", about: () => t("At most so many places; {0} without it.", DEFAULT_LIMIT) },
    json: { type: "boolean", about: () => t("Prints JSON: chat, turn, block, time, excerpt and what in it was found.") },
    ...DATA_OPTIONS,
  },
  run({ values, operands }, context) {
    const limit = values.limit === undefined ? DEFAULT_LIMIT : readCount(values.limit, "--limit");
    const text = operands.join(" ").trim();
    if (text === "") misuse(t("There is nothing to search for."));
    return withFolder(values, context, { changes: false }, async ({ upToDate, search: index, historySearch }) => {
      const { io } = context;
      await upToDate();
      index.onProgress(({ doneBytes, totalBytes }) => io.showProgress(t("reading chats for the search: {0} %", Math.floor((100 * doneBytes) / totalBytes))));
      const found = await findUpTo(limit, text, index, historySearch);
      if (values.json === true) await io.write(json(found));
      else for (const hit of found.hits) if (!(await io.write(describe(hit, io)))) break;
      if (values.json !== true) io.say(countText(found));
      if (!found.isComplete) io.say(t("A window is still building the index: there may be more. Search again in a while."));
      return 0;
    });
  },
});

type Found = Omit<Reply<"history.search">, "cursor">;

async function findUpTo(limit: number, text: string, index: Pick<Search, "catchUp">, historySearch: HistorySearch): Promise<Found> {
  await index.catchUp();
  let page = await historySearch(text, {}, undefined);
  for (const end = clock.now() + WAIT_MS; !page.isComplete && clock.now() < end; page = await historySearch(text, {}, undefined)) {
    await new Promise<void>((resolve) => clock.after(LOOK_EVERY_MS, resolve));
    await index.catchUp();
  }
  const { count, isExact, isComplete } = page;
  const hits = [...page.hits];
  while (hits.length < limit && page.cursor !== null) {
    page = await historySearch(text, {}, page.cursor);
    hits.push(...page.hits);
  }
  return { hits: hits.slice(0, limit), count, isExact, isComplete };
}

function describe({ chatId, title, at, kind, excerpt }: SearchHit, { isTerminal }: Io): string {
  const about = `${chatId}  ${timeText(at)}  ${kindText(kind)}  ${titleText(title)}`;
  return `${about}\n    ${excerptText(excerpt, isTerminal)}\n`;
}

/** On one line, with what was found in bold where that can be shown. */
function excerptText({ text, marks }: SearchHit["excerpt"], isTerminal: boolean): string {
  const clean = (part: string): string => printable(part.replace(/[\n\t]/g, " "));
  let [line, end] = ["", 0];
  for (const [from = 0, to = 0] of isTerminal ? marks : []) {
    line += `${clean(text.slice(end, from))}${MARK}${clean(text.slice(from, to))}${UNMARK}`;
    end = to;
  }
  return line + clean(text.slice(end));
}

function kindText(kind: SearchKind): string {
  const names: Readonly<Record<SearchKind, string>> = { title: t("Title"), user: t("Question"), assistant: t("Answer"), tool: t("Tool"), edit: t("Edit"), attachment: t("File"), notice: t("Notice"), note: t("Note") };
  return names[kind];
}

function countText({ hits, count, isExact }: Found): string {
  if (count === 0 || hits.length === 0) return t("Nothing was found.");
  if (count === hits.length) return count === 1 ? t("1 place found.") : t("{0} places found.", count);
  return isExact ? t("{0} of {1} places are shown.", hits.length, count) : t("{0} of at most {1} places are shown.", hits.length, count);
}
