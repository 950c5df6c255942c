import type { Statement } from "../ports";
import type { SessionEvent } from "../protocol/events";

const UPSERT_CHAT = "INSERT INTO chats (chat_id) VALUES (?1) ON CONFLICT (chat_id) DO NOTHING";

/** What an event changes in the tables. Runs once per event: the journal's offset moves in the same transaction. */
export function project(event: SessionEvent): readonly Statement[] {
  if (event.chatId === undefined) return [];
  const { chatId, at, seq } = event;
  const touch: Statement = { sql: "UPDATE chats SET updated_at = max(updated_at, ?2) WHERE chat_id = ?1", params: [chatId, at] };
  const chat = (sql: string, ...params: (string | number | null)[]): Statement[] => [
    { sql: UPSERT_CHAT, params: [chatId] },
    { sql: `UPDATE chats SET ${sql} WHERE chat_id = ?1`, params: [chatId, ...params] },
  ];
  switch (event.type) {
    case "chat.created":
      return [...chat("title = CASE title WHEN '' THEN ?2 ELSE title END, folder = ?3, created_at = ?4", event.title, event.folder ?? null, at), touch];
    case "chat.renamed":
      return chat(newest("title", "?2"), event.title, seq);
    case "chat.deleted":
      return chat(newest("deleted", "?2", "deleted_at"), at, seq);
    case "chat.restored":
      return chat(newest("deleted", "?2", "deleted_at"), null, seq);
    case "turn.started":
      return [...chat(`turn_count = turn_count + 1, ${newest("model", "?2")}`, event.model, seq), touch];
    case "turn.ended":
      return [touch];
    case "usage":
      return [
        {
          sql: "INSERT OR IGNORE INTO usage VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
          params: [chatId, event.turnId, event.id, at, event.model, event.inputTokens, event.outputTokens, event.cacheReadTokens, event.cacheWrite5mTokens, event.cacheWrite1hTokens],
        },
      ];
    default:
      return [];
  }
}

/** Sets a column, from an event whose number is the third parameter, unless a later event has set it. */
function newest(field: string, value: string, column = field): string {
  return `${column} = CASE WHEN ?3 >= ${field}_seq THEN ${value} ELSE ${column} END, ${field}_seq = max(${field}_seq, ?3)`;
}
