import type { Db, JournalFile } from "../ports";

export type FileName = Pick<JournalFile, "stream" | "writer">;

/** What a database says of the journals it is made from: how far each file is in it, and which chats count no more. */
export class ReadMarks {
  /** How far each file is in the tables, bytes: by stream, then by writer. */
  readonly #offsets = new Map<string, Map<string, number>>();
  #purged = new Set<string>();

  /** Takes all of it from a database. */
  async load(db: Db): Promise<void> {
    // One text for all: asking for each of ten thousand rows takes many times as long. No name in it has a slash, and no part of a stream is empty.
    const [row] = await db.query("SELECT group_concat(stream || '/' || writer || '/' || offset, '//') AS files FROM journal_files");
    this.#offsets.clear();
    const text = String(row?.["files"] ?? "");
    for (let start = 0, end = 0; start < text.length; start = end + 2) {
      end = text.indexOf("//", start);
      if (end < 0) end = text.length;
      const ofOffset = text.lastIndexOf("/", end - 1);
      const ofWriter = text.lastIndexOf("/", ofOffset - 1);
      this.set({ stream: text.slice(start, ofWriter), writer: text.slice(ofWriter + 1, ofOffset) }, Number(text.slice(ofOffset + 1, end)));
    }
    this.#purged = new Set((await db.query("SELECT chat_id FROM purged WHERE at > imported_at")).map((row) => String(row["chat_id"])));
  }

  get streams(): readonly string[] {
    return [...this.#offsets.keys()];
  }

  /** Chats removed for good: what is left of them on disk counts no more. */
  get purged(): ReadonlySet<string> {
    return this.#purged;
  }

  offsetOf({ stream, writer }: FileName): number {
    return this.#offsets.get(stream)?.get(writer) ?? 0;
  }

  unreadBytes(files: readonly JournalFile[]): number {
    return files.reduce((sum, file) => sum + Math.max(0, file.sizeBytes - this.offsetOf(file)), 0);
  }

  /** Whether a stream's files hold less than was read of them. */
  isAhead(stream: string, files: readonly JournalFile[]): boolean {
    const sizes = new Map(files.map((file) => [file.writer, file.sizeBytes]));
    return [...(this.#offsets.get(stream) ?? [])].some(([writer, offset]) => (sizes.get(writer) ?? 0) < offset);
  }

  set({ stream, writer }: FileName, offset: number): void {
    const ofStream = this.#offsets.get(stream);
    if (ofStream === undefined) this.#offsets.set(stream, new Map([[writer, offset]]));
    else ofStream.set(writer, offset);
  }

  /** Whether there was anything known of the stream. */
  drop(stream: string): boolean {
    return this.#offsets.delete(stream);
  }
}
