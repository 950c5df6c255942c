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
    async touched(marks) {
      const found = await readFeeds(root, marks);
      return { ...found, streams: found.streams.filter(isStream) }; // a foreign file's lines may be anything
    },
  };
}
