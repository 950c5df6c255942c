import { parentPort, workerData } from "node:worker_threads";
import { describeError } from "../../core/base/errors";
import type { Row } from "../../core/ports";
import { openEngine, type DbEngine } from "./dbEngine";
import type { DbReply, DbRequest, DbWorkerData } from "./dbProtocol";

const port = parentPort;
if (port === null) throw new Error("dbWorker runs as a worker thread only.");

const engine = openEngine(workerData as DbWorkerData); // given by sqljs.ts, which shares the type
engine.catch(() => undefined); // each request reports it
let last: Promise<unknown> = Promise.resolve();

port.on("message", (request: DbRequest) => {
  last = last.then(() => answer(request));
});

async function answer(request: DbRequest): Promise<void> {
  let reply: DbReply;
  try {
    reply = { id: request.id, rows: await run(await engine, request) };
  } catch (error) {
    reply = { id: request.id, error: describeError(error) };
  }
  port?.postMessage(reply);
  if (request.op === "close") port?.close();
}

async function run(db: DbEngine, request: DbRequest): Promise<readonly Row[]> {
  switch (request.op) {
    case "query":
      return db.query(request.statement);
    case "batch":
      db.batch(request.statements);
      return [];
    case "save":
      await db.save();
      return [];
    case "close":
      db.close();
      return [];
  }
}
