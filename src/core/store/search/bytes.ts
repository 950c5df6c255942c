/** Bytes that grow as they are written. */
export interface ByteBuffer {
  readonly length: () => number;
  /** What is written so far; valid until the next call. */
  readonly bytes: () => Uint8Array;
  clear(): void;
  /** A whole number from 0 to 2^53, seven bits a byte, the lowest first. */
  varint(value: number): void;
  set(bytes: Uint8Array): void;
  /** Well-formed text as UTF-8, its length in bytes before it. */
  text(text: string): void;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

export function createByteBuffer(): ByteBuffer {
  let buffer = new Uint8Array(1024);
  let used = 0;

  function need(more: number): void {
    if (used + more <= buffer.length) return;
    const larger = new Uint8Array(Math.max(buffer.length * 2, used + more));
    larger.set(buffer.subarray(0, used));
    buffer = larger;
  }

  function varint(value: number): void {
    need(8);
    let rest = value;
    while (rest >= 0x80) {
      buffer[used++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    buffer[used++] = rest;
  }

  return {
    length: () => used,
    bytes: () => buffer.subarray(0, used),
    clear: () => void (used = 0),
    varint,
    set(bytes) {
      need(bytes.length);
      buffer.set(bytes, used);
      used += bytes.length;
    },
    text(text) {
      need(text.length * 3 + 8);
      // Most are short: the length is one byte, and set right afterwards.
      const { written } = encoder.encodeInto(text, buffer.subarray(used + 1));
      if (written < 0x80) {
        buffer[used] = written;
        used += 1 + written;
        return;
      }
      const copy = buffer.slice(used + 1, used + 1 + written);
      varint(written);
      need(copy.length);
      buffer.set(copy, used);
      used += copy.length;
    },
  };
}

/** Reads what a ByteBuffer wrote. Throws RangeError beyond the end. */
export interface ByteCursor {
  at: number;
  varint(): number;
  text(): string;
  skip(length: number): void;
}

export function readBytes(bytes: Uint8Array, from = 0): ByteCursor {
  const cursor: ByteCursor = {
    at: from,
    varint() {
      let value = 0;
      let factor = 1;
      for (;;) {
        const byte = bytes[cursor.at++];
        if (byte === undefined) throw new RangeError(`A number goes beyond the end of ${bytes.length} bytes.`);
        value += (byte & 0x7f) * factor;
        if (byte < 0x80) return value;
        factor *= 0x80;
      }
    },
    text() {
      const length = cursor.varint();
      const begin = cursor.at;
      cursor.skip(length);
      if (length > 24) return decoder.decode(bytes.subarray(begin, cursor.at));
      // The decoder's call costs more than a short ASCII term itself.
      let text = "";
      for (let index = begin; index < cursor.at; index++) {
        const byte = bytes[index] ?? 0;
        if (byte >= 0x80) return decoder.decode(bytes.subarray(begin, cursor.at));
        text += String.fromCharCode(byte);
      }
      return text;
    },
    skip(length) {
      cursor.at += length;
      if (cursor.at > bytes.length) throw new RangeError(`${length} bytes go beyond the end of ${bytes.length}.`);
    },
  };
  return cursor;
}
