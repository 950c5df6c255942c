import { describeError } from "../../core/base/errors";
import { fail, ok, type Result } from "../../core/base/result";
import type { BlobProblem, Blobs, Journal, Log, StorageError } from "../../core/ports";
import { blobsNamed, isBlobName } from "../../core/protocol/blobNames";
import { putAside, type BlobFiles } from "../../core/store/blobFiles";
import { describeStorageError } from "./storageErrors";

/** Of what is on disk so much is held beside, bytes; lines that never came would else fill the memory. */
const MAX_HELD_BYTES = 32 * 1024 * 1024;
/** A blob that a sweep puts aside and back may be missed twice; not without end. */
const MAX_LOOKS = 4;

export interface StoredBlobs extends Blobs {
  /** The same journal, which takes a line only when the blobs that it names are on disk, and sees to it that they stay. */
  guard<J extends Journal>(journal: J): J;
  /** Keeps bytes without holding them: for whoever keeps sweeps away until they are named. Rejects when they could not be written. */
  write(bytes: Uint8Array): Promise<void>;
}

/** A content that no line names yet. */
interface Held {
  readonly bytes: Uint8Array;
  /** So many lines are to come. */
  lines: number;
  isStored: boolean;
}

/**
 * Blobs as files, each whole and durable before the line that names it. No lock keeps them from a sweep: a writer holds the bytes
 * until its line is on disk and then makes the file younger, or writes it again where a sweep has just taken it. A sweep
 * removes nothing that was touched after it began to read what lines name (`sweepBlobs`), so one of the two notices.
 */
