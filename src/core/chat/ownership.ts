import type { Disposable } from "../base/disposables";
import { Emitter } from "../base/emitter";
import { describeError } from "../base/errors";
import type { Claims, Clock, Log } from "../ports";
import { streamOf } from "../store/streams";

/** After giving a chat up for another window, this one does not take it back for so long, ms, so that the other gets it. */
const YIELD_MS = 5_000;
/** How often it is tried to get a chat that another window was asked for, ms, and how many times. */
const TRY_EVERY_MS = 200;
const TAKE_OVER_TRIES = 25;

export interface OwnershipOptions {
  readonly claims: Claims;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether this window is writing an answer in the chat. */
  readonly isRunning: (chatId: string) => boolean;
  /** The chats that this window's pages show now. */
  readonly shown: () => Promise<ReadonlySet<string>>;
}

/** Whether a chat has come to this window, or gone to another one. */
export interface OwnerChange {
  readonly chatId: string;
  readonly isElsewhere: boolean;
}

/**
 * In which window a chat is open for writing: the first that shows it, until it shows it no more, closes, or is asked to let go.
 * Others only read it. `look` is to be called a few times a second.
 */
export class Ownership {
  readonly changed: Emitter<OwnerChange>;
  readonly #options: OwnershipOptions;
  /** Of each chat that this window has, the number of its claim. */
  readonly #ours = new Map<string, number>();
  #claims = 0;
  readonly #elsewhere = new Set<string>();
  /** Chats that were given up on request, with the waiting for the time from which on they may be taken back. */
  readonly #yielded = new Map<string, Disposable>();

  constructor(options: OwnershipOptions) {
    this.#options = options;
    this.changed = new Emitter((error) => options.log.error(`A listener of chats' owners failed: ${describeError(error)}`));
  }

  /** Takes the chat for this window. False when another one has it. Rejects when that cannot be told. */
  async take(chatId: string): Promise<boolean> {
    return (await this.claimOf(chatId)) !== false;
  }

  /** The same, and if so by which claim: another number than before where others may have had the chat in between. */
  async claimOf(chatId: string): Promise<number | false> {
    const claim = this.#ours.get(chatId);
    if (claim !== undefined) return claim;
    const owner = await this.#options.claims.claim(streamOf(chatId));
    this.#note(chatId, owner !== undefined);
    return this.#ours.get(chatId) ?? false;
  }

  /** Gets a chat from the window that has it. False when that one is still busy with it. */
  async takeOver(chatId: string): Promise<boolean> {
    const { claims, clock } = this.#options;
    this.#mayTakeBack(chatId);
    for (let tries = 0; ; tries++) {
      if (await this.take(chatId)) return true;
      if (tries === TAKE_OVER_TRIES) return false;
      await claims.want(streamOf(chatId));
      await new Promise<void>((resolve) => clock.after(TRY_EVERY_MS, resolve));
    }
  }

  /** Gives up what is wanted elsewhere or no longer shown, and takes what is shown and has become free. */
  async look(): Promise<void> {
    const { claims, clock, isRunning, shown } = this.#options;
    const wanted = new Set(await claims.wanted());
    const inSight = await shown();
    for (const chatId of [...this.#ours.keys()]) {
      const isWanted = wanted.has(streamOf(chatId));
      if (isRunning(chatId) || (!isWanted && inSight.has(chatId))) continue;
      if (isWanted) this.#yielded.set(chatId, clock.after(YIELD_MS, () => this.#yielded.delete(chatId)));
      this.#ours.delete(chatId);
      await claims.release(streamOf(chatId));
      if (isWanted) this.#note(chatId, true);
    }
    for (const chatId of [...this.#elsewhere]) {
      if (!inSight.has(chatId)) this.#elsewhere.delete(chatId);
      else if (!this.#yielded.has(chatId)) await this.take(chatId);
    }
  }

  #mayTakeBack(chatId: string): void {
    this.#yielded.get(chatId)?.dispose();
    this.#yielded.delete(chatId);
  }

  #note(chatId: string, isElsewhere: boolean): void {
    const wasElsewhere = this.#elsewhere.has(chatId);
    if (isElsewhere) this.#elsewhere.add(chatId);
    else this.#elsewhere.delete(chatId);
    if (!isElsewhere && !this.#ours.has(chatId)) this.#ours.set(chatId, ++this.#claims);
    if (wasElsewhere !== isElsewhere) this.changed.fire({ chatId, isElsewhere });
  }
}
