import type { Disposable } from "../base/disposables";
import { assertNever } from "../base/errors";
import { ok, type Result } from "../base/result";
import type { Clock, Ids, ModelEvent, StorageError } from "../ports";
import type { ChatEvent, EventBody, EventOf } from "../protocol/events";
import { pieces } from "./attachments";
import type { Sessions } from "./sessions";

/** Text is durable at the latest this long after it came; with the disk's own time it stays below 250 ms. */
const FLUSH_AFTER_MS = 200;
/** ... and as soon as this much waits: at three bytes a UTF-16 unit, the worst case, just under 4 KB. */
const FLUSH_LENGTH = 1_300;
/** The most text in one journal line: even if every unit is escaped to six bytes it stays within the line's limit. */
export const MAX_PIECE_LENGTH = 32_000;

interface OpenBlock {
  readonly blockId: string;
  text: string;
  storedLength: number;
  /** Nothing more comes; its end is stored with what is stored next. */
  hasEnded: boolean;
}

export interface AnswerOptions {
  readonly sessions: Sessions;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly chatId: string;
  readonly turnId: string;
  /** Called once, when text could not be stored. */
  readonly onStorageError: (error: StorageError) => void;
}

/**
 * Writes a streaming answer into its chat: every delta is shown at once, and durable soon after. Each write waits for the disk,
 * so what comes together is written together: an answer's last text, its blocks' ends, its usage and its own end are one write.
 */
export class AnswerWriter {
  readonly #options: AnswerOptions;
  readonly #open = new Map<number, OpenBlock>();
  readonly #usage: EventBody<ChatEvent>[] = [];
  #timer: Disposable | undefined;
  /** The last write that nobody waits for. */
  #storing: Promise<void> | undefined;
  #hasFailed = false;
  #hasText = false;

  constructor(options: AnswerOptions) {
    this.#options = options;
  }

  get chatId(): string {
    return this.#options.chatId;
  }

  get turnId(): string {
    return this.#options.turnId;
  }

  get hasText(): boolean {
    return this.#hasText;
  }

  async take(event: ModelEvent): Promise<void> {
    const { chatId, turnId, ids, sessions } = this.#options;
    switch (event.type) {
      case "blockStarted": {
        const blockId = ids.next();
        const before = this.#takeWaiting();
        this.#open.set(event.index, { blockId, text: "", storedLength: 0, hasEnded: false });
        return this.#append([...before, { type: "block.started", chatId, turnId, blockId, role: "assistant", block: { kind: event.kind } }]);
      }
      case "delta": {
        const block = this.#open.get(event.index);
        if (block === undefined || block.hasEnded || event.text === "") return;
        const offset = block.text.length;
        block.text += event.text;
        this.#hasText = true;
        sessions.show(chatId, { type: "block.delta", chatId, turnId, blockId: block.blockId, offset, text: event.text });
        if (block.text.length - block.storedLength >= FLUSH_LENGTH) return this.#append(this.#takeWaiting());
        return this.#storeSoon();
      }
      case "blockEnded": {
        const block = this.#open.get(event.index);
        if (block !== undefined) block.hasEnded = true;
        return this.#storeSoon();
      }
      case "usage":
        this.#usage.push({ type: "usage", chatId, turnId, ...event.usage });
        return this.#storeSoon();
      case "ended":
        return;
      default:
        return assertNever(event, "model event");
    }
  }

  /**
   * Stores what is left, closes what is open, whatever became of the answer, and ends the turn in the same write. Gives whether
   * all of it is on disk; if not, the turn has not ended, and whoever asked says how it does.
   */
  async finish(end: EventBody<EventOf<"turn.ended">>): Promise<boolean> {
    await this.#storing; // if it fails, the end must not be stored behind a hole
    for (const block of this.#open.values()) block.hasEnded = true;
    const waiting = this.#takeWaiting();
    if (!this.#hasFailed) await this.#append([...waiting, end], waiting);
    else await this.#append(waiting);
    return !this.#hasFailed;
  }

  #storeSoon(): void {
    this.#timer ??= this.#options.clock.after(FLUSH_AFTER_MS, () => void (this.#storing = this.#append(this.#takeWaiting())));
  }

  /** What is not durable yet, in the order in which it is to be read. */
  #takeWaiting(): readonly EventBody<ChatEvent>[] {
    this.#timer?.dispose();
    this.#timer = undefined;
    const { chatId, turnId } = this.#options;
    const waiting: EventBody<ChatEvent>[] = [];
    for (const [index, block] of this.#open) {
      const { blockId, storedLength } = block;
      for (const piece of pieces(block.text.slice(storedLength), MAX_PIECE_LENGTH)) {
        waiting.push({ type: "block.part", chatId, turnId, blockId, offset: storedLength + piece.offset, text: piece.text });
      }
      block.storedLength = block.text.length;
      if (!block.hasEnded) continue;
      waiting.push({ type: "block.ended", chatId, turnId, blockId });
      this.#open.delete(index);
    }
    return [...waiting, ...this.#usage.splice(0)];
  }

  /** Stores events. When that fails, those in `shown` are shown all the same, as is everything from then on. */
  async #append(bodies: readonly EventBody<ChatEvent>[], shown = bodies): Promise<void> {
    if (bodies.length === 0) return;
    const { sessions, chatId, onStorageError } = this.#options;
    const stored: Result<void, StorageError> = this.#hasFailed ? ok(undefined) : await sessions.append(chatId, bodies);
    if (this.#hasFailed) return sessions.showUnsaved(chatId, shown);
    if (stored.ok) return;
    this.#hasFailed = true;
    onStorageError(stored.error);
    await sessions.showUnsaved(chatId, shown);
  }
}
