import type { Disposable } from "./base/disposables";
import type { Result } from "./base/result";
import type { Timers } from "./base/timers";
import type { BlobRef, LineRange, Role } from "./protocol/blocks";
import type { ModelChoice } from "./protocol/calls";
import type { Usage } from "./protocol/chatState";
import type { Failure } from "./protocol/failures";

/** Wall time in ms since 1970, and waiting. */
export interface Clock extends Timers {
  now(): number;
}

export interface Ids {
  /** A new unique id: letters and digits, sortable by the time of its making. */
  next(): string;
}

/** Never given keys, prompts or file text. */
export interface Log {
  error(message: string): void;
  warn(message: string): void;
  info(message: string): void;
  debug(message: string): void;
  trace(message: string): void;
}

/** Secrets by name. `get` gives undefined for a name never stored. All reject when the store itself fails. */
export interface Secrets {
  get(name: string): Promise<string | undefined>;
  set(name: string, value: string): Promise<void>;
  delete(name: string): Promise<void>;
}

/** Small values that survive a reload: of this window, or of all of them, by who made it. */
export interface Memento {
  get(key: string): unknown;
  set(key: string, value: unknown): Promise<void>;
}

/** What a panel shows: the chat, if any, and what stands unsent in the box of each chat; `""` is the chat not begun yet. */
export interface PanelState {
  readonly chatId?: string;
  readonly drafts: Readonly<Record<string, string>>;
}

/** Keeps a panel's state over reloads and crashes of this window. Neither call rejects: it is a convenience, never a truth. */
export interface PanelMemory {
  read(): Promise<PanelState>;
  change(edit: (before: PanelState) => PanelState): Promise<void>;
}

export interface ModelMessage {
  readonly role: Role;
  /** Texts in order; never empty. */
  readonly content: readonly string[];
}

export interface ModelRequest {
  readonly model: string;
  readonly system: readonly string[];
  readonly messages: readonly ModelMessage[];
  readonly maxTokens: number;
  readonly hasAdaptiveThinking: boolean;
  /** One of those that the model lists. */
  readonly effort?: string;
}

/** One thing a streaming answer says. `index` numbers the answer's blocks from 0. */
export type ModelEvent =
  | { readonly type: "blockStarted"; readonly index: number; readonly kind: "text" | "thinking" }
  | { readonly type: "delta"; readonly index: number; readonly text: string }
  | { readonly type: "blockEnded"; readonly index: number }
  | { readonly type: "usage"; readonly usage: Usage }
  | { readonly type: "ended"; readonly stopReason: string };

/** Claude, wherever it answers from. */
export interface Model {
  /**
   * Streams one answer. The last event is `ended`; a failure is thrown as `ModelFailure`, and what came before it stands,
   * the `usage` known by then included.
   * Breaking off the iteration, or aborting `signal`, ends the request; an abort throws `ModelFailure` with `isAbort`.
   */
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent>;
  /** The models that the key may use; also the check of a key, since it costs nothing. */
  listModels(signal: AbortSignal): Promise<Result<readonly ModelChoice[], Failure>>;
}

/** Where requests go, and with what. `headers` are sent beside the key. */
export interface Endpoint {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The settings that say where answers come from, as the person wrote them. */
export interface ConnectionSettings {
  readonly baseUrl: string;
  /** Values may hold `${secret:NAME}`. */
  readonly headers: Readonly<Record<string, string>>;
  /** What is wrong with how they are written, for the person. */
  readonly problem?: string;
  readonly isDemo: boolean;
}

export type CreateModel = (endpoint: Endpoint) => Promise<Model>;

/**
 * The failure in an error of `Model.stream`, or undefined for a bug. Told by its shape, not by its class: the model is a
 * bundle of its own and has its own copy of the class.
 */
export function asModelFailure(error: unknown): Pick<ModelFailure, "failure" | "isAbort"> | undefined {
  const isOne = error instanceof Error && error.name === "ModelFailure" && "failure" in error && "isAbort" in error;
  return isOne ? (error as ModelFailure) : undefined; // name and fields are the class's
}

/** The one error that `Model.stream` throws on purpose. */
export class ModelFailure extends Error {
  readonly failure: Failure;
  readonly isAbort: boolean;

