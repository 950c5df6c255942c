import { createReadStream } from "node:fs";
import type { JournalLine } from "../../core/ports";
import { decodeLine, MAX_LINE_BYTES } from "../../core/store/line";

export const LINE_FEED = 0x0a;
/** Read at once: what one of these holds is parsed without a pause, and must not hold up the host. */
const CHUNK_BYTES = 32 * 1024;

/**
 * The lines of a file from a byte offset on. Of one longer than any of ours nothing is kept: it is named once, and reading
 * goes on after its line feed, so that a foreign file of whatever size takes no more memory than a line may have.
 */
export async function* readLines(file: string, fromOffset: number): AsyncGenerator<JournalLine> {
  let begun: Buffer[] = [];
  let lengthBytes = 0;
  let endOffset = fromOffset;

  function add(piece: Buffer): void {
    lengthBytes += piece.length;
    if (isTooLong()) begun = [];
    else if (piece.length > 0) begun.push(piece);
  }

  function isTooLong(): boolean {
    return lengthBytes >= MAX_LINE_BYTES; // the limit counts the line feed too
  }

  function take(): JournalLine {
    endOffset += lengthBytes + 1;
    const [first, ...more] = begun;
    const line = isTooLong() ? undefined : decodeLine(first === undefined || more.length > 0 ? Buffer.concat(begun) : first);
    begun = [];
    lengthBytes = 0;
    if (line === undefined) return { ok: false, message: "longer than a journal line may be", endOffset, isTorn: false };
    return line.ok ? { ok: true, value: line.value, endOffset } : { ok: false, message: line.error, endOffset, isTorn: false };
  }

  for await (const chunk of createReadStream(file, { start: fromOffset, highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      add(chunk.subarray(start, end));
      yield take();
      start = end + 1;
    }
    add(chunk.subarray(start));
  }
  // A line that is too long already never becomes whole: it is not read again.
  if (isTooLong()) yield { ok: false, message: "longer than a journal line may be", endOffset: endOffset + lengthBytes, isTorn: false };
  else if (lengthBytes > 0) yield { ok: false, message: "the last line is not whole", endOffset: endOffset + lengthBytes, isTorn: true };
}
