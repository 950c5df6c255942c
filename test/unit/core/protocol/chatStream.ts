import { defined } from "../../../../src/core/base/records";
import type { ChatEvent, EventBody } from "../../../../src/core/protocol/events";
import { isDurable } from "../../../../src/core/protocol/events";
import type { Random } from "../../../support/random";

export interface ChatStream {
  readonly chatId: string;
  /** Numbered as a host numbers them. */
  readonly events: readonly ChatEvent[];
  /** What each block's text must be in the end. */
  readonly texts: ReadonlyMap<string, string>;
}

const ALPHABET = ["a", "b", " ", "\n", "é", "🫖", "\u2028", "\ud800", "</script>"];

/** A chat's events as a host would emit them, with a random history: deltas and parts overlap in any way that is allowed. */
export function randomChatStream(random: Random): ChatStream {
  const chatId = "chat1";
  const events: ChatEvent[] = [];
  const texts = new Map<string, string>();
  let seq = 0;
  let count = 0;
  const id = (prefix: string): string => `${prefix}${++count}`;
  const emit = (body: EventBody<ChatEvent>): void => {
    if (isDurable(body)) seq++;
    events.push({ v: 1, id: id("event"), seq, at: 1_000 + random.integer(0, 500), ...body } as ChatEvent); // body + envelope is the event
  };

  function sayBlock(turnId: string, role: "user" | "assistant"): void {
    const blockId = id("block");
    const text = Array.from({ length: random.integer(0, 30) }, () => random.pick(ALPHABET)).join("");
    texts.set(blockId, text);
    emit({ type: "block.started", chatId, turnId, blockId, role, block: { kind: random.pick(["text", "thinking"] as const) } });
    let [shown, stored] = [0, 0];
    while (stored < text.length) {
      if (random.next() < 0.6 && shown < text.length) {
        const end = random.integer(shown + 1, text.length);
        emit({ type: "block.delta", chatId, turnId, blockId, offset: shown, text: text.slice(shown, end) });
        shown = end;
      } else {
        // A part begins at or before what is stored, and may reach past what was shown.
        const start = random.integer(0, stored);
        const end = random.integer(stored, text.length);
        emit({ type: "block.part", chatId, turnId, blockId, offset: start, text: text.slice(start, end) });
        stored = end;
        shown = Math.max(shown, end);
      }
    }
    if (random.next() < 0.8) emit({ type: "block.ended", chatId, turnId, blockId });
  }

  function aside(turnId: string): void {
    const asides: readonly EventBody<ChatEvent>[] = [
      { type: "chat.renamed", chatId, title: id("title") },
      { type: "chat.deleted", chatId },
      { type: "chat.restored", chatId },
      { type: "chat.settings", chatId, model: id("model") },
      { type: "notice", chatId, level: "info", text: "x" },
      { type: "tool.progress", chatId, turnId, callId: "call", text: "x" },
      { type: "todo.changed", chatId, turnId, items: [] },
    ];
    if (random.next() < 0.4) emit(random.pick(asides));
  }

  emit({ type: "chat.created", chatId, title: "first" });
  let parentTurnId: string | undefined;
  for (let turns = random.integer(1, 3); turns > 0; turns--) {
    const turnId = id("turn");
    emit(defined({ type: "turn.started" as const, chatId, turnId, parentTurnId, model: "claude-test" }));
    for (const role of ["user", "assistant", "assistant"] as const) {
      sayBlock(turnId, role);
      aside(turnId);
    }
    if (random.next() < 0.8) emit({ type: "usage", chatId, turnId, model: "claude-test", inputTokens: count, outputTokens: 1, cacheReadTokens: 0, cacheWrite5mTokens: 0, cacheWrite1hTokens: 0 });
    if (random.next() < 0.9) emit({ type: "turn.ended", chatId, turnId, status: random.pick(["done", "cancelled", "failed", "interrupted"] as const) });
    parentTurnId = turnId;
  }
  return { chatId, events, texts };
}
