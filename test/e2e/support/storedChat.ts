import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ChatEvent, EventBody } from "../../../src/core/protocol/events";
import { encodeLine } from "../../../src/core/store/line";
import { streamOf } from "../../../src/core/store/streams";

/** Writes a chat into a data folder as another window would, and says so in its feed. Events are numbered from 1, a second apart. */
export function storeChat(globalStorageDir: string, chatId: string, bodies: readonly EventBody<ChatEvent>[], startAt = Date.now() - 1000 * bodies.length): void {
  const folder = join(globalStorageDir, streamOf(chatId));
  mkdirSync(folder, { recursive: true });
  mkdirSync(join(globalStorageDir, "feeds"), { recursive: true });
  const events = bodies.map((body, index) => ({ v: 1, id: `${chatId}e${index}`, seq: index + 1, at: startAt + 1000 * index, ...body }));
  writeFileSync(join(folder, "elsewhere.jsonl"), Buffer.concat(events.map((event) => encodeLine(event))));
  writeFileSync(join(globalStorageDir, "feeds", `of-${chatId}.feed`), `${streamOf(chatId)}\n`);
}