  constructor(failure: Failure, options: { readonly isAbort?: boolean; readonly cause?: unknown } = {}) {
    super(failure.message, { cause: options.cause });
    this.name = "ModelFailure";
    this.failure = failure;
    this.isAbort = options.isAbort ?? false;
  }
}

/** The file that the person looks at, as the editor has it, unsaved text included. */
export interface EditorSnapshot {
  readonly path: string;
  readonly language: string;
  /** Present when a selection is meant, not the whole file. */
  readonly lines?: LineRange;
  readonly text: string;
}

export interface Editor {
  /** What would be attached now, or undefined when no suitable editor is active. */
  active(): EditorSnapshot | undefined;
  onChange(listener: () => void): Disposable;
  /** AGENTS.md and CLAUDE.md of the workspace's folders, in this order. */
  instructions(): Promise<readonly { readonly path: string; readonly text: string }[]>;
  /** The first workspace folder. */
  folder(): { readonly name: string; readonly uri: string } | undefined;
}

/** One line read back from a journal. */
export type JournalLine =
  | { readonly ok: true; readonly value: unknown; readonly endOffset: number }
  | { readonly ok: false; readonly message: string; readonly endOffset: number; readonly isTorn: boolean };

/** A file of a journal: `stream` such as `chats/ab/abc…`, one file a writer. Sizes in bytes. */
export interface JournalFile {
  readonly stream: string;
  readonly writer: string;
  readonly sizeBytes: number;
}

/** Where lines came to lie in their file, in bytes. */
export interface ByteRange {
  readonly startOffset: number;
  readonly endOffset: number;
}

/** What was appended, and where. */
export interface Appended extends ByteRange {
  /** The file's name among those of its stream: the writer's own, or a later one of the same writer. */
  readonly writer: string;
}

export type StorageError = {
  /** `elsewhere`: the stream is another writer's now. `gone`: the chat was removed for good. Both say in `message` all that is to be said. */
  readonly code: "full" | "denied" | "io" | "elsewhere" | "gone";
  readonly message: string;
};

/** How far each writer's feed has been read, bytes. */
export type FeedMarks = Readonly<Record<string, number>>;

/** The journals of all writers, to be read. */
export interface JournalReader {
  /** All files, or those of one stream. The first takes a look at every folder there is. */
  files(stream?: string): Promise<readonly JournalFile[]>;
  /** The lines of one file from a byte offset on. A torn last line is reported as such and read again next time. */
  read(file: Pick<JournalFile, "stream" | "writer">, fromOffset: number): AsyncIterable<JournalLine>;
  /** The whole lines within the last `lengthBytes` of a file; all of them where it is no longer. */
  readEnd(file: JournalFile, lengthBytes: number): AsyncIterable<JournalLine>;
  /**
   * The streams that writers have said to write to, since `marks` or ever: quick, and no truth. What a writer says a moment
   * before it writes may be read before the line is there; it says so again after it.
   */
  touched(marks: FeedMarks): Promise<{ readonly streams: readonly string[]; readonly marks: FeedMarks }>;
}

/** Append-only lines on disk, one file per stream and writer. This process writes as `writer`. */
export interface Journal extends JournalReader {
  readonly writer: string;
  /**
   * Appends the values in order, one checked line each, and settles once they are on the disk itself. Where they begin something
   * of its own (`startsAnew`), a file that has grown large ends before them and another one begins. Takes nothing for a chat that
   * was removed for good (`gone`).
   */
  append(stream: string, values: readonly unknown[], startsAnew?: boolean): Promise<Result<Appended, StorageError>>;
  /**
   * Makes one file of all the values, batch after batch, that is there whole and durable or, whatever happens meanwhile, not at
   * all. Nobody else sees anything of it before.
   */
  place(stream: string, batches: AsyncIterable<readonly unknown[]>): Promise<Result<Appended, StorageError>>;
  /**
   * Copies bytes of a file that are no line of ours to where they can be looked at; the file itself stays as it is. Gives the
   * copy's path, or undefined when it has been there already.
   */
  quarantine(file: Pick<JournalFile, "stream" | "writer">, range: ByteRange): Promise<string | undefined>;
  /** Whether the process that wrote under this name still lives. */
  isWriterAlive(writer: string): Promise<boolean>;
  /** Settles when everything appended so far is on disk. */
  flush(): Promise<void>;
}

export interface BlobProblem {
  /** `damaged`: what is there is not what the hash is of. */
  readonly code: "missing" | "damaged" | "io";
  /** The system's own words where there are any. */
  readonly message: string;
}

/** Payloads too large for a journal's lines, each kept once under the SHA-256 of its bytes. */
export interface Blobs {
  /**
   * Keeps bytes, or a text in UTF-8; gives what an event is to say of them. Never fails for the disk's sake: what that does not
   * take stays in memory, and the journal takes no line that names it until it is on disk. Whoever puts something names it
   * in a line soon after. Rejects with TypeError on a text with half characters, which UTF-8 does not have.
   */
  put(content: string | Uint8Array): Promise<BlobRef>;
  /** The bytes, checked against their name. */
  get(sha256: string): Promise<Result<Uint8Array, BlobProblem>>;
  /** Whether there is one of this name, whole or damaged. */
  has(sha256: string): Promise<boolean>;
}

/**
 * Who may write to a stream: one writer at a time, until it gives the stream up or dies. Claims are for people's sake, so that a
 * conversation has one course; journals would stay whole without.
 */
export interface Claims {
  /** Takes a stream unless another living writer has it, whose name it gives then. */
  claim(stream: string): Promise<string | undefined>;
  release(stream: string): Promise<void>;
  /** Lets the one who has a stream know that it is wanted here. */
  want(stream: string): Promise<void>;
  /** Of the streams held here those that are wanted elsewhere. */
  wanted(): Promise<readonly string[]>;
  /** The stream is no more: there is nothing to give up. */
  forget(stream: string): Promise<void>;
  /** Gives up all that is held. */
  close(): Promise<void>;
}

export type SqlValue = string | number | null | Uint8Array;
export type Row = Readonly<Record<string, SqlValue>>;
export interface Statement {
  readonly sql: string;
  readonly params?: readonly SqlValue[];
}

/** SQLite, away from the host's thread. Rejects with an Error that carries SQLite's message. */
export interface Db {
  query(sql: string, params?: readonly SqlValue[]): Promise<readonly Row[]>;
  /** Runs all statements in one transaction, or none of them. */
  batch(statements: readonly Statement[]): Promise<void>;
  /** Writes the image to its file (temp file, fsync, rename). Does nothing in memory. */
  save(): Promise<void>;
  /** Keeps the image's file as it is now under a name of its own, `<file>.<label>`. Does nothing in memory. */
  keepImage(label: string): Promise<void>;
  close(): Promise<void>;
}

/** Rows of f32 that a kernel works on; the caller owns it and frees it. */
export interface VectorRegion {
  readonly dimensions: number;
  readonly capacityRows: number;
  readonly query: Float32Array;
  readonly rows: Float32Array;
  readonly out: Float32Array;
  /** Gives the memory back; held views become empty. May be called twice. */
  free(): void;
}

/** Number crunching: WASM, or core's own reference when WASM cannot be had. */
export interface Kernels {
  readonly engine: "wasm" | "reference";
  /** Bytes held by live regions. */
  memoryBytes(): number;
  /** Room for a query and rows. Throws RangeError on sizes that are negative, not whole, or beyond 32-bit memory, and when memory is exhausted. */
  allocate(dimensions: number, capacityRows: number): VectorRegion;
  /**
   * Dot products of the query with the first `count` rows, into `out`. Throws RangeError when count exceeds the capacity,
   * TypeError when the region was freed or comes from other kernels.
   */
  dotRows(region: VectorRegion, count: number): void;
}
