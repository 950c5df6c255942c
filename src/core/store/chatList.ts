import type { Row, SqlValue, Statement } from "../ports";
import type { ChatFacets, ChatFilter, ChatSummary } from "../protocol/calls";

/** What the tables know of a chat; whether it is being answered now stands in no table. */
export type StoredChat = Omit<ChatSummary, "isRunning">;

const COLUMNS = "chat_id, title, updated_at, turn_count, is_pinned, tags, folder, model, agent, has_edits, deleted_at";
const ASKED = "turn_count > 0";

/** Pinned chats first, then by time, the newest first. */
export function selectChats(filter: ChatFilter, limit: number): Statement {
  const { where, params } = conditions(filter);
  return { sql: `SELECT ${COLUMNS} FROM chats WHERE ${where} ORDER BY is_pinned DESC, updated_at DESC LIMIT ${Math.trunc(limit)}`, params };
}

/** The ids of all chats that a filter lets through. */
export function selectChatIds(filter: ChatFilter): Statement {
  const { where, params } = conditions(filter);
  return { sql: `SELECT chat_id FROM chats WHERE ${where}`, params };
}

export function selectChat(chatId: string): Statement {
  return { sql: `SELECT ${COLUMNS} FROM chats WHERE chat_id = ?1`, params: [chatId] };
}

/** What there is to filter by, each value once. */
export const SELECT_FACETS = `
  SELECT DISTINCT 'folder' AS facet, folder AS value FROM chats WHERE folder IS NOT NULL AND ${ASKED}
  UNION SELECT DISTINCT 'model', model FROM chats WHERE model IS NOT NULL AND ${ASKED}
  UNION SELECT DISTINCT 'agent', agent FROM chats WHERE agent IS NOT NULL AND ${ASKED}
  UNION SELECT DISTINCT 'tag', tag.value FROM chats, json_each(chats.tags) AS tag WHERE tags <> '[]' AND ${ASKED}
  ORDER BY 1, 2`;

function conditions({ isTrash, chatId, folder, model, agent, tag, since, until, hasEdits }: ChatFilter): { readonly where: string; readonly params: readonly SqlValue[] } {
  const parts = [ASKED, isTrash === true ? "deleted_at IS NOT NULL" : "deleted_at IS NULL"];
  const params: SqlValue[] = [];
  const add = (sql: (param: string) => string, value: SqlValue | undefined): void => {
    if (value !== undefined) parts.push(sql(`?${params.push(value)}`));
  };
  add((param) => `chat_id = ${param}`, chatId);
  add((param) => `folder = ${param}`, folder);
  add((param) => `model = ${param}`, model);
  add((param) => `agent = ${param}`, agent);
  add((param) => `EXISTS (SELECT 1 FROM json_each(chats.tags) WHERE value = ${param})`, tag);
  add((param) => `updated_at >= ${param}`, since);
  add((param) => `updated_at < ${param}`, until);
  if (hasEdits === true) parts.push("has_edits = 1");
  return { where: parts.join(" AND "), params };
}

export function toChat(row: Row): StoredChat {
  const text = (name: string): { readonly [field: string]: string } | undefined => (row[name] === null ? undefined : { [name]: String(row[name]) });
  return {
    chatId: String(row["chat_id"]), title: String(row["title"]), updatedAt: Number(row["updated_at"]), turnCount: Number(row["turn_count"]),
    isPinned: row["is_pinned"] === 1, tags: tagsOf(String(row["tags"])), hasEdits: row["has_edits"] === 1,
    ...text("folder"), ...text("model"), ...text("agent"),
    ...(row["deleted_at"] === null ? {} : { deletedAt: Number(row["deleted_at"]) }),
  };
}

export function toFacets(rows: readonly Row[]): ChatFacets {
  const of = (facet: string): readonly string[] => rows.filter((row) => row["facet"] === facet).map((row) => String(row["value"]));
  return { folders: of("folder"), models: of("model"), agents: of("agent"), tags: of("tag") };
}

/** Written by `project` as a list of texts. */
function tagsOf(json: string): readonly string[] {
  const tags: unknown = JSON.parse(json);
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === "string") : [];
}
