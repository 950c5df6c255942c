import { isRecord, textOf } from "./parseRequest";
import type { ContentBlock, MessagesRequest } from "./wire";

/** A file or a selection that was sent along with a question. */
export interface Attachment {
  readonly path: string;
  /** First and last line of a selection, 1-based; undefined for a whole file. */
  readonly lines: readonly [number, number] | undefined;
  readonly code: string;
}

/** What a tool gave back, and what it had been asked. */
export interface ToolAnswer {
  readonly input: unknown;
  readonly text: string;
  readonly isError: boolean;
}

/** The part of a request that a scripted answer depends on. */
export interface Turn {
  /** The person's words: the last message's text without its attachments. */
  readonly question: string;
  readonly attachments: readonly Attachment[];
  readonly toolAnswer: ToolAnswer | undefined;
  /** Whether nothing has been answered in this conversation yet. */
  readonly isFirst: boolean;
}

/** Reads the last user message of a conversation. */
export function readTurn(request: MessagesRequest): Turn {
  const blocks = request.messages.findLast((message) => message.role === "user")?.content ?? [];
  const attachments = blocks.flatMap((block) => attachmentOf(block) ?? []);
  const words = blocks.filter((block) => block.type === "text" && attachmentOf(block) === undefined);
  return {
    question: textOf(words),
    attachments,
    toolAnswer: toolAnswerOf(request, blocks),
    isFirst: !request.messages.some((message) => message.role === "assistant"),
  };
}

function attachmentOf(block: ContentBlock): Attachment | undefined {
  const found = /^<attachment ([^>]*)>\n([\s\S]*?)\n?<\/attachment>\s*$/.exec(textOf([block]));
  if (!found) return undefined;
  const [, attributes = "", code = ""] = found;
  const path = /\bpath="([^"]*)"/.exec(attributes)?.[1] ?? "";
  const lines = /\blines="(\d+)-(\d+)"/.exec(attributes);
  return { path, lines: lines ? [Number(lines[1]), Number(lines[2])] : undefined, code };
}

function toolAnswerOf(request: MessagesRequest, blocks: readonly ContentBlock[]): ToolAnswer | undefined {
  const result = blocks.findLast((block) => block.type === "tool_result");
  if (!result) return undefined;
  const call = request.messages
    .flatMap((message) => message.content)
    .find((block) => block.type === "tool_use" && block["id"] === result["tool_use_id"]);
  const content = result["content"];
  const parts = Array.isArray(content) ? content.filter(isRecord) : [];
  const texts = parts.flatMap((part) => (typeof part["text"] === "string" ? [part["text"]] : []));
  return {
    input: call?.["input"],
    text: typeof content === "string" ? content : texts.join("\n"),
    isError: result["is_error"] === true,
  };
}
