import { createReadStream } from "node:fs";
import path from "node:path";
import { t } from "../../core/base/l10n";
import type { Claims, Clock, Ids, Journal, Log } from "../../core/ports";
import type { SessionEvent } from "../../core/protocol/events";
import { emptyChat } from "../../core/protocol/chatState";
import { reduceMany } from "../../core/protocol/reduceMany";
import { ChatFileError } from "../../core/store/exchange/chatFile";
import { fileNameOf, renderChatMarkdown } from "../../core/store/exchange/chatMarkdown";
import type { ChatExchange, ExportedChats, OnExportProgress, RenderedChat } from "../../core/store/exchange/exchange";
import { exportChats, type ExportCounts } from "../../core/store/exchange/exportChats";
import { importChats } from "../../core/store/exchange/importChats";
import { withUnsaved } from "../../core/store/exchange/withUnsaved";
import { eventsToShow, listStoredChats, readStoredEvents, type Pause } from "../../core/store/exchange/storedEvents";
import { readBlobText } from "../../core/store/blobContent";
import type { BlobRef } from "../../core/protocol/blocks";
import { createBlobFiles } from "./blobFiles";
import { createBlobs, type StoredBlobs } from "./blobs";
import { createExchangedBlobs } from "./exchangeBlobs";
import { createRemovalLock, type RemovalLock } from "./removalLock";
import { isCode } from "./systemErrors";
import { writeWhole } from "./wholeFile";

export interface ExchangeOptions {
  /** The storage folder. */
  readonly root: string;
  /** Of its own where none is given. */
  readonly blobs?: StoredBlobs;
  /** Keeps others from removing payloads that no line of an imported file names yet. Of its own where none is given. */
  readonly lock?: RemovalLock;
  readonly journal: Journal;
  /** Tries to write what is in memory alone, before anything is exported. */
  readonly saveNow: () => Promise<void>;
  /** What is in memory alone all the same, by chat: it goes along. */
  readonly unsaved: () => ReadonlyMap<string, readonly SessionEvent[]>;
  readonly claims: Claims;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly log?: Log;
}

const quiet = (): void => undefined;
const NO_LOG: Log = { error: quiet, warn: quiet, info: quiet, debug: quiet, trace: quiet };

/** Read at once: what one of these holds is taken apart without a pause. */
const CHUNK_BYTES = 64 * 1024;
/** The longest that the host is held up, ms. */
const SLICE_MS = 4;

export function createExchange({ root, journal, saveNow, unsaved, claims, ids, clock, log = NO_LOG, blobs = createBlobs({ files: createBlobFiles({ root, log }), log }), lock = createRemovalLock(claims, clock) }: ExchangeOptions): ChatExchange {
  const exchanged = createExchangedBlobs(blobs);
  const all = withUnsaved(journal, unsaved);
  const newCounts = (): ExportCounts => ({ chats: 0, lostLines: 0, missingBlobs: 0 });

  const readJson: ChatExchange["readJson"] = (chats, counts, onProgress, signal) =>
    exportChats({ ...chats, journal: all, blobs: exchanged, exportedAt: new Date(clock.now()).toISOString(), pause: createPause(), onProgress }, counts, signal);

  /** The chat as Markdown, and a name for its file; nothing of one that is not there. */
  async function render(chatId: string, hasTrash: boolean, counts: ExportCounts, signal: AbortSignal): Promise<RenderedChat | undefined> {
    const pause = createPause();
    const wholeOf = async (blob: BlobRef): Promise<string | undefined> => {
      const text = await readBlobText(blobs, blob);
      if (!text.ok && text.error.code === "io") throw new Error(text.error.message);
      counts.missingBlobs += Number(!text.ok);
      return text.ok ? text.value : undefined;
    };
    const { events, isInTrash, lostLines } = await readStoredEvents(all, chatId, pause, signal);
    if (events.length === 0 || (isInTrash && !hasTrash)) return undefined;
    const work = reduceMany(emptyChat(chatId), eventsToShow(events));
    for (let step = work.next(); ; step = work.next()) {
      if (step.done !== true) {
        await pause();
        continue;
      }
      counts.chats++;
      counts.lostLines += lostLines;
      return { name: fileNameOf(step.value), isInTrash, text: paced(renderChatMarkdown(step.value, wholeOf), pause) };
    }
  }

  return {
    readJson,
    readMarkdown: render,

    async exportJson(file, chats, onProgress, signal) {
      await saveNow();
      const counts = newCounts();
      await writePieces(file, readJson(chats, counts, onProgress, signal));
      return counts;
    },

    async exportMarkdown(file, chatId, signal) {
      await saveNow();
      const counts = newCounts();
      const rendered = await render(chatId, true, counts, signal);
      if (rendered === undefined) throw new Error(t("This chat has nothing to export: it is not on disk."));
      await writePieces(file, rendered.text);
      return counts;
    },

    async exportMarkdownFiles(folder: string, { chatIds, hasTrash }: ExportedChats, onProgress: OnExportProgress, signal: AbortSignal) {
      await saveNow();
      const counts = newCounts();
      const meant = chatIds ?? (await listStoredChats(all));
      for (const [index, chatId] of meant.entries()) {
        signal.throwIfAborted();
        const rendered = await render(chatId, hasTrash, counts, signal);
        if (rendered !== undefined) await writePieces(path.join(folder, `${rendered.name}.md`), rendered.text);
        onProgress(index + 1, meant.length);
      }
      return counts;
    },

    importFile: (file, onProgress, signal) => lock.run(() => importChats({ open: () => readText(file), journal, claims, blobs: exchanged, ids, clock, pause: createPause(), onProgress }, signal)),
  };
}

/** Lets the host do other things whenever this has gone on for a while. */
function createPause(): Pause {
  let begunAt = performance.now();
  return async () => {
    if (performance.now() - begunAt < SLICE_MS) return;
    await new Promise<void>((resolve) => setImmediate(resolve));
    begunAt = performance.now();
  };
}

async function* paced(pieces: AsyncIterable<string>, pause: Pause): AsyncGenerator<string> {
  let text = "";
  for await (const piece of pieces) {
    await pause();
    text += piece;
    if (text.length < CHUNK_BYTES) continue;
    yield text;
    text = "";
  }
  yield text;
}

async function writePieces(file: string, pieces: AsyncIterable<string>): Promise<void> {
  await writeWhole(file, async (handle) => {
    for await (const piece of pieces) await handle.appendFile(piece);
  });
}

/** A file's text in pieces; a byte that is no UTF-8 is damage, not a question mark in somebody's words. */
async function* readText(file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (error) {
    if (isCode(error, "ERR_ENCODING_INVALID_ENCODED_DATA")) throw new ChatFileError({ code: "noText" }, { cause: error });
    throw error;
  }
}