export function createBlobs({ files, log }: { readonly files: BlobFiles; readonly log: Log }): StoredBlobs {
  const held = new Map<string, Held>();
  /** Named by a line and not on disk: the disk failed just after it took the line. */
  const owed = new Set<string>();
  const writing = new Map<string, Promise<void>>();

  /** One at a time for each name, since what is being written has one temporary name in this process. */
  function keep(sha256: string, bytes: Uint8Array, work: () => Promise<boolean>): Promise<void> {
    const before = writing.get(sha256) ?? Promise.resolve();
    const done = before.catch(() => undefined).then(async () => {
      if (!(await work())) await files.write(sha256, bytes);
    });
    writing.set(sha256, done);
    const forget = (): void => void (writing.get(sha256) === done && writing.delete(sha256));
    done.then(forget, forget);
    return done;
  }

  /** A file that may not be touched is replaced. */
  const touch = (sha256: string): Promise<boolean> => files.touch(sha256).catch(() => false);
  const isWhole = async (sha256: string, bytes: Uint8Array): Promise<boolean> => {
    const there = await files.read(sha256).catch(() => undefined); // what cannot be read is written anew
    return there !== undefined && Buffer.compare(there, bytes) === 0 && touch(sha256);
  };

  async function find(sha256: string): Promise<Uint8Array | undefined> {
    for (let looks = 0; looks < MAX_LOOKS; looks++) {
      const bytes = await files.read(sha256);
      if (bytes !== undefined) return bytes;
      const aside = (await files.list()).find(({ name }) => putAside(name) === sha256);
      if (aside === undefined) return undefined;
      const found = await files.read(aside.name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  async function get(sha256: string): Promise<Result<Uint8Array, BlobProblem>> {
    const known = held.get(sha256);
    if (known !== undefined) return ok(known.bytes);
    if (!isBlobName(sha256)) return fail({ code: "missing", message: "" });
    try {
      const bytes = await find(sha256);
      if (bytes === undefined) return fail({ code: "missing", message: "" });
      return (await files.hash(bytes)) === sha256 ? ok(bytes) : fail({ code: "damaged", message: "" });
    } catch (error) {
      return fail({ code: "io", message: describeError(error) });
    }
  }

  /** Lets go of what is on disk anyway, the oldest first, when it has become too much. */
  function limitHeld(): void {
    let sizeBytes = 0;
    for (const { bytes, isStored } of held.values()) if (isStored) sizeBytes += bytes.length;
    for (const [sha256, { bytes, isStored }] of held) {
      if (sizeBytes <= MAX_HELD_BYTES) return;
      if (!isStored || owed.has(sha256)) continue;
      held.delete(sha256);
      sizeBytes -= bytes.length;
    }
  }

  async function append(journal: Journal, stream: string, values: readonly unknown[], startsAnew: boolean | undefined): ReturnType<Journal["append"]> {
    const named = values.flatMap((value) => (typeof value === "object" && value !== null ? blobsNamed(value) : []));
    if (owed.size > 0) await pay();
    if (named.length === 0) return journal.append(stream, values, startsAnew);
    const bytesOf = new Map<string, Uint8Array>();
    for (const sha256 of named) {
      // Of a copy of what another chat names nothing is held. What is missing there is missing here.
      const found = bytesOf.has(sha256) ? undefined : await get(sha256);
      if (found?.ok === true) bytesOf.set(sha256, found.value);
    }
    const kept = await keepAll(bytesOf);
    if (!kept.ok) return kept;
    const stored = await journal.append(stream, values, startsAnew);
    if (!stored.ok) return stored;
    await keepNamed(bytesOf);
    for (const sha256 of named) release(sha256);
    return stored;
  }

  async function keepAll(bytesOf: ReadonlyMap<string, Uint8Array>): Promise<Result<void, StorageError>> {
    try {
      for (const [sha256, bytes] of bytesOf) await keep(sha256, bytes, () => touch(sha256));
      for (const sha256 of bytesOf.keys()) setStored(sha256);
      return ok(undefined);
    } catch (error) {
      return fail(describeStorageError(error));
    }
  }

  /** The line is on disk: what it names must stay, though a sweep that has not seen the line may be taking it at this moment. */
  async function keepNamed(bytesOf: ReadonlyMap<string, Uint8Array>): Promise<void> {
    for (const [sha256, bytes] of bytesOf) {
      try {
        await keep(sha256, bytes, () => touch(sha256));
      } catch (error) {
        log.error(`A file that a chat names could not be kept; that is tried again: ${describeError(error)}`);
        owed.add(sha256);
        const known = held.get(sha256);
        held.set(sha256, { bytes, lines: (known?.lines ?? 1) + 1, isStored: false }); // one of them until it is paid
      }
    }
  }

  async function pay(): Promise<void> {
    for (const sha256 of [...owed]) {
      const bytes = held.get(sha256)?.bytes;
      if (bytes !== undefined && !(await keepAll(new Map([[sha256, bytes]]))).ok) continue;
      owed.delete(sha256);
      release(sha256);
    }
  }

  function setStored(sha256: string): void {
    const known = held.get(sha256);
    if (known !== undefined) known.isStored = true;
  }

  function release(sha256: string): void {
    const known = held.get(sha256);
    if (known !== undefined && --known.lines <= 0) held.delete(sha256);
  }

  return {
    get,
    has: async (sha256) => held.has(sha256) || (isBlobName(sha256) && (await files.look(sha256)) !== undefined),

    async put(content) {
      const bytes = typeof content === "string" ? encode(content) : content;
      const sha256 = await files.hash(bytes);
      const known = held.get(sha256) ?? { bytes, lines: 0, isStored: false };
      known.lines++;
      held.set(sha256, known);
      try {
        await keep(sha256, bytes, () => isWhole(sha256, bytes));
        known.isStored = true;
        limitHeld();
      } catch (error) {
        log.warn(`A large payload could not be stored yet: ${describeError(error)}`);
      }
      return { sha256, sizeBytes: bytes.length };
    },

    async write(bytes) {
      const sha256 = await files.hash(bytes);
      await keep(sha256, bytes, () => isWhole(sha256, bytes));
    },

    guard: (journal) => ({ ...journal, append: (stream, values, startsAnew) => append(journal, stream, values, startsAnew) }),
  };
}

function encode(text: string): Uint8Array {
  if (!text.isWellFormed()) throw new TypeError("A text with half characters cannot be a blob: UTF-8 has none.");
  return Buffer.from(text, "utf8");
}
