import type { JournalFile, JournalLine, JournalReader } from "../../ports";
import type { SessionEvent } from "../../protocol/events";
import { chatOf, streamOf } from "../streams";

/** The name under which a reader finds what is not on disk yet. */
const UNSAVED = "unsaved";

/** Journals as they will be once everything is saved: with what a window still has in memory alone, by chat, each a file of its own. */
export function withUnsaved(journal: JournalReader, unsaved: () => ReadonlyMap<string, readonly SessionEvent[]>): JournalReader {
  return {
    ...journal,
    async files(stream) {
      const added = [...unsaved()].filter(([, events]) => events.length > 0).map(([chatId, events]): JournalFile => ({ stream: streamOf(chatId), writer: UNSAVED, sizeBytes: events.length }));
      return [...(await journal.files(stream)), ...added.filter((file) => stream === undefined || file.stream === stream)];
    },
    read: (file, fromOffset) => (file.writer === UNSAVED ? readUnsaved(unsaved().get(chatOf(file.stream)) ?? [], fromOffset) : journal.read(file, fromOffset)),
  };
}

/** Each event counts as one byte. */
async function* readUnsaved(events: readonly SessionEvent[], fromOffset: number): AsyncGenerator<JournalLine> {
  for (const [index, value] of events.entries()) if (index >= fromOffset) yield { ok: true, value, endOffset: index + 1 };
}
