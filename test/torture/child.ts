import { streamOf } from "../../src/core/store/streams";
import { createTables } from "../../src/core/store/tables";
import { randomIds, systemClock } from "../../src/extension/adapters/clock";
import { createJournalReader } from "../../src/extension/adapters/journalReader";
import { openLocalDb } from "../../src/extension/adapters/localDb";
import { createRandom } from "../support/random";
import { openWindow, turnSteps } from "./window";

/** What a writing process is told: as JSON in its first argument. */
export interface ChildTask {
  readonly root: string;
  readonly writer: string;
  readonly seed: number;
  /** Nobody else's, and those that are passed around. */
  readonly own: readonly string[];
  readonly shared: readonly string[];
  /** Turns to write in each of its own chats, and in those that are shared; without it the process writes until it is killed. */
  readonly turns?: number;
  /** Writes the image of the tables without end beside it. */
  readonly image?: { readonly wasmPath: string; readonly imagePath: string };
}

const LOOK_EVERY_MS = 40;
/** Large files; of the turns so many have one of them, before so many others are put in vain, and after so many what no line names is removed. */
const [FILES, ATTACHED, ORPHANS, SWEEPS] = [200, 0.4, 0.5, 0.3];
const log = { error: (message: string) => console.error(message), warn: () => undefined, info: () => undefined, debug: () => undefined, trace: () => undefined };

async function main({ root, writer, seed, own, shared, turns = Infinity, image }: ChildTask): Promise<void> {
  const random = createRandom(seed);
  const window = openWindow({ root, writer, log, onAck: (ack) => process.stdout.write(`${JSON.stringify(ack)}\n`) });
  const { sessions, ownership, journal, shown, running } = window;
  let marks = 0;
  // Mostly short, as parts are; now and then one that takes many pages of a file.
  const makeText = (): string => `[${writer}.${++marks}]${" ".repeat(random.next() < 0.05 ? random.integer(0, 60_000) : random.integer(0, 400))}`;
  // Every process attaches the same large files, and puts some without a line to name them, so that sweeps take what others are about to name.
  const file = (): string => `file ${random.integer(1, FILES)} ${"x".repeat(40_000)}`;
  const attached = (): { readonly attached?: string } => (random.next() < ATTACHED ? { attached: file() } : {});
  let looking = Promise.resolve();
  const timer = setInterval(() => void (looking = looking.then(() => ownership.look())), LOOK_EVERY_MS);
  if (image !== undefined) void saveWithoutEnd(root, image);

  async function writeTurn(chatId: string): Promise<boolean> {
    const turnId = randomIds.next();
    shown.add(chatId);
    running.add(chatId);
    try {
      if (!(await ownership.take(chatId))) {
        await journal.claims.want(streamOf(chatId));
        return false;
      }
      // As when a page shows the chat; without it, writing must find out by itself what others have written.
      const isNew = random.next() < 0.5 ? (await sessions.state(chatId)).seq === 0 : false;
      if (random.next() < ORPHANS) await window.blobs.put(file());
      sessions.markRunning(turnId, true);
      for (const step of turnSteps({ chatId, turnId, isNew, parts: random.integer(1, 6), makeText, ...attached() })) {
        const stored = await sessions.append(chatId, step);
        if (!stored.ok) throw new Error(`${chatId}: ${stored.error.message}`);
      }
      return true;
    } finally {
      sessions.markRunning(turnId, false);
      running.delete(chatId);
      if (random.next() < SWEEPS) await window.sweep();
      if (random.next() < 0.5) shown.delete(chatId);
    }
  }

  /** Several chats at once, as a window with tabs has them; no chat twice. */
  async function write(chats: readonly string[]): Promise<void> {
    for (let written = 0; written < turns; ) {
      if (await writeTurn(random.pick(chats))) written++;
      else await new Promise((resolve) => setTimeout(resolve, random.integer(1, 30)));
    }
  }
  await Promise.all([...own.map((chatId) => write([chatId])), ...(shared.length > 0 ? [write(shared)] : [])]);
  clearInterval(timer);
  await looking;
  await journal.close();
}

async function saveWithoutEnd(root: string, image: NonNullable<ChildTask["image"]>): Promise<void> {
  let db: Awaited<ReturnType<typeof openLocalDb>> | undefined;
  const tables = createTables({ openDb: async () => (db = await openLocalDb(image)), journal: createJournalReader(root), timers: systemClock, log });
  for (;;) {
    await tables.listChats({}, 1);
    await db?.save();
  }
}

void main(JSON.parse(process.argv[2] ?? "") as ChildTask).catch((error: unknown) => { // told by the torture, which shares the type
  console.error(error);
  process.exit(1);
});
