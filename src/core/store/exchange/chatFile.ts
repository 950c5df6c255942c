import { check, id, nat, obj, str } from "../../base/check";
import { assertNever } from "../../base/errors";
import { t } from "../../base/l10n";
import { isDurable, readEvent, type SessionEvent } from "../../protocol/events";
import { MAX_LINE_BYTES } from "../line";
import { JsonDamage, readJsonPieces, type JsonPath } from "./jsonPieces";

/** What the field `format` of an exported file says. */
export const CHAT_FORMAT = "cairn-chats";
/** The version of the file that this build writes, and the newest that it reads. */
export const CHAT_FORMAT_VERSION = 1;

/** One thing after the other in a file of chats. Chats and blobs come in the order of the file, events in that of their chat. */
export type ChatFilePiece =
  /** `value` is the event as it stands in the file, fields included that this build does not know. */
  | { readonly type: "event"; readonly value: object; readonly event: SessionEvent & { readonly chatId: string } }
  | { readonly type: "chatEnd"; readonly chatId: string; readonly eventCount: number }
  | { readonly type: "blob"; readonly sha256: string; readonly base64: string };

export type ChatFileProblem =
  | { readonly code: "foreign" }
  | { readonly code: "noText" }
  | { readonly code: "newer"; readonly version: number }
  | { readonly code: "newerEvents" }
  | { readonly code: "damaged"; readonly detail: string };

/** The file is not one that can be imported. */
export class ChatFileError extends Error {
  readonly problem: ChatFileProblem;

  constructor(problem: ChatFileProblem, options?: ErrorOptions) {
    super(describeProblem(problem), options);
    this.name = "ChatFileError";
    this.problem = problem;
  }
}

/** One sentence for the person, and what to do next. */
export function describeProblem(problem: ChatFileProblem): string {
  switch (problem.code) {
    case "foreign":
      return t("This is no file of chats: choose a JSON file that “Cairn: Export All Chats…” or “Cairn: Export Chat…” has written.");
    case "noText":
      return t("This file is damaged, or no file of chats: it is no UTF-8 text. Nothing was imported; use another copy of the file.");
    case "newer":
      return t("This file was written by a newer Cairn (its format is version {0}, this Cairn knows {1}). Update Cairn, then import it.", problem.version, CHAT_FORMAT_VERSION);
    case "newerEvents":
      return t("This file holds what only a newer Cairn understands. Update Cairn, then import it.");
    case "damaged":
      return t("This file is damaged: {0}. Nothing was imported; export the chats again, or use another copy of the file.", problem.detail);
    default:
      return assertNever(problem, "problem");
  }
}

/** The longest value of a file, UTF-16 units: a blob in base64. */
const MAX_VALUE_LENGTH = 256 * 1024 * 1024;
const SHA256 = /^[0-9a-f]{64}$/;
const encoder = new TextEncoder();
/** What a journal line has beside the event's own JSON, bytes; rounded up. */
const LINE_EXTRA_BYTES = 64;

/**
 * Reads a file of chats, checking all of it: format and version, every event, that events are of their chat. Fields that are not
 * known are passed over. Throws `ChatFileError`; what came before stands, so a whole file is read once before anything is done with it.
 */
export async function* readChatFile(chunks: AsyncIterable<string>): AsyncGenerator<ChatFilePiece> {
  const seen = { hasFormat: false };
  try {
    yield* readPieces(chunks, seen);
  } catch (error) {
    const isDamage = error instanceof JsonDamage || (error instanceof ChatFileError && error.problem.code === "damaged");
    // What has nothing to do with Cairn is not called a damaged file of chats.
    if (isDamage && !seen.hasFormat) throw new ChatFileError({ code: "foreign" }, { cause: error });
    if (error instanceof JsonDamage) throw new ChatFileError({ code: "damaged", detail: error.message }, { cause: error });
    throw error;
  }
}

