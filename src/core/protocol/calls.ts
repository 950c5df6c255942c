import { arr, bool, id, literal, nat, nullable, num, obj, opt, str, type Check, type Infer, type InferShape } from "../base/check";
import { lineRange } from "./blocks";
import { model } from "./models";
import { chatState } from "./chatState";
import { sessionEvent } from "./events";

export interface Call<P, R> {
  readonly params: Check<P>;
  readonly result: Check<R>;
}

type Shape = Readonly<Record<string, Check<unknown>>>;

function call<const P extends Shape, const R extends Shape>(params: P, result: R): Call<InferShape<P>, InferShape<R>> {
  return { params: obj(params), result: obj(result) };
}

/** Where answers come from now. `checking` is the short time until it is known whether there is a key. */
export const connection = obj({
  status: literal("checking", "ready", "noKey", "rejected", "offline", "demo"),
  /** One sentence for the person when something is wrong. */
  detail: opt(str),
  /** A key was found in the environment and has neither been taken nor declined. */
  offersEnvironmentKey: bool,
});
export type Connection = Infer<typeof connection>;

export type ModelChoice = Infer<typeof model>;

export const chatSummary = obj({
  chatId: str, title: str, updatedAt: num, turnCount: nat, isRunning: bool,
  isPinned: bool, tags: arr(str), hasEdits: bool,
  folder: opt(str), model: opt(str), agent: opt(str),
  /** Ms since 1970: since when it is in the trash. */
  deletedAt: opt(num),
});
export type ChatSummary = Infer<typeof chatSummary>;

/** Which chats are meant: all that are not in the trash, narrowed down by what is given. `since` and `until` are ms since 1970. */
export const chatFilter = obj({ isTrash: opt(bool), chatId: opt(str), folder: opt(str), model: opt(str), agent: opt(str), tag: opt(str), since: opt(num), until: opt(num), hasEdits: opt(bool) });
export type ChatFilter = Infer<typeof chatFilter>;

/** The values that chats can be filtered by. */
export const chatFacets = obj({ folders: arr(str), models: arr(str), agents: arr(str), tags: arr(str) });
export type ChatFacets = Infer<typeof chatFacets>;

/** A place where a searched text stands: in a turn, or in the chat's title. */
export const searchHit = obj({
  chatId: str, title: str, turnId: opt(str), blockId: opt(str), at: num,
  kind: literal("title", "user", "assistant", "tool", "edit", "attachment", "notice", "note"),
  /** `marks` are begins and ends of what was found, UTF-16 offsets. */
  excerpt: obj({ text: str, marks: arr(arr(nat)) }),
});
export type SearchHit = Infer<typeof searchHit>;

/** What of the editor would go with the next question. */
export const editorContext = obj({ contextId: str, path: str, language: str, lines: opt(lineRange) });
export type EditorContext = Infer<typeof editorContext>;

