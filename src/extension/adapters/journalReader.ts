import path from "node:path";
import type { JournalReader } from "../../core/ports";
import { readFeeds } from "./feeds";
import { checkStream, isStream } from "./journalNames";
import { ENDING, listJournals } from "./journalFiles";
import { readLines } from "./journalLines";

/** The journals below `root`: files `<root>/<stream>/<writer>.jsonl`. */
export function createJournalReader(root: string): JournalReader {
  return {
    files: async (stream) => listJournals(root, stream === undefined ? undefined : checkStream(stream)),
    read: (file, fromOffset) => readLines(path.join(root, checkStream(file.stream), file.writer + ENDING), fromOffset),
    async *readEnd(file, lengthBytes) {
      // From one byte before: where that is a line feed, the line after it is whole.
      const from = Math.max(0, file.sizeBytes - lengthBytes - 1);
      const lines = readLines(path.join(root, checkStream(file.stream), file.writer + ENDING), from);
      if (from > 0) await lines.next(); // what is left of the line that the cut went through
      yield* lines;
    },
    async touched(marks) {
      const found = await readFeeds(root, marks);
      return { ...found, streams: found.streams.filter(isStream) }; // a foreign file's lines may be anything
    },
  };
}
