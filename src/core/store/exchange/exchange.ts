import type { Result } from "../../base/result";
import type { ExportCounts } from "./exportChats";
import type { ImportFailure, ImportOptions, ImportOutcome } from "./importChats";

/** Which chats are meant: those named, or all, with or without those in the trash. */
export interface ExportedChats {
  readonly chatIds?: readonly string[];
  readonly hasTrash: boolean;
}

/** A chat as Markdown: its text in pieces, and a name for its file, without an ending. */
export interface RenderedChat {
  readonly name: string;
  readonly isInTrash: boolean;
  readonly text: AsyncIterable<string>;
}

export type OnExportProgress = (chatsDone: number, chatCount: number) => void;

/**
 * Chats to files and back. Paths are the system's. All reject with the system's error when a file cannot be read or written, and
 * with the signal's reason when they are aborted; no half-written file is left.
 */
export interface ChatExchange {
  /** The text of a file that `importFile` takes, for whoever writes it somewhere; `counts` is filled as it goes. */
  readJson(chats: ExportedChats, counts: ExportCounts, onProgress: OnExportProgress, signal: AbortSignal): AsyncIterable<string>;
  /** A chat to be read; undefined where there is nothing of it, or where it is in the trash and that is not meant. `counts` as above. */
  readMarkdown(chatId: string, hasTrash: boolean, counts: ExportCounts, signal: AbortSignal): Promise<RenderedChat | undefined>;
  /** One file that `importFile` takes. */
  exportJson(file: string, chats: ExportedChats, onProgress: OnExportProgress, signal: AbortSignal): Promise<ExportCounts>;
  /** One file of one chat. */
  exportMarkdown(file: string, chatId: string, signal: AbortSignal): Promise<ExportCounts>;
  /** A file a chat, in a folder that is there. */
  exportMarkdownFiles(folder: string, chats: ExportedChats, onProgress: OnExportProgress, signal: AbortSignal): Promise<ExportCounts>;
  importFile(file: string, onProgress: NonNullable<ImportOptions["onProgress"]>, signal: AbortSignal): Promise<Result<ImportOutcome, ImportFailure>>;
}
