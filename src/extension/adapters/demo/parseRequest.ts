import { fail, ok, type Result } from "../../../core/base/result";
import {
  invalidRequest,
  type ApiFailure,
  type ContentBlock,
  type MessagesRequest,
  type ModelInfo,
  type OfferedTool,
  type RequestMessage,
} from "./wire";

/** Checks the shape of a `POST /v1/messages` body. Returns the request, or the failure to answer with. */
export function parseMessagesRequest(
  body: unknown,
  models: readonly ModelInfo[],
): Result<MessagesRequest, ApiFailure> {
  try {
    return ok(parse(body, models));
  } catch (error) {
    if (error instanceof Refused) return fail(error.failure);
    throw error;
  }
}

/** Carries a failure out of the nested checks below; never leaves this file. */
class Refused extends Error {
  readonly failure: ApiFailure;

  constructor(failure: ApiFailure) {
    super(failure.message);
    this.failure = failure;
  }
}

function parse(body: unknown, models: readonly ModelInfo[]): MessagesRequest {
  if (!isRecord(body)) refuse("The body must be a JSON object");
  const { model, max_tokens: maxTokens, stream, thinking } = body;
  if (typeof model !== "string") refuse("model: must be a string");
  if (!models.some((known) => known.id === model)) {
    throw new Refused({ status: 404, type: "not_found_error", message: `model: ${model}` });
  }
  if (typeof maxTokens !== "number") refuse("max_tokens: must be a number");
  return {
    model,
    maxTokens,
    stream: stream === true,
    system: textOf(blocksOf(body["system"] ?? [], "system")),
    messages: messagesOf(body["messages"]),
    tools: toolsOf(body["tools"] ?? []),
    thinking: isRecord(thinking) && typeof thinking["type"] === "string" ? thinking["type"] : undefined,
    body,
  };
}

function messagesOf(value: unknown): readonly RequestMessage[] {
  if (!Array.isArray(value) || value.length === 0) refuse("messages: must be a list of at least one");
  return value.map((message: unknown, index): RequestMessage => {
    const { role, content } = isRecord(message) ? message : {};
    const at = `messages.${index}`;
    if (role !== "user" && role !== "assistant" && role !== "system") refuse(`${at}.role: unknown`);
    return { role, content: blocksOf(content, `${at}.content`) };
  });
}

function blocksOf(value: unknown, at: string): readonly ContentBlock[] {
  if (typeof value === "string") return [{ type: "text", text: value }];
  if (!Array.isArray(value)) refuse(`${at}: must be a string or a list`);
  return value.map((block: unknown, index): ContentBlock => {
    if (!isRecord(block) || typeof block["type"] !== "string") refuse(`${at}.${index}: must be a block`);
    return { ...block, type: block["type"] };
  });
}

function toolsOf(value: unknown): readonly OfferedTool[] {
  if (!Array.isArray(value)) refuse("tools: must be a list");
  // Tools that the API runs itself have no schema; those and unnamed ones are of no use to a script.
  return value.filter(isRecord).map((tool) => ({
    name: String(tool["name"]),
    inputSchema: isRecord(tool["input_schema"]) ? tool["input_schema"] : {},
  }));
}

/** The text of all text blocks, joined by blank lines. */
export function textOf(blocks: readonly ContentBlock[]): string {
  return blocks.flatMap((block) => (typeof block["text"] === "string" ? [block["text"]] : [])).join("\n\n");
}

/** Whether a value is a plain JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refuse(message: string): never {
  throw new Refused(invalidRequest(message));
}
