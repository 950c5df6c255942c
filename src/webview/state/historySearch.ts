import { batch, signal, type ReadonlySignal } from "@preact/signals";
import type { Disposable } from "../../core/base/disposables";
import type { Timers } from "../../core/base/timers";
import type { ChatFilter, SearchHit } from "../../core/protocol/calls";
import type { Client } from "../../core/protocol/rpc";

/** What was found so far. */
export interface SearchResults {
  readonly hits: readonly SearchHit[];
  /** How many places there are in all; at most that many where `isExact` is false. */
  readonly count: number;
  readonly isExact: boolean;
  /** False while older chats are still being read for the search. */
  readonly isComplete: boolean;
  readonly hasMore: boolean;
}

/** Searching as one types. */
export interface HistorySearch {
  readonly text: ReadonlySignal<string>;
  /** Undefined where nothing is searched for. */
  readonly results: ReadonlySignal<SearchResults | undefined>;
  readonly isSearching: ReadonlySignal<boolean>;
  write(text: string): void;
  /** Searches for the same again: the filter or the chats have changed. */
  again(): void;
  showMore(): Promise<void>;
}

export interface HistorySearchOptions {
  readonly client: Client;
  readonly timers: Timers;
  readonly filter: ReadonlySignal<ChatFilter>;
  onError(error: unknown): void;
}

/** A pause in typing after which it is searched, ms. */
const PAUSE_MS = 120;
/** While not everything has been read for the search yet, it is repeated, ms. */
const REPEAT_MS = 1_500;

export function createHistorySearch({ client, timers, filter, onError }: HistorySearchOptions): HistorySearch {
  const text = signal("");
  const results = signal<SearchResults | undefined>(undefined);
  const isSearching = signal(false);
  let waiting: Disposable | undefined;
  let cursor: string | null = null;
  let latest = 0;

  function later(delayMs: number): void {
    waiting?.dispose();
    waiting = timers.after(delayMs, () => void run());
  }

  async function run(isMore = false): Promise<void> {
    const mine = ++latest;
    const asked = text.peek().trim();
    if (asked === "") return;
    isSearching.value = true;
    try {
      const page = await client.call("history.search", { text: asked, filter: filter.peek(), cursor: isMore ? cursor : null });
      if (mine !== latest) return;
      cursor = page.cursor;
      const before = isMore ? (results.peek()?.hits ?? []) : [];
      results.value = { hits: [...before, ...page.hits], count: page.count, isExact: page.isExact, isComplete: page.isComplete, hasMore: page.cursor !== null };
      if (!page.isComplete && !isMore) later(REPEAT_MS);
    } catch (error) {
      if (mine === latest) onError(error);
    } finally {
      if (mine === latest) isSearching.value = false;
    }
  }

  return {
    text,
    results,
    isSearching,
    write(next) {
      text.value = next;
      if (next.trim() !== "") return later(PAUSE_MS);
      latest++;
      waiting?.dispose();
      batch(() => {
        results.value = undefined;
        isSearching.value = false;
      });
    },
    again() {
      if (text.peek().trim() !== "") later(0);
    },
    showMore: () => run(true),
  };
}
