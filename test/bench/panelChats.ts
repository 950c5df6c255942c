import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { streamOf } from "../../src/core/store/streams";
import { EVENT_VERSION, type ChatEvent, type EventBody } from "../../src/core/protocol/events";
import { encodeLine } from "../../src/core/store/line";
import { createRandom } from "../support/random";
import { markdown, sentence } from "./sampleText";

/** A chat of a given length; half of the messages are questions, half answers. */
export interface StoredChat {
  readonly chatId: string;
  readonly title: string;
  readonly messageCount: number;
}

/** Characters of an answer, about. */
export const ANSWER_LENGTH = 1_200;

/**
 * Writes a chat as the journal of an earlier window, where History finds it. The text repeats with the number of messages:
 * questions of a sentence, answers of about `ANSWER_LENGTH` characters. Gives the characters written.
 */
export function writeChat(globalStorageDir: string, { chatId, title, messageCount }: StoredChat): number {
  const random = createRandom(messageCount);
  const startedAt = Date.now() - messageCount * 60_000;
  const lines: Uint8Array[] = [];
  let seq = 0;
  let length = 0;
  const write = (...bodies: readonly EventBody<ChatEvent>[]): void => {
    for (const body of bodies) lines.push(encodeLine({ v: EVENT_VERSION, id: `e${++seq}`, seq, at: startedAt + seq * 1000, ...body }));
  };
  write({ type: "chat.created", chatId, title });
  for (let index = 0; index < messageCount / 2; index++) {
    const turn = { chatId, turnId: `turn${index}` };
    const [question, answer] = [sentence(random), markdown(random, ANSWER_LENGTH)];
    length += question.length + answer.length;
    const parent = index === 0 ? {} : { parentTurnId: `turn${index - 1}` };
    write({ type: "turn.started", ...turn, ...parent, model: "claude-opus-5-5" });
    write(...block({ ...turn, blockId: `q${index}` }, "user", question));
    write(...block({ ...turn, blockId: `a${index}` }, "assistant", answer));
    write({ type: "usage", ...turn, model: "claude-opus-5-5", inputTokens: 500, outputTokens: 300, cacheReadTokens: 20_000, cacheWrite5mTokens: 500, cacheWrite1hTokens: 0 });
    write({ type: "turn.ended", ...turn, status: "done", stopReason: "end_turn" });
  }
  const file = join(globalStorageDir, streamOf(chatId), "earlier.jsonl");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, Buffer.concat(lines));
  return length;
}

type Place = Pick<Extract<ChatEvent, { type: "block.part" }>, "chatId" | "turnId" | "blockId">;

function block(place: Place, role: "user" | "assistant", text: string): readonly EventBody<ChatEvent>[] {
  return [
    { type: "block.started", ...place, role, block: { kind: "text" } },
    { type: "block.part", ...place, offset: 0, text },
    { type: "block.ended", ...place },
  ];
}
