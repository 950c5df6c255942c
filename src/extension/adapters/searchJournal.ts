import { closeSync, openSync, readSync } from "node:fs";
import path from "node:path";
import { readEvent, type SessionEvent } from "../../core/protocol/events";
import { decodeLine, MAX_LINE_BYTES } from "../../core/store/line";
import type { IndexedFile } from "../../core/store/search/manifest";
import { ENDING } from "./journalFiles";
import { LINE_FEED } from "./journalLines";
import { isCode } from "./systemErrors";

/** Memory of this size serves whole files or many lines at a time. */
export const READ_BYTES = 1024 * 1024;

/** An event and the bytes of its line. */
export interface PlacedEvent {
  readonly event: SessionEvent | undefined;
  readonly start: number;
  readonly end: number;
  /** The end of the line, as `IndexedFile` keeps it. */
  readonly mark: string;
}

/** A mark is so many bytes long, and ends so many before the next line: the digits of a line's checksum. */
const MARK_BYTES = 8;
const AFTER_MARK_BYTES = '"}\n'.length;

export function journalPath(root: string, { stream, writer }: Pick<IndexedFile, "stream" | "writer">): string {
  return path.join(root, stream, writer + ENDING);
}

/** The chat of a stream, or undefined for streams that are no chat's: the feeds of windows say nothing that is not said there. */
export function chatOf(stream: string): string | undefined {
  return /^chats\/[^/]+\/([A-Za-z0-9_-]{1,64})$/.exec(stream)?.[1];
}

/**
 * The whole lines of a journal from one byte up to another, read synchronously: thousands of small files are many times
 * quicker so. A line that is damaged or unknown has no event. Ends early where the file does; throws the system's errors.
 * `memory` is used until the end, unless a line is longer.
 */
export function* readEvents(file: string, from: number, to: number, memory: Buffer): Generator<PlacedEvent> {
  const handle = openSync(file, "r");
  try {
    let buffer = memory;
    /** Bytes of the buffer that are read, and where its first lies in the file. */
    let filled = 0;
    let offset = from;
    /** The rest of a line too long to be one of ours is passed over. */
    let isSkipping = false;
    for (;;) {
      const wanted = Math.min(buffer.length - filled, to - offset - filled);
      const count = wanted <= 0 ? 0 : readSync(handle, buffer, filled, wanted, offset + filled);
      filled += count;
      let begin = 0;
      const known = buffer.subarray(0, filled);
      for (let end = known.indexOf(LINE_FEED); end >= 0; end = known.indexOf(LINE_FEED, begin)) {
        const line = known.subarray(begin, end);
        yield { event: isSkipping ? undefined : eventOf(line), start: offset + begin, end: offset + end + 1, mark: markOf(line) };
        isSkipping = false;
        begin = end + 1;
      }
      if (count === 0) return;
      if (filled - begin > MAX_LINE_BYTES) {
        isSkipping = true;
        begin = filled;
      }
      if (begin === 0 && filled === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2);
      buffer.copyWithin(0, begin, filled);
      filled -= begin;
      offset += begin;
    }
  } finally {
    closeSync(handle);
  }
}

/** Whether a journal still has the line that was read last, at its place. */
export function hasMark(file: string, { doneTo, mark }: IndexedFile): boolean {
  if (mark === "") return true;
  try {
    const handle = openSync(file, "r");
    try {
      const bytes = Buffer.alloc(mark.length);
      readSync(handle, bytes, 0, bytes.length, Math.max(0, doneTo - AFTER_MARK_BYTES - mark.length));
      return bytes.toString("latin1") === mark;
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    if (isCode(error, "ENOENT", "ENOTDIR", "EACCES", "EPERM", "EISDIR", "EIO")) return true; // it cannot be read at all, which reading on finds too
    throw error;
  }
}

/** Of a line given without its line feed. */
function markOf(line: Buffer): string {
  const end = Math.max(0, line.length - AFTER_MARK_BYTES + 1);
  return line.toString("latin1", Math.max(0, end - MARK_BYTES), end);
}

/** The same, and nothing where the file is not there any more or may not be read. */
export function* readEventsIfThere(file: string, from: number, to: number, memory: Buffer): Generator<PlacedEvent> {
  try {
    yield* readEvents(file, from, to, memory);
  } catch (error) {
    if (!isCode(error, "ENOENT", "ENOTDIR", "EACCES", "EPERM", "EISDIR", "EIO")) throw error;
  }
}

/** Types of events that say nothing to find and end nothing: not worth their check. */
const UNREAD: ReadonlySet<unknown> = new Set(["usage", "turn.started", "chat.settings", "checkpoint.made"]);

function eventOf(line: Uint8Array): SessionEvent | undefined {
  const decoded = decodeLine(line);
  if (!decoded.ok) return undefined;
  const { value } = decoded;
  if (typeof value !== "object" || value === null || !("type" in value) || UNREAD.has(value.type)) return undefined;
  const event = readEvent(value);
  return event.ok ? event.value : undefined;
}
