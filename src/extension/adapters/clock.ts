import { randomBytes } from "node:crypto";
import { disposable } from "../../core/base/disposables";
import type { Clock, Ids } from "../../core/ports";

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
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
    for (const byte of randomBytes(16)) text += ALPHABET.charAt(byte % 32);
    return text;
  },
};
