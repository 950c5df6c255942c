import { computed, effect, signal, type ReadonlySignal } from "@preact/signals";
import { disposable, DisposableStore, type Disposable } from "../../core/base/disposables";
import type { Timers } from "../../core/base/timers";
import type { ChatFilter, SearchHit } from "../../core/protocol/calls";
import type { Client } from "../../core/protocol/rpc";
import { createHistorySearch, type HistorySearch } from "./historySearch";

/** Finding words in the shown chat: in all of it, as it is stored, not in what happens to be in the page. */
export interface Find extends Disposable {
  readonly isOpen: ReadonlySignal<boolean>;
  readonly search: HistorySearch;
  /** Which of the places is shown, from 1; 0 where there is none. */
  readonly position: ReadonlySignal<number>;
  open(): void;
  close(): void;
  /** Goes to the next older place, or the next newer one; round at the ends. */
  go(step: 1 | -1): Promise<void>;
}

export interface FindOptions {
  readonly client: Client;
  readonly timers: Timers;
  readonly chatId: ReadonlySignal<string | null>;
  show(hit: SearchHit): void;
  onError(error: unknown): void;
}

export function createFind({ client, timers, chatId, show, onError }: FindOptions): Find {
  const owned = new DisposableStore();
  const isOpen = signal(false);
  const index = signal(0);
  const filter = computed((): ChatFilter => ({ chatId: chatId.value ?? "" }));
  const search = createHistorySearch({ client, timers, filter, onError });
  const hits = (): readonly SearchHit[] => search.results.peek()?.hits ?? [];

  function goTo(next: number): void {
    index.value = next;
    const hit = hits()[next];
    if (hit !== undefined) show(hit);
  }

  let shownText = "";
  owned.add(disposable(effect(() => {
    // New words are looked for from the end of the chat; more of the same places move nothing.
    const results = search.results.value;
    if (results === undefined || search.text.peek() === shownText) return;
    // Nothing to go to; there may be yet, while chats are still being read for the search.
    if (results.hits.length === 0) return;
    shownText = search.text.peek();
    goTo(0);
  })));
  owned.add(disposable(effect(() => {
    void chatId.value;
    close();
  })));

  function close(): void {
    isOpen.value = false;
    shownText = "";
    search.write("");
  }

  return {
    isOpen,
    search,
    position: computed(() => ((search.results.value?.hits.length ?? 0) === 0 ? 0 : index.value + 1)),
    open: () => void (isOpen.value = chatId.peek() !== null),
    close,
    async go(step) {
      const next = index.peek() + step;
      if (next >= hits().length && search.results.peek()?.hasMore === true) await search.showMore();
      const count = hits().length;
      if (count > 0) goTo((next + count) % count);
    },
    dispose: () => owned.dispose(),
  };
}