/** Everything the webview may ask of the host: types and checks in one table. */
export const calls = {
  "panel.open": call({}, { connection, chatId: nullable(str), draft: str, model: str, effort: nullable(str), models: arr(model), context: nullable(editorContext), examples: arr(str), isTab: bool }),
  "panel.show": call({ chatId: nullable(id) }, {}),
  /** A draft belongs to its chat; null is the chat not begun yet. */
  "draft.save": call({ chatId: nullable(id), text: str }, {}),
  /** The chat's last turns; `isWhole` says whether there are none before them. */
  "chat.attach": call({ chatId: id }, { chat: chatState, draft: str, isWhole: bool, isElsewhere: bool, unsaved: nullable(str) }),
  /** Up to `limit` turns before one, in `chat.turns`; the rest of `chat` is that of the whole one. */
  "chat.earlier": call({ chatId: id, beforeTurnId: id, limit: nat }, { chat: chatState, isWhole: bool }),
  /** Up to `limit` chats, pinned ones first, then the newest; `hasMore` when there are others. */
  "chat.list": call({ filter: chatFilter, limit: nat }, { chats: arr(chatSummary), facets: chatFacets, hasMore: bool }),
  /** Into the trash, from where it can be restored for a time. */
  "chat.delete": call({ chatId: id }, {}),
  /** Removes a chat that is in the trash for good, or all of them, once the person has said yes to it. */
  "chat.purge": call({ chatId: opt(id) }, {}),
  "chat.pin": call({ chatId: id, isPinned: bool }, {}),
  "chat.tag": call({ chatId: id, tags: arr(str) }, {}),
  /** Words in all that was said and done; a page of hits, the newest first. `isComplete` is false while not everything has been read yet. */
  "history.search": call({ text: str, filter: chatFilter, cursor: nullable(str) }, { hits: arr(searchHit), cursor: nullable(str), count: nat, isExact: bool, isComplete: bool }),
  "chat.restore": call({ chatId: id }, {}),
  /** Tries at once to write what the disk did not take. */
  "chats.save": call({}, {}),
  /** Gets a chat that is open in another window; refused with the reason when that one is busy with it. */
  "chat.takeOver": call({ chatId: id }, {}),
  "chat.rename": call({ chatId: id, title: str }, {}),
  /** A chat of its own with the same content. */
  "chat.duplicate": call({ chatId: id }, { chatId: str }),
  /** A new chat that carries as much of the end of this one as leaves room to go on. */
  "chat.continueInNew": call({ chatId: id }, { chatId: str }),
  /** A new chat with the shown branch of this one up to a turn, that one included. */
  "chat.fork": call({ chatId: id, turnId: id }, { chatId: str }),
  /** Shows the newest branch that a turn is part of, now and when the chat is opened again. */
  "chat.showBranch": call({ chatId: id, turnId: id }, {}),
  "chat.openInTab": call({ chatId: id }, {}),
  "turn.submit": call({ chatId: nullable(id), text: str, model: str, effort: nullable(str), contextId: nullable(str) }, { chatId: str, turnId: str }),
  "turn.stop": call({ chatId: id }, {}),
  "turn.retry": call({ chatId: id, turnId: id, model: str, effort: nullable(str) }, { turnId: str }),
  /** Asks the question of a turn in other words, as another branch; `keep` are the blocks of its attachments that stay. */
  "turn.edit": call({ chatId: id, turnId: id, text: str, keep: arr(id), model: str, effort: nullable(str) }, { turnId: str }),
  "models.list": call({}, { models: arr(model), model: str, note: opt(str) }),
  /** The choice for a chat, and for the window's next new one. `chatId` null is a chat not begun yet. */
  "model.choose": call({ chatId: nullable(id), model: str, effort: nullable(str) }, {}),
  "code.insert": call({ text: str }, {}),
  "code.newFile": call({ text: str, language: str }, {}),
  "key.set": call({}, {}),
  "key.answerEnvironment": call({ use: bool }, {}),
  "demo.choose": call({ use: bool }, {}),
  "link.open": call({ href: str }, {}),
  "log.show": call({}, {}),
} as const;
export type Calls = typeof calls;
export type Method = keyof Calls;
export type Params<M extends Method> = Infer<Calls[M]["params"]>;
export type Reply<M extends Method> = Infer<Calls[M]["result"]>;

/** What the host tells the webview unasked. */
export const hostEvents = {
  "chat.events": obj({ events: arr(sessionEvent) }),
  "chats.changed": obj({}),
  /** How much of all chats has been read since their list was lost; null once it is there again. */
  "chats.reading": obj({ percent: nullable(nat) }),
  "connection.changed": obj({ connection }),
  "context.changed": obj({ context: nullable(editorContext) }),
  "panel.show": obj({ chatId: nullable(str) }),
  /** A chat has come to this window, or gone to another one. */
  "chat.owner": obj({ chatId: str, isElsewhere: bool }),
  /** Why part of a chat is not on disk; null once all of it is. */
  "chat.saving": obj({ chatId: str, unsaved: nullable(str) }),
  /** What another page of this window has in the box of a chat. */
  "draft.changed": obj({ chatId: nullable(str), text: str }),
  "panel.view": obj({ view: literal("chat", "history") }),
} as const;
export type HostEvents = { readonly [E in keyof typeof hostEvents]: Infer<(typeof hostEvents)[E]> };
export type HostEventName = keyof typeof hostEvents;
