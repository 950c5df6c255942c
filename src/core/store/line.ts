import { crc32 } from "../base/crc32";
import { fail, ok, type Result } from "../base/result";

const OPEN = '{"e":';
const CLOSE_LENGTH = '"c":"00000000"}'.length + 1;
const encoder = new TextEncoder();
// A byte order mark stays, so that bytes and text begin alike.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The longest line a journal takes, bytes; bigger payloads belong in blobs. */
export const MAX_LINE_BYTES = 256 * 1024;

/**
 * One journal line for a value: `{"e":<json>,"c":"<crc32 of that json, hex>"}` and a line feed, so that every line is JSON
 * of its own and a flipped byte is noticed. Throws RangeError above `MAX_LINE_BYTES`: whoever writes splits first;
 * TypeError on what JSON cannot say.
 */
export function encodeLine(value: unknown): Uint8Array {
  const json: string | undefined = JSON.stringify(value);
  if (json === undefined) throw new TypeError(`A journal line of ${typeof value}: JSON has no such value.`);
  const line = encoder.encode(`${OPEN}${json},"c":"00000000"}\n`);
  if (line.byteLength > MAX_LINE_BYTES) throw new RangeError(`A journal line of ${line.byteLength} bytes is over the limit of ${MAX_LINE_BYTES}.`);
  const sum = crc32(line.subarray(OPEN.length, -CLOSE_LENGTH - 1)).toString(16).padStart(8, "0");
  encoder.encodeInto(sum, line.subarray(-'00000000"}\n'.length));
  return line;
}

/** Reads a line back, given without its line feed. Fails with one sentence when it is not a line as `encodeLine` writes it. */
export function decodeLine(line: Uint8Array): Result<unknown, string> {
  let text: string;
  try {
    text = decoder.decode(line);
  } catch {
    return fail("not UTF-8"); // the decoder's own message says no more
  }
  const json = text.slice(OPEN.length, -CLOSE_LENGTH);
  const sum = /^,"c":"([0-9a-f]{8})"\}$/.exec(text.slice(-CLOSE_LENGTH))?.[1];
  if (!text.startsWith(OPEN) || sum === undefined) return fail("not a journal line");
  // The text begins and ends in ASCII: the bytes between are the same slice.
  if (crc32(line.subarray(OPEN.length, -CLOSE_LENGTH)) !== Number.parseInt(sum, 16)) return fail("its checksum does not match");
  try {
    return ok(JSON.parse(json));
  } catch {
    return fail("its checksum matches but it is not JSON");
  }
}
