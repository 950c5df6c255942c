import type { ChatFilter, Reply, SearchHit } from "../protocol/calls";
import type { Search } from "../store/search/port";
import type { Tables } from "../store/tables";

const PAGE_HITS = 30;

export interface HistorySearchOptions {
  readonly search: Pick<Search, "search">;
  readonly tables: Pick<Tables, "chatIds" | "find">;
}

export type HistorySearch = (text: string, filter: ChatFilter, cursor: string | undefined) => Promise<Reply<"history.search">>;

/** Looks words up in all that was said and done, in the chats that a filter lets through. Hits carry their chat's title. */
export function createHistorySearch({ search, tables }: HistorySearchOptions): HistorySearch {
  return async (text, filter, cursor) => {
    const isNarrowed = Object.values(filter).some((value) => value !== undefined && value !== false);
    const chats = isNarrowed ? { onlyChats: await tables.chatIds(filter) } : { withoutChats: await tables.chatIds({ isTrash: true }) };
    const page = await search.search({ text, limit: PAGE_HITS, ...chats, ...(cursor === undefined ? {} : { cursor }) });
    const titles = new Map<string, string>();
    for (const { chatId } of page.hits) if (!titles.has(chatId)) titles.set(chatId, (await tables.find(chatId))?.title ?? "");
    const hits = page.hits.map((hit): SearchHit => ({ ...hit, title: titles.get(hit.chatId) ?? "", excerpt: { text: hit.excerpt.text, marks: hit.excerpt.marks.map((mark) => [...mark]) } }));
    return { hits, cursor: page.cursor ?? null, count: page.count.value, isExact: page.count.isExact, isComplete: page.isComplete };
  };
}
