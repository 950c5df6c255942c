import type { Disposable } from "../base/disposables";
import { describeError } from "../base/errors";
import { Emitter } from "../base/emitter";
import { ok, type Result } from "../base/result";
import type { Clock, Journal, Log, StorageError } from "../ports";
import type { SessionEvent } from "../protocol/events";
import { streamOf } from "../store/streams";
import type { Tables } from "../store/tables";
import { inTurn, type Session } from "./session";

/** What the disk did not take is offered to it again after this time. */
const RETRY_MS = 2_000;

/** Whether all of a chat is on disk: if not, why not. */
export interface Saving {
  readonly chatId: string;
  /** What the disk said, as part of a sentence; undefined once everything is stored. */
  readonly problem: string | undefined;
}

export interface WriterOptions {
  readonly journal: Journal;
  readonly tables: Tables;
  readonly clock: Clock;
  readonly log: Log;
  /** The chat was removed for good: what was still to be written of it goes with it. */
  readonly onGone: (chatId: string) => void;
}

/** Writes chats' events to disk: at once where it takes them, else in their order as soon as it does. */
export class ChatWriter {
  readonly saving: Emitter<Saving>;
  readonly #options: WriterOptions;
  /** The chats that are not all on disk. */
  readonly #unsaved = new Set<Session>();
  #retry: Disposable | undefined;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.saving = new Emitter((error) => options.log.error(`A listener of what is saved failed: ${describeError(error)}`));
  }

  /**
   * Offers events to the disk, behind what it has not taken yet. Fails, with nothing kept of them, where the chat is no more.
   * Throws likewise where no line can say them.
   */
  async write(session: Session, events: readonly SessionEvent[]): Promise<Result<void, StorageError>> {
    session.pending.push(...events);
    try {
      return await this.#storePending(session);
    } catch (error) {
      session.pending.splice(-events.length); // no line can say this, now or later
      throw error;
    }
  }

  /** Tries to write what could not be written before, of all chats. */
  async saveNow(): Promise<void> {
    await Promise.all([...this.#unsaved].map((session) => inTurn(session, () => this.#storePending(session))));
  }

  /** What is not on disk yet never comes there: the chat is no more. */
  forget(session: Session): void {
    session.pending.length = 0;
    this.#unsaved.delete(session);
    this.#setProblem(session, undefined);
  }

  /** What is not on disk yet, by chat, in its order. */
  unsaved(): ReadonlyMap<string, readonly SessionEvent[]> {
    return new Map([...this.#unsaved].map(({ state, pending }) => [state.chatId, [...pending]]));
  }

  /** Writes what is not on disk yet, or says why it cannot be and tries again later. */
  async #storePending(session: Session): Promise<Result<void, StorageError>> {
    if (session.pending.length === 0) return ok(undefined);
    const { journal, tables, log } = this.#options;
    const events = [...session.pending];
    const stream = streamOf(session.state.chatId);
    const stored = await journal.append(stream, events, events[0]?.type === "turn.started");
    if (!stored.ok && stored.error.code === "gone") {
      this.#options.onGone(session.state.chatId);
      return stored;
    }
    if (!stored.ok) {
      if (session.problem === undefined) log.error(`A chat could not be saved: ${stored.error.message}`);
      this.#unsaved.add(session);
      this.#setProblem(session, stored.error.message);
      this.#retryLater();
      return ok(undefined);
    }
    session.pending.splice(0, events.length);
    session.offsets.set(stored.value.writer, stored.value.endOffset);
    this.#unsaved.delete(session);
    this.#setProblem(session, undefined);
    void tables.take(stream, stored.value.writer, stored.value, events);
    return ok(undefined);
  }

  #setProblem(session: Session, problem: string | undefined): void {
    if (session.problem === problem) return;
    session.problem = problem;
    this.saving.fire({ chatId: session.state.chatId, problem });
  }

  #retryLater(): void {
    this.#retry ??= this.#options.clock.after(RETRY_MS, () => {
      this.#retry = undefined;
      void this.saveNow();
    });
  }
}
