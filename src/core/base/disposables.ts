import { describeError } from "./errors";

export interface Disposable {
  dispose(): void;
}

export function disposable(dispose: () => void): Disposable {
  let isDone = false;
  return {
    dispose() {
      if (isDone) return;
      isDone = true;
      dispose();
    },
  };
}

/** Owns what it is given and disposes all of it in reverse order, also when one throws; what comes after its own end is disposed at once. */
export class DisposableStore implements Disposable {
  readonly #items: Disposable[] = [];
  #isDisposed = false;

  add<T extends Disposable>(item: T): T {
    if (this.#isDisposed) item.dispose();
    else this.#items.push(item);
    return item;
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    const errors: unknown[] = [];
    for (const item of this.#items.reverse()) {
      try {
        item.dispose();
      } catch (error) {
        errors.push(error);
      }
    }
    this.#items.length = 0;
    if (errors.length > 0) throw new AggregateError(errors, `Disposing failed: ${errors.map((error) => describeError(error)).join("; ")}`);
  }
}
