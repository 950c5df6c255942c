import type { Db } from "../../core/ports";
import { openEngine, type DbImage } from "./dbEngine";

/** The engine as a `Db` in this very thread: requests are done one after the other, in the order of the asking. */
export async function openLocalDb(image: DbImage): Promise<Db> {
  const engine = await openEngine(image);
  let isClosed = false;
  let last: Promise<unknown> = Promise.resolve();

  function inTurn<T>(work: () => T | Promise<T>): Promise<T> {
    const result = last.then(() => {
      if (isClosed) throw new Error("The database is closed.");
      return work();
    });
    last = result.catch(() => undefined); // the caller of `result` has the error
    return result;
  }

  return {
    query: (sql, params) => inTurn(() => engine.query({ sql, ...(params === undefined ? {} : { params }) })),
    batch: (statements) => inTurn(() => engine.batch(statements)),
    save: () => inTurn(() => engine.save()),
    keepImage: (label) => inTurn(() => engine.keepImage(label)),
    async close() {
      await last;
      if (!isClosed) engine.close();
      isClosed = true;
    },
  };
}
