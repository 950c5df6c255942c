import { disposable, type Disposable } from "./disposables";

/** A list of listeners. One that throws stops neither the others nor the sender: its error goes to `onError`. */
export class Emitter<T> implements Disposable {
  readonly #listeners = new Set<{ readonly call: (value: T) => void }>();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  on(listener: (value: T) => void): Disposable {
    const entry = { call: listener };
    this.#listeners.add(entry);
    return disposable(() => this.#listeners.delete(entry));
  }

  fire(value: T): void {
    for (const entry of [...this.#listeners]) {
      // An earlier listener may have removed this one.
      if (!this.#listeners.has(entry)) continue;
      try {
        entry.call(value);
      } catch (error) {
        this.#onError(error);
      }
    }
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
