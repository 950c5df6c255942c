import { disposable } from "../../core/base/disposables";
import type { Clock, Ids } from "../../core/ports";

/** The longest wait of the runtime's own timers, ms; a longer one would be over at once. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, callback) {
    let timer: NodeJS.Timeout;
    const wait = (leftMs: number): void => {
      timer = setTimeout(leftMs > MAX_TIMER_MS ? () => wait(leftMs - MAX_TIMER_MS) : callback, Math.min(leftMs, MAX_TIMER_MS));
    };
    wait(delayMs);
    return disposable(() => clearTimeout(timer));
  },
};

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** Ids of 9 characters of time (ms, base 32) and 16 of chance: sortable, and safe as file names. */
export const randomIds: Ids = {
  next() {
    let time = Date.now();
    let text = "";
    for (let index = 0; index < 9; index++) {
      text = ALPHABET.charAt(time % 32) + text;
      time = Math.floor(time / 32);
    }
    for (const byte of crypto.getRandomValues(new Uint8Array(16))) text += ALPHABET.charAt(byte % 32);
    return text;
  },
};
