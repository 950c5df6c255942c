import { ok, fail } from "../../../src/core/base/result";
import type { Journal, JournalFile, JournalLine, StorageError } from "../../../src/core/ports";
import { decodeLine, encodeLine } from "../../../src/core/store/line";

const LINE_FEED = 0x0a;

export interface MemoryJournal extends Journal {
  /** The next append, by any writer, fails with this and stores nothing. */
  failNext(error: StorageError): void;
  /** The readable values of a stream, all writers', in the order of their appending. */
  lines(stream: string): unknown[];
  /** Another writer over the same memory, alive from now on. */
  shareWith(writer: string): MemoryJournal;
  setAlive(writer: string, isAlive: boolean): void;
  /** Flips a byte in the middle of a stream's line; `index` counts all writers' lines in the order of their appending. */
  corrupt(stream: string, index: number): void;
  /** Leaves only the first `sizeBytes` of a file, as a torn write or a restored backup would. */
  truncate(stream: string, writer: string, sizeBytes: number): void;
}

export interface MemoryJournalOptions {
  readonly writer?: string;
  /** What other writers left behind; none of them lives. */
  readonly files?: readonly { readonly stream: string; readonly writer: string; readonly values: readonly unknown[] }[];
}

interface StoredLine {
  readonly stream: string;
  readonly writer: string;
  bytes: Uint8Array;
}

interface Memory {
  /** All lines of all files, in the order of their appending. */
  lines: StoredLine[];
  /** Who has written where, in order: the feeds. */
  readonly said: { readonly stream: string; readonly writer: string }[];
  readonly quarantined: Set<string>;
  readonly alive: Set<string>;
  failure: StorageError | undefined;
}

/** A journal in memory, with lines and offsets as on disk. */
export function createMemoryJournal({ writer = "writer1", files = [] }: MemoryJournalOptions = {}): MemoryJournal {
  const lines = files.flatMap((file) => file.values.map((value) => ({ stream: file.stream, writer: file.writer, bytes: encodeLine(value) })));
  return openMemory({ lines, said: [], quarantined: new Set(), alive: new Set([writer]), failure: undefined }, writer);
}

function openMemory(memory: Memory, writer: string): MemoryJournal {
  const linesOf = (stream: string, name: string): StoredLine[] => memory.lines.filter((line) => line.stream === stream && line.writer === name);

  return {
    writer,

    async append(stream, values) {
      const added = values.map((value): StoredLine => ({ stream, writer, bytes: encodeLine(value) }));
      const failure = memory.failure;
      memory.failure = undefined;
      if (failure !== undefined) return fail(failure);
      const startOffset = sizeOf(linesOf(stream, writer));
      memory.lines.push(...added);
      memory.said.push({ stream, writer });
      return ok({ startOffset, endOffset: startOffset + sizeOf(added), writer });
    },

    async place(stream, batches) {
      const values: unknown[] = [];
      for await (const batch of batches) values.push(...batch);
      return this.append(stream, values);
    },

    async files(stream) {
      const found = new Map<string, JournalFile>();
      for (const line of memory.lines) {
        if (stream !== undefined && line.stream !== stream) continue;
        const key = `${line.stream}/${line.writer}`;
        found.set(key, { stream: line.stream, writer: line.writer, sizeBytes: (found.get(key)?.sizeBytes ?? 0) + line.bytes.length });
      }
      return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, file]) => file);
    },

    read: (file, fromOffset) => readLines(Buffer.concat(linesOf(file.stream, file.writer).map((line) => line.bytes)), fromOffset),
    async *readEnd(file, lengthBytes) {
      const bytes = Buffer.concat(linesOf(file.stream, file.writer).map((line) => line.bytes));
      const from = Math.max(0, file.sizeBytes - lengthBytes - 1);
      const start = from === 0 ? 0 : bytes.indexOf(LINE_FEED, from) + 1;
      if (from > 0 && start === 0) return;
      yield* readLines(bytes, start);
    },
    async touched(marks) {
      const streams = new Set<string>();
      const next: Record<string, number> = {};
      for (const [index, line] of memory.said.entries()) {
        next[line.writer] = index + 1;
        if (index >= (marks[line.writer] ?? 0)) streams.add(line.stream);
      }
      return { streams: [...streams], marks: next };
    },
    async quarantine(file, { startOffset }) {
      const name = `${file.stream}~${file.writer}~${startOffset}`;
      if (memory.quarantined.has(name)) return undefined;
      memory.quarantined.add(name);
      return name;
    },
    isWriterAlive: async (name) => name === writer || memory.alive.has(name),
    flush: async () => undefined,

    failNext: (error) => void (memory.failure = error),
    lines: (stream) =>
      memory.lines.flatMap((line) => {
        const decoded = line.stream === stream ? decodeLine(line.bytes.subarray(0, -1)) : undefined;
        return decoded?.ok === true ? [decoded.value] : [];
      }),
    shareWith(name) {
      memory.alive.add(name);
      return openMemory(memory, name);
    },
    setAlive(name, isAlive) {
      if (isAlive) memory.alive.add(name);
      else memory.alive.delete(name);
    },
    corrupt(stream, index) {
      const line = memory.lines.filter((item) => item.stream === stream)[index];
      if (line === undefined) throw new Error(`corrupt: ${stream} has no line ${index}.`);
      const middle = line.bytes.length >> 1;
      line.bytes = line.bytes.with(middle, (line.bytes[middle] ?? 0) ^ 0x01);
    },
    truncate(stream, name, sizeBytes) {
      let left = sizeBytes;
      for (const line of linesOf(stream, name)) {
        line.bytes = line.bytes.subarray(0, Math.max(0, left));
        left -= line.bytes.length;
        if (line.bytes.length === 0) left = 0;
      }
      memory.lines = memory.lines.filter((line) => line.bytes.length > 0);
    },
  };
}

function sizeOf(lines: readonly StoredLine[]): number {
  return lines.reduce((sum, line) => sum + line.bytes.length, 0);
}

async function* readLines(bytes: Uint8Array, fromOffset: number): AsyncGenerator<JournalLine> {
  let start = fromOffset;
  for (let end = bytes.indexOf(LINE_FEED, start); end >= 0; end = bytes.indexOf(LINE_FEED, start)) {
    const line = decodeLine(bytes.subarray(start, end));
    start = end + 1;
    yield line.ok ? { ok: true, value: line.value, endOffset: start } : { ok: false, message: line.error, endOffset: start, isTorn: false };
  }
  if (start < bytes.length) yield { ok: false, message: "the last line is not whole", endOffset: bytes.length, isTorn: true };
}
