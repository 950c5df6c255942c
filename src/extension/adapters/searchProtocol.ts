import type { SearchPage, SearchProgress, SearchRequest, SearchStatus } from "../../core/store/search/port";

/** What the search's thread is asked; each request is answered with its `id`. */
export type SearchWorkerRequest = { readonly id: number } & SearchOperation;

export type SearchOperation =
  | { readonly op: "search"; readonly request: SearchRequest }
  | { readonly op: "catchUp"; readonly streams: readonly string[] | undefined }
  | { readonly op: "forget"; readonly chatIds: readonly string[] }
  | { readonly op: "status" }
  | { readonly op: "close" };

export type SearchAnswer = SearchPage | SearchStatus | undefined;

export type SearchWorkerMessage =
  | { readonly type: "answer"; readonly id: number; readonly answer: SearchAnswer }
  | { readonly type: "error"; readonly id: number; readonly message: string }
  | { readonly type: "progress"; readonly progress: SearchProgress }
  | { readonly type: "log"; readonly level: "warn" | "info" | "debug"; readonly message: string };

export interface SearchWorkerData {
  readonly journalRoot: string;
  readonly folder: string;
  /** This process's name as a writer of journals. */
  readonly writer: string;
}