async function* readPieces(chunks: AsyncIterable<string>, seen: { hasFormat: boolean }): AsyncGenerator<ChatFilePiece> {
  let hasVersion = false;
  let hasChats = false;
  /** The chat that is being read: what it calls itself, and what its events do. */
  let named: string | undefined;
  let ofEvents: string | undefined;
  let eventCount = 0;

  for await (const piece of readJsonPieces(chunks, { isGoneInto, maxLength: MAX_VALUE_LENGTH })) {
    const [first, index, field, eventIndex] = piece.path;
    const where = piece.path.join(".");
    if (piece.type === "open") {
      if (piece.path.length === 0 && piece.isList) throw new ChatFileError({ code: "foreign" });
      if ((where === "chats" && !piece.isList) || (where === "blobs" && piece.isList) || (first === "chats" && piece.path.length >= 2 && piece.isList !== (field === "events"))) throw damaged(where, t("it is of the wrong kind"));
      if (where === "chats") hasChats = true;
      if (first === "chats" && piece.path.length === 2) [named, ofEvents, eventCount] = [undefined, undefined, 0];
      continue;
    }
    if (piece.type === "close") {
      if (first !== "chats" || piece.path.length !== 2) continue;
      if (named === undefined || ofEvents === undefined) throw damaged(where, t("a chat without id or events"));
      if (named !== ofEvents) throw damaged(where, t("its events are of another chat"));
      yield { type: "chatEnd", chatId: named, eventCount };
      continue;
    }
    const value = parse(piece.text, where);
    if (piece.path.length === 0) throw new ChatFileError({ code: "foreign" });
    if (where === "format") {
      if (value !== CHAT_FORMAT) throw new ChatFileError({ code: "foreign" });
      seen.hasFormat = true;
    } else if (where === "version") {
      const version = check(nat, value);
      if (!version.ok || version.value === 0) throw damaged(where, t("it is no number"));
      if (version.value > CHAT_FORMAT_VERSION && seen.hasFormat) throw new ChatFileError({ code: "newer", version: version.value });
      hasVersion = true;
    } else if (first === "blobs" && piece.path.length === 2) {
      const base64 = check(str, value);
      if (!base64.ok || !SHA256.test(String(index))) throw damaged(where, t("it is no stored file"));
      yield { type: "blob", sha256: String(index), base64: base64.value };
    } else if (first === "chats" && field === "chatId") {
      const chatId = check(id, value);
      if (!chatId.ok) throw damaged(where, t("it is no id"));
      named = chatId.value;
    } else if (first === "chats" && field === "events" && eventIndex !== undefined) {
      const event = readChatEvent(value, piece.text, where);
      ofEvents ??= event.chatId;
      if (event.chatId !== ofEvents) throw damaged(where, t("it is of another chat"));
      eventCount++;
      yield { type: "event", value: value as object, event }; // it passed the check of an event
    } else if (first === "chats" || first === "blobs") {
      if (piece.path.length <= 2 || field === "events") throw damaged(where, t("it is of the wrong kind"));
    }
  }
  if (!seen.hasFormat) throw new ChatFileError({ code: "foreign" });
  if (!hasVersion || !hasChats) throw damaged("", t("it ends too early"));
}

function isGoneInto(path: JsonPath): boolean {
  const [first, , field] = path;
  if (path.length <= 1) return first === undefined || first === "chats" || first === "blobs";
  return first === "chats" && (path.length === 2 || (path.length === 3 && field === "events"));
}

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw damaged(where, t("it is no JSON"), { cause });
  }
}

function readChatEvent(value: unknown, text: string, where: string): SessionEvent & { readonly chatId: string } {
  const event = readEvent(value);
  if (!event.ok && event.error.code === "newer") throw new ChatFileError({ code: "newerEvents" });
  if (!event.ok) throw damaged(where, event.error.message);
  const ofChat = check(obj({ chatId: id }), event.value);
  if (!ofChat.ok || !isDurable(event.value)) throw damaged(where, t("it is no stored event of a chat"));
  // A journal would refuse it, in the middle of the import.
  if (text.length * 3 > MAX_LINE_BYTES - LINE_EXTRA_BYTES && encoder.encode(JSON.stringify(value)).byteLength > MAX_LINE_BYTES - LINE_EXTRA_BYTES) throw damaged(where, t("it is too long"));
  return event.value as SessionEvent & { readonly chatId: string }; // just checked
}

function damaged(where: string, detail: string, options?: ErrorOptions): ChatFileError {
  return new ChatFileError({ code: "damaged", detail: where === "" ? detail : `${where}: ${detail}` }, options);
}
