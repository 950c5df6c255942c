import path from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { describeError } from "../../core/base/errors";
import type { Log } from "../../core/ports";
import { randomIds } from "./clock";
import { createHeartbeat } from "./heartbeat";
import { createSearchEngine } from "./searchEngine";
import type { SearchAnswer, SearchWorkerData, SearchWorkerMessage, SearchWorkerRequest } from "./searchProtocol";

const port = parentPort;
if (port === null) throw new Error("searchWorker runs as a worker thread only.");

const { journalRoot, folder, writer } = workerData as SearchWorkerData; // given by search.ts, which shares the type
const post = (message: SearchWorkerMessage): void => port.postMessage(message);
const say = (level: "warn" | "info" | "debug") => (message: string): void => post({ type: "log", level, message });
const log: Log = { error: say("warn"), warn: say("warn"), info: say("info"), debug: say("debug"), trace: () => undefined };
// It never beats here: it is asked whether others do.
const heartbeat = createHeartbeat({ folder: path.join(journalRoot, "writers"), writer, log });
const engine = createSearchEngine({
  journalRoot,
  folder,
  isWriterAlive: (name) => heartbeat.isAlive(name),
  makeName: () => randomIds.next(),
  log,
  onProgress: (progress) => post({ type: "progress", progress }),
});

port.on("message", (request: SearchWorkerRequest) => {
  void answer(request);
});

async function answer(request: SearchWorkerRequest): Promise<void> {
  try {
    post({ type: "answer", id: request.id, answer: await run(request) });
  } catch (error) {
    post({ type: "error", id: request.id, message: describeError(error) });
  }
  if (request.op === "close") port?.close();
}

async function run(request: SearchWorkerRequest): Promise<SearchAnswer> {
  switch (request.op) {
    case "search":
      return engine.search(request.request);
    case "catchUp":
      await engine.catchUp(request.streams);
      return undefined;
    case "forget":
      await engine.forget(request.chatIds);
      return undefined;
    case "status":
      return engine.status();
    case "close":
      await engine.close();
      return undefined;
  }
}
