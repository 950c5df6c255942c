import type { Disposable } from "../base/disposables";
import { assertNever } from "../base/errors";
import { ok, type Result } from "../base/result";
import type { Clock, Ids, ModelEvent, StorageError } from "../ports";
import type { ChatEvent, EventBody } from "../protocol/events";
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

/** Writes a streaming answer into its chat: every delta is shown at once, and durable soon after. */
export class AnswerWriter {
  readonly #options: AnswerOptions;
  readonly #open = new Map<number, OpenBlock>();
  #timer: Disposable | undefined;
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
        this.#open.set(event.index, { blockId, text: "", storedLength: 0 });
        return this.#append([{ type: "block.started", chatId, turnId, blockId, role: "assistant", block: { kind: event.kind } }]);
      }
      case "delta": {
        const block = this.#open.get(event.index);
        if (block === undefined || event.text === "") return;
        const offset = block.text.length;
        block.text += event.text;
        this.#hasText = true;
        sessions.show(chatId, { type: "block.delta", chatId, turnId, blockId: block.blockId, offset, text: event.text });
        if (block.text.length - block.storedLength >= FLUSH_LENGTH) return this.#flush();
        this.#timer ??= this.#options.clock.after(FLUSH_AFTER_MS, () => void this.#flush());
        return;
      }
      case "blockEnded":
        return this.#end([event.index]);
      case "usage":
        return this.#append([{ type: "usage", chatId, turnId, ...event.usage }]);
      case "ended":
        return;
      default:
        return assertNever(event, "model event");
    }
  }

  /** Stores what is left and closes what is open, whatever became of the answer. */
  async finish(): Promise<void> {
    await this.#end([...this.#open.keys()]);
  }

  async #end(indexes: readonly number[]): Promise<void> {
    await this.#flush();
    const { chatId, turnId } = this.#options;
    const blocks = indexes.flatMap((index) => this.#open.get(index) ?? []);
    for (const index of indexes) this.#open.delete(index);
    await this.#append(blocks.map(({ blockId }) => ({ type: "block.ended", chatId, turnId, blockId })));
  }

  async #flush(): Promise<void> {
    this.#timer?.dispose();
    this.#timer = undefined;
    const { chatId, turnId } = this.#options;
    const parts: EventBody<ChatEvent>[] = [];
    for (const block of this.#open.values()) {
      const { blockId, storedLength } = block;
      for (const piece of pieces(block.text.slice(storedLength), MAX_PIECE_LENGTH)) {
        parts.push({ type: "block.part", chatId, turnId, blockId, offset: storedLength + piece.offset, text: piece.text });
      }
      block.storedLength = block.text.length;
    }
    await this.#append(parts);
  }

  async #append(bodies: readonly EventBody<ChatEvent>[]): Promise<void> {
    if (bodies.length === 0) return;
    const { sessions, chatId, onStorageError } = this.#options;
    const stored: Result<void, StorageError> = this.#hasFailed ? ok(undefined) : await sessions.append(chatId, bodies);
    if (this.#hasFailed) return sessions.showUnsaved(chatId, bodies);
    if (stored.ok) return;
    this.#hasFailed = true;
    onStorageError(stored.error);
    await sessions.showUnsaved(chatId, bodies);
  }
}
