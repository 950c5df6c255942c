import type { Db, FeedMarks, JournalFile, JournalReader, Log, Statement } from "../ports";
import { readEvent } from "../protocol/events";
import { forgetChat, project } from "./projection";
import { ReadMarks, type FileName } from "./readMarks";
import { chatOf, TOMBSTONES } from "./streams";

/** Statements per transaction while catching up: large enough to be quick, small enough that memory stays flat. */
const BATCH_SIZE = 2_000;

/** How far a long reading of the journals has come, bytes. */
export interface ScanProgress {
  readonly readBytes: number;
  readonly totalBytes: number;
}

export interface IntakeOptions {
  readonly db: () => Promise<Db>;
  readonly journal: JournalReader;
  readonly log: Log;
  /** Told of chats that reading has changed, as far as one look goes. */
  readonly onChanged: (chatIds: readonly string[]) => void;
  readonly onProgress: (progress: ScanProgress) => void;
  /** The tables differ from their file. */
  readonly onWritten: () => void;
}

/** The way from journals into the tables. Its calls must come one after the other: the same lines read twice would count twice. */
export interface Intake {
  readonly marks: ReadMarks;
  /** Every folder has been looked at since the database was opened. */
  readonly hasScanned: boolean;
  /** Begins with what a database that was just opened holds. */
  begin(db: Db): Promise<void>;
  /** Runs statements, and with them moves a file's offset: both happen, or neither. */
  write(statements: readonly Statement[], file: FileName, offset: number): Promise<void>;
  /** Reads what feeds tell of. */
  readTouched(): Promise<void>;
  /** Looks at every folder: for what no feed has told, and for what is gone. */
  scan(): Promise<void>;
}

export function createIntake({ db, journal, log, onChanged, onProgress, onWritten }: IntakeOptions): Intake {
  const marks = new ReadMarks();
  let feeds: FeedMarks = {};
  let hasScanned = false;

  async function write(statements: readonly Statement[], file: FileName, offset: number): Promise<void> {
    const move: Statement = { sql: "INSERT INTO journal_files VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET offset = ?3", params: [file.stream, file.writer, offset] };
    await (await db()).batch([...statements, move]);
    marks.set(file, offset);
    if (file.stream === TOMBSTONES) await marks.load(await db());
  }

  async function readTouched(): Promise<void> {
    const found = await journal.touched(feeds);
    const changed = new Set<string>();
    for (const stream of tombstonesFirst(found.streams)) if (await readStream(stream, await journal.files(stream))) changed.add(stream);
    feeds = found.marks;
    tellChanged(changed);
  }

  async function scan(): Promise<void> {
    const { marks: feedsBefore } = await journal.touched(feeds);
    const files = await journal.files();
    const byStream = new Map<string, JournalFile[]>(marks.streams.map((stream) => [stream, []])); // some may be gone
    for (const file of files) byStream.set(file.stream, [...(byStream.get(file.stream) ?? []), file]);
    const totalBytes = marks.unreadBytes(files);
    let readBytes = 0;
    const changed = new Set<string>();
    for (const stream of tombstonesFirst([...byStream.keys()])) {
      const found = byStream.get(stream) ?? [];
      const unread = marks.unreadBytes(found);
      if (await readStream(stream, found)) changed.add(stream);
      if (unread === 0) continue;
      const percent = Math.floor((readBytes / totalBytes) * 100);
      readBytes += unread;
      // Ten thousand chats are not ten thousand messages to another thread.
      if (readBytes === totalBytes || Math.floor((readBytes / totalBytes) * 100) > percent) onProgress({ readBytes, totalBytes });
    }
    feeds = feedsBefore;
    hasScanned = true;
    tellChanged(changed);
  }

  /** Brings one stream's part of the tables up to its files. Whether that changed anything. */
  async function readStream(stream: string, files: readonly JournalFile[]): Promise<boolean> {
    if (marks.purged.has(chatOf(stream))) {
      if (marks.drop(stream)) await (await db()).batch([{ sql: "DELETE FROM journal_files WHERE stream = ?1", params: [stream] }]);
      return false;
    }
    let isChanged = false;
    if (marks.isAhead(stream, files)) {
      // What was read is no longer there: a write that failed and was cut off, a chat's folder removed, or one from a backup.
      log.warn(`A journal of ${stream} is gone or shorter than it was; its part of the chat index is built anew`);
      await forget(stream);
      isChanged = true;
    }
    for (const file of files) if (file.sizeBytes > marks.offsetOf(file) && (await readOn(file))) isChanged = true;
    if (isChanged) onWritten();
    return isChanged;
  }

  async function forget(stream: string): Promise<void> {
    await (await db()).batch([...forgetChat(chatOf(stream)), { sql: "DELETE FROM journal_files WHERE stream = ?1", params: [stream] }]);
    marks.drop(stream);
  }

  /** Whether there was a whole line to read. */
  async function readOn(file: JournalFile): Promise<boolean> {
    const fromOffset = marks.offsetOf(file);
    let statements: Statement[] = [];
    let offset = fromOffset;
    for await (const line of journal.read(file, fromOffset)) {
      if (!line.ok && line.isTorn) break;
      offset = line.endOffset;
      const event = line.ok ? readEvent(line.value) : undefined;
      if (event?.ok === true) statements.push(...project(event.value));
      else log.warn(`Skipped a line of ${file.stream} before byte ${line.endOffset}: ${line.ok ? "not an event that this build knows" : line.message}`);
      if (statements.length < BATCH_SIZE) continue;
      await write(statements, file, offset);
      statements = [];
    }
    if (offset > fromOffset) await write(statements, file, offset);
    return offset > fromOffset;
  }

  function tellChanged(streams: ReadonlySet<string>): void {
    if (streams.size > 0) onChanged([...streams].map(chatOf));
  }

  return {
    marks,
    get hasScanned() {
      return hasScanned;
    },
    async begin(opened) {
      feeds = {};
      hasScanned = false;
      await marks.load(opened);
    },
    write,
    readTouched,
    scan,
  };
}

/** What is removed for good is known before what is left of it is read. */
function tombstonesFirst(streams: readonly string[]): readonly string[] {
  return [...streams].sort((a, b) => Number(b === TOMBSTONES) - Number(a === TOMBSTONES));
}
