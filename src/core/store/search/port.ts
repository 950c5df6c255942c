import type { Disposable } from "../../base/disposables";

/** What a found text is. `tool` is a call's input and output, `note` a plan, a question of the assistant's or an agent's task. */
export const SEARCH_KINDS = ["title", "user", "assistant", "tool", "edit", "attachment", "notice", "note"] as const;
export type SearchKind = (typeof SEARCH_KINDS)[number];

export interface SearchRequest {
  /**
   * Words, all of which must be there; the last may be the beginning of one when it has at least three letters. What stands
   * in straight quotes must be there as it is, but for case, accents and white space.
   */
  readonly text: string;
  /** Hits wanted, 1 to 100. */
  readonly limit: number;
  /** The `cursor` of the page before. */
  readonly cursor?: string;
  /** Only these chats, or all but those. */
  readonly onlyChats?: readonly string[];
  readonly withoutChats?: readonly string[];
  /** Ms since 1970, both ends included. */
  readonly fromAt?: number;
  readonly toAt?: number;
  readonly kinds?: readonly SearchKind[];
}

export interface SearchExcerpt {
  readonly text: string;
  /** Begin and end of what was found, UTF-16 offsets in `text`, in order and apart. */
  readonly marks: readonly (readonly [start: number, end: number])[];
}

export interface SearchHit {
  readonly chatId: string;
  /** Missing for what belongs to the chat as a whole, such as its title. */
  readonly turnId?: string;
  readonly blockId?: string;
  /** Ms since 1970. */
  readonly at: number;
  readonly kind: SearchKind;
  readonly excerpt: SearchExcerpt;
}

export interface SearchPage {
  /** Newest first. */
  readonly hits: readonly SearchHit[];
  /** Present when there may be more. A page may be short and still have one: reading many texts for one page is cut off. */
  readonly cursor?: string;
  /** How many texts match; `isExact` is false where only reading them would tell, as for quoted words. */
  readonly count: { readonly value: number; readonly isExact: boolean };
  /** False while the index is still being built or brought up to date: what is missing will be found later. */
  readonly isComplete: boolean;
}

/** Bytes of journals read, of those there are to read. */
export interface SearchProgress {
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export interface SearchStatus {
  readonly documents: number;
  readonly segments: number;
  readonly indexBytes: number;
  /** Whether this process keeps the files, or reads those that another one keeps. */
  readonly isWriter: boolean;
}

/**
 * Full text of all chats. All calls reject with an Error only when the index's own thread or folder fails; damaged index
 * files are thrown away and made anew from the journals, which are only ever read.
 */
export interface Search {
  search(request: SearchRequest): Promise<SearchPage>;
  /** Takes in what the journals have beyond the index; `streams` names those known to have changed, else all are looked at. */
  catchUp(streams?: readonly string[]): Promise<void>;
  /**
   * Removes every trace of these chats from the index's files; settles once their bytes are gone. Call it when their journals
   * are removed: what is still there is taken in again.
   */
  forget(chatIds: readonly string[]): Promise<void>;
  status(): Promise<SearchStatus>;
  onProgress(listener: (progress: SearchProgress) => void): Disposable;
  close(): Promise<void>;
}
