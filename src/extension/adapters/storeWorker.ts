import { parentPort, workerData } from "node:worker_threads";
import { useTranslation } from "../../core/base/l10n";
import type { Db, Log } from "../../core/ports";
import { createTables } from "../../core/store/tables";
import { createUsage, type UsageQuestion } from "../../core/store/usage";
import { systemClock } from "./clock";
import { createJournalReader } from "./journalReader";
import { openLocalDb } from "./localDb";
import type { StoreData, StoreEvent } from "./store";
import { createStoreCare, discardImage } from "./storeCare";
import { serveCalls } from "./workerCalls";

const port = parentPort;
if (port === null) throw new Error("storeWorker runs as a worker thread only.");

const { root, translation, ...image } = workerData as StoreData; // given by store.ts, which shares the type
if (translation !== undefined) useTranslation(translation);

const tell = (event: StoreEvent): void => port.postMessage(event);
const say = (level: keyof Log) => (message: string): void => tell({ event: "log", data: { level, message } });
const log: Log = { error: say("error"), warn: say("warn"), info: say("info"), debug: say("debug"), trace: say("trace") };

const usage = createUsage();
let opened: Promise<Db> | undefined;
/** The image as it may be written: none where a newer build wrote it. */
let ours = image;
/** One database for all that asks; one that failed to open is tried again. */
function openDb(): Promise<Db> {
  opened ??= openLocalDb(ours).then(usage.watch);
  opened.catch(() => (opened = undefined));
  return opened;
}

const journal = createJournalReader(root);
const tables = createTables({
  openDb,
  async discard() {
    opened = undefined;
    await discardImage(ours);
  },
  leaveImage() {
    opened = undefined;
    ours = { ...image, imagePath: undefined };
    tell({ event: "newer", data: undefined });
  },
  journal,
  timers: systemClock,
  log,
  onChanged: (chatIds) => tell({ event: "changed", data: chatIds }),
  onProgress: (progress) => tell({ event: "progress", data: progress }),
});

serveCalls(port, {
  "db.query": async (...args: Parameters<Db["query"]>) => (await openDb()).query(...args),
  "db.batch": async (...args: Parameters<Db["batch"]>) => (await openDb()).batch(...args),
  "db.save": async () => (await openDb()).save(),
  "db.keepImage": async (...args: Parameters<Db["keepImage"]>) => (await openDb()).keepImage(...args),
  "tables.take": tables.take,
  "tables.listChats": tables.listChats,
  "tables.chatIds": tables.chatIds,
  "tables.blobRefs": tables.blobRefs,
  "tables.leftovers": tables.leftovers,
  "tables.find": tables.find,
  "tables.poll": tables.poll,
  async "usage.report"(question: UsageQuestion) {
    await tables.find(""); // opens them where nobody has yet
    await tables.poll();
    return usage.report(await openDb(), question);
  },
  ...createStoreCare({ root, image, journal, tables, openDb, log, onProgress: (progress) => tell({ event: "verifying", data: progress }) }),
  close: tables.close,
});
