// Chats in a data folder, and a window on it that is put together as the extension does it.
import { createTables, type Tables } from "../../src/core/store/tables";
import { createJournalReader } from "../../src/extension/adapters/journalReader";
import { randomIds, systemClock } from "../../src/extension/adapters/clock";
import { openWindow, turnSteps, type Window } from "../torture/window";
import { openMemoryDb } from "./fakes/db";
import { createRecordingLog } from "./fakes/log";

export interface LiveWindow extends Window {
  /** What its history reads, made from the journals alone. */
  readonly tables: Tables;
  /** The chats that it has heard of as changed, in the order of hearing. */
  readonly heard: readonly string[];
  /** Begins a chat, or goes on with it: one question with its answer. */
  ask(chatId: string, question: string, answer?: string): Promise<void>;
  close(): Promise<void>;
}

/** A window that looks for others' changes as often as a real one in sight does. */
export function openLiveWindow(root: string): LiveWindow {
  const log = createRecordingLog();
  const heard: string[] = [];
  function hear(chatIds: readonly string[]): void {
    heard.push(...chatIds);
    void window.sessions.readOn(chatIds);
  }
  const tables = createTables({ openDb: () => openMemoryDb(), journal: createJournalReader(root), timers: systemClock, log, onChanged: hear });
  const window = openWindow({ root, writer: randomIds.next(), log, tables });
  const looking = setInterval(() => {
    void tables.poll();
    void window.ownership.look();
  }, 500);
  return {
    ...window, tables, heard,
    async ask(chatId, question, answer = "An answer.") {
      const texts = [question, answer];
      const isNew = (await window.sessions.state(chatId)).seq === 0;
      for (const step of turnSteps({ chatId, turnId: randomIds.next(), isNew, parts: 1, makeText: () => texts.shift() ?? "" })) {
        const stored = await window.sessions.append(chatId, step);
        if (!stored.ok) throw new Error(stored.error.message);
      }
    },
    async close() {
      clearInterval(looking);
      await window.journal.close();
      await tables.close();
    },
  };
}
