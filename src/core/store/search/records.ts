/** A text that can be found: where it stands in the journals. */
export interface DocumentRecord {
  /** Ms since 1970. */
  readonly at: number;
  /** The journal file's number in the manifest. */
  readonly fileId: number;
  /** Bytes of the file. */
  readonly start: number;
  readonly length: number;
  /** Index in SEARCH_KINDS. */
  readonly kind: number;
}

/** Newest first; what is of one instant by its place, so that the order never depends on which segment something is in. */
export function compareRecords(a: DocumentRecord, b: DocumentRecord): number {
  return b.at - a.at || b.fileId - a.fileId || b.start - a.start;
}

/** Many records in little memory: 25 bytes each, where an object would take a hundred. */
export interface RecordList {
  readonly count: () => number;
  add(record: DocumentRecord): void;
  get(index: number): DocumentRecord;
}

export function createRecordList(capacity = 1024): RecordList {
  let at = new Float64Array(capacity);
  let start = new Float64Array(capacity);
  let fileId = new Uint32Array(capacity);
  let length = new Uint32Array(capacity);
  let kind = new Uint8Array(capacity);
  let count = 0;

  function grow(): void {
    const size = Math.max(1024, count * 2);
    const [moreAt, moreStart, moreFileId, moreLength, moreKind] = [new Float64Array(size), new Float64Array(size), new Uint32Array(size), new Uint32Array(size), new Uint8Array(size)];
    moreAt.set(at);
    moreStart.set(start);
    moreFileId.set(fileId);
    moreLength.set(length);
    moreKind.set(kind);
    [at, start, fileId, length, kind] = [moreAt, moreStart, moreFileId, moreLength, moreKind];
  }

  return {
    count: () => count,
    add(record) {
      if (count === at.length) grow();
      at[count] = record.at;
      start[count] = record.start;
      fileId[count] = record.fileId;
      length[count] = record.length;
      kind[count++] = record.kind;
    },
    get(index) {
      if (!(index >= 0 && index < count)) throw new RangeError(`There is no document ${index}.`);
      return { at: at[index] ?? 0, fileId: fileId[index] ?? 0, start: start[index] ?? 0, length: length[index] ?? 0, kind: kind[index] ?? 0 };
    },
  };
}
