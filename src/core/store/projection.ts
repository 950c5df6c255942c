import type { Statement } from "../ports";
import { blobsNamed } from "../protocol/blobNames";
import type { EventOf, SessionEvent } from "../protocol/events";
import { LONG_PROMPT_TOKENS } from "../protocol/prices";
import { streamOf } from "./streams";

const UPSERT_CHAT = "INSERT INTO chats (chat_id) VALUES (?1) ON CONFLICT (chat_id) DO NOTHING";
const CHAT_NO = "(SELECT chat_no FROM chats WHERE chat_id = ?1)";
const MODEL_NO = "(SELECT model_no FROM models WHERE model = ?3)";

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
      return [...chat("title = CASE title WHEN '' THEN ?2 ELSE title END, folder = ?3, folder_uri = ?4, agent = ?5, created_at = ?6", event.title, event.folder ?? null, event.folderUri ?? null, event.origin ?? null, at), touch];
    case "chat.renamed":
      return chat(newest("title", "?2"), event.title, seq);
    case "chat.pinned":
      return chat(newest("pinned", "?2", "is_pinned"), Number(event.isPinned), seq);
    case "chat.tagged":
      return chat(newest("tags", "?2"), JSON.stringify(event.tags), seq);
    case "chat.deleted":
      return chat(newest("deleted", "?2", "deleted_at"), at, seq);
    case "chat.restored":
      return chat(newest("deleted", "?2", "deleted_at"), null, seq);
    case "chat.purged":
      return [
        ...forgetChat(chatId),
        // Should there be journals of it again, they are read from their beginning.
        { sql: "DELETE FROM journal_files WHERE stream = ?1", params: [streamOf(chatId)] },
        { sql: "INSERT INTO purged (chat_id, at) VALUES (?1, ?2) ON CONFLICT (chat_id) DO UPDATE SET at = max(at, ?2)", params: [chatId, at] },
      ];
    case "chat.imported":
      return [{ sql: "INSERT INTO purged (chat_id, imported_at) VALUES (?1, ?2) ON CONFLICT (chat_id) DO UPDATE SET imported_at = max(imported_at, ?2)", params: [chatId, at] }];
    case "turn.started":
      return [...chat(`turn_count = turn_count + 1, ${newest("model", "?2")}`, event.model, seq), touch];
    case "turn.ended":
      return [touch];
    case "edit.applied":
      return [...chat("has_edits = 1"), ...blobRefs(event, chatId)];
    case "usage":
      return [{ sql: UPSERT_CHAT, params: [chatId] }, ...projectUsage({ ...event, chatId })];
    default:
      return blobRefs(event, chatId);
  }
}

/** Removes what the tables have of a chat. */
export function forgetChat(chatId: string): readonly Statement[] {
  const ofChat = ["usage", "usage_days", "blob_refs"].map((table) => ({ sql: `DELETE FROM ${table} WHERE chat_no = ${CHAT_NO}`, params: [chatId] }));
  return [...ofChat, { sql: "DELETE FROM chats WHERE chat_id = ?1", params: [chatId] }];
}

function blobRefs(event: SessionEvent, chatId: string): readonly Statement[] {
  const insert = (sha256: string): Statement => ({ sql: `INSERT INTO blob_refs VALUES (?2, ${CHAT_NO}) ON CONFLICT DO NOTHING`, params: [chatId, sha256] });
  const names = blobsNamed(event);
  return names.length === 0 ? [] : [{ sql: UPSERT_CHAT, params: [chatId] }, ...names.map(insert)];
}

/** One row for the answer, and its share of the day's sums: by the day as people here call it. */
function projectUsage(event: EventOf<"usage"> & { readonly chatId: string }): readonly Statement[] {
  const { chatId, at, model } = event;
  const params = [chatId, at, model, event.inputTokens, event.outputTokens, event.cacheReadTokens, event.cacheWrite5mTokens, event.cacheWrite1hTokens];
  return [
    { sql: "INSERT INTO models (model) VALUES (?1) ON CONFLICT (model) DO NOTHING", params: [model] },
    { sql: `INSERT INTO usage VALUES (${CHAT_NO}, ?2, ${MODEL_NO}, ?4, ?5, ?6, ?7, ?8)`, params },
    {
      sql: `INSERT INTO usage_days VALUES (date(?2 / 1000, 'unixepoch', 'localtime'), ${CHAT_NO}, ${MODEL_NO}, ?4 + ?6 + ?7 + ?8 > ${LONG_PROMPT_TOKENS}, 1, ?4, ?5, ?6, ?7, ?8)
        ON CONFLICT DO UPDATE SET answers = answers + 1, input_tokens = input_tokens + ?4, output_tokens = output_tokens + ?5,
        cache_read_tokens = cache_read_tokens + ?6, cache_write_5m_tokens = cache_write_5m_tokens + ?7, cache_write_1h_tokens = cache_write_1h_tokens + ?8`,
      params,
    },
  ];
}

/** Sets a column, from an event whose number is the third parameter, unless a later event has set it. */
function newest(field: string, value: string, column = field): string {
  return `${column} = CASE WHEN ?3 >= ${field}_seq THEN ${value} ELSE ${column} END, ${field}_seq = max(${field}_seq, ?3)`;
}
