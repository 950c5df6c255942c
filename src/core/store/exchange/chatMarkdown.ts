import { assertNever } from "../../base/errors";
import { t } from "../../base/l10n";
import type { BlobRef } from "../../protocol/blocks";
import type { Block, ChatState, Turn } from "../../protocol/chatState";

/** The text of a payload that is kept apart; undefined when it is missing or damaged. */
export type WholeOf = (blob: BlobRef) => Promise<string | undefined>;

/**
 * A chat to be read, a turn at a time: all of them in the order of their asking, under headings, code and tools' words in fences that
 * nothing in them can end. Rejects as `wholeOf` does.
 */
export async function* renderChatMarkdown(chat: ChatState, wholeOf: WholeOf): AsyncGenerator<string> {
  yield `# ${oneLine(chat.title === "" ? t("Untitled chat") : chat.title)}\n`;
  for (const turn of chat.turns) {
    const blocks: Block[] = [];
    for (const block of turn.blocks) blocks.push(await whole(block, wholeOf));
    yield renderTurn({ ...turn, blocks }).filter((part) => part !== "").map((part) => `\n${part}\n`).join("");
  }
}

/** The block with what is kept apart in its place again; an excerpt stays where there is no more. */
async function whole(item: Block, wholeOf: WholeOf): Promise<Block> {
  const { block } = item;
  if (block.kind === "attachment" && block.blob !== undefined) return { ...item, text: (await wholeOf(block.blob)) ?? `[${t("This file is missing or damaged in Cairn's storage.")}]` };
  if (block.kind !== "tool") return item;
  const input = block.inputBlob === undefined ? undefined : await wholeOf(block.inputBlob);
  const output = block.outputBlob === undefined ? undefined : await wholeOf(block.outputBlob);
  return { ...item, block: input === undefined ? block : { ...block, input: JSON.parse(input) as unknown }, text: output ?? item.text };
}

/** A name for the chat's file, without its ending: letters and digits of the title, and enough of the id that no two are alike. */
export function fileNameOf(chat: Pick<ChatState, "chatId" | "title">): string {
  const words = chat.title.normalize("NFC").replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "");
  // Some file systems take names of 255 bytes; a letter has up to four.
  return `${[...words].slice(0, 48).join("") || "chat"}-${chat.chatId.slice(-8)}`;
}

function renderTurn(turn: Turn): readonly string[] {
  const question = turn.blocks.filter((block) => block.role === "user");
  const answer = turn.blocks.filter((block) => block.role === "assistant");
  const isRetry = turn.retryOf !== undefined && question.length === 0;
  return [
    `## ${isRetry ? t("You asked again") : turn.editOf === undefined ? t("You") : t("You asked in other words")}`,
    ...question.map(renderBlock),
    `## ${t("Claude")} (${oneLine(turn.model)})`,
    ...answer.map(renderBlock),
    renderEnd(turn),
  ];
}

function renderEnd({ status, failure }: Turn): string {
  switch (status) {
    case "done":
      return "";
    case "running":
      return `*${t("This answer was not over when it was exported.")}*`;
    case "cancelled":
      return `*${t("Stopped")}*`;
    case "interrupted":
      return `*${t("Interrupted")}*`;
    case "failed":
      return `*${t("The answer failed.")}${failure === undefined ? "" : ` ${oneLine(failure.message)}`}*`;
    default:
      return assertNever(status, "status");
  }
}

function renderBlock({ role, block, text }: Block): string {
  switch (block.kind) {
    case "text":
      return text.trim();
    case "thinking":
      return text.trim() === "" ? "" : quoted(`**${t("Thinking")}**\n\n${text.trim()}`);
    case "redactedThinking":
      return "";
    case "attachment": {
      const lines = block.lines === undefined ? "" : `:${block.lines.startLine}-${block.lines.endLine}`;
      return `**${t("Attached")}:** ${inlineCode(`${block.path}${lines}`)}${text === "" ? "" : `\n\n${fenced(text, block.language)}`}`;
    }
    case "blob":
      return `**${t("Attached")}:** ${inlineCode(block.name ?? block.mediaType)} (${t("{0} bytes", block.sizeBytes)})`;
    case "tool": {
      const said = text === "" ? "" : `\n\n${t("Output")}:\n\n${fenced(text, "")}`;
      return `**${t("Tool")}:** ${inlineCode(block.tool)}${block.status === undefined || block.status === "ok" ? "" : ` (${block.status})`}\n\n${fenced(JSON.stringify(block.input, null, 2), "json")}${said}`;
    }
    case "notice":
      return quoted(text);
    case "other":
      return quoted(t("Something of a kind that this Cairn does not know ({0}).", oneLine(block.name)) + (role === "user" || text === "" ? "" : `\n\n${text}`));
    default:
      return assertNever(block, "block");
  }
}

/** Fenced with more backticks than stand in a row inside. */
function fenced(text: string, language: string): string {
  const fence = "`".repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${/^[\w+#.-]*$/.test(language) ? language : ""}\n${text}${text.endsWith("\n") ? "" : "\n"}${fence}`;
}

function inlineCode(text: string): string {
  const fence = "`".repeat(longestRun(text) + 1);
  const space = text.startsWith("`") || text.endsWith("`") ? " " : "";
  return `${fence}${space}${oneLine(text)}${space}${fence}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}

function quoted(text: string): string {
  return text.split("\n").map((line) => (line === "" ? ">" : `> ${line}`)).join("\n");
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
