import type { BlobRef, BlockKind, Role } from "../../protocol/blocks";
import type { SessionEvent } from "../../protocol/events";
import type { SearchKind } from "./port";

/** A text of a chat that can be found, and where in its journal file it stands, bytes. */
export interface ChatDocument {
  readonly kind: SearchKind;
  readonly turnId?: string;
  readonly blockId?: string;
  readonly at: number;
  readonly text: string;
  /** From here `length` bytes of whole lines tell the document again, others between them. */
  readonly start: number;
  readonly length: number;
}

interface OpenBlock {
  readonly turnId: string;
  readonly kind: SearchKind | undefined;
  readonly at: number;
  readonly start: number;
  /** Of the line that began it. */
  readonly firstEnd: number;
  readonly texts: string[];
  length: number;
}

export interface DocumentReader {
  /** Takes the events of one file in order, with the begin and end of each line; gives what they complete. */
  take(event: SessionEvent, start: number, end: number): readonly ChatDocument[];
  /** Begin of the oldest line that is still needed: of a block that has not ended. */
  openFrom(): number | undefined;
  /** What is there of blocks whose writer will not end them, up to the byte `end`. */
  takeOpen(end: number): readonly ChatDocument[];
}

/** What a payload kept apart says; undefined when it cannot be had. */
export type ContentOf = (blob: BlobRef) => unknown;

/**
 * The documents of one journal file. Left out are thinking, which nobody said, and the text of attached files, which would
 * answer every search for code with what the workspace holds anyway: an attachment is found by its path. Of an edit the new
 * and old text as proposed count. A block whose begin is not in the file is not taken. What is kept apart counts as if it stood in
 * the line.
 */
export function createDocumentReader(chatId: string, contentOf: ContentOf = () => undefined): DocumentReader {
  const open = new Map<string, OpenBlock>();
  const whole = (inLine: unknown, blob: BlobRef | undefined): unknown => (blob === undefined ? undefined : contentOf(blob)) ?? inLine;
  const wholeText = (inLine: string, blob: BlobRef | undefined): string => {
    const text = whole(inLine, blob);
    return typeof text === "string" ? text : inLine;
  };

  function begin(blockId: string, block: Omit<OpenBlock, "length">): void {
    if (!open.has(blockId)) open.set(blockId, { ...block, length: 0 });
  }

  function end(blockId: string, at: number): readonly ChatDocument[] {
    const block = open.get(blockId);
    open.delete(blockId);
    if (block?.kind === undefined) return [];
    const { turnId, kind, start, firstEnd, texts } = block;
    const text = texts.join("");
    if (text.trim() === "") return [];
    // Only the line that names an attachment is read again, not its whole text.
    return [{ kind, turnId, blockId, at: block.at, text, start, length: (kind === "attachment" ? firstEnd : at) - start }];
  }

  function endTurn(turnId: string, at: number): readonly ChatDocument[] {
    return [...open].filter(([, block]) => block.turnId === turnId).flatMap(([blockId]) => end(blockId, at));
  }

  return {
    take(event, start, lineEnd) {
      if (event.chatId !== chatId) return [];
      const { at } = event;
      const length = lineEnd - start;
      const document = (kind: SearchKind, blockId: string | undefined, ...texts: readonly string[]): readonly ChatDocument[] => {
        const text = texts.filter((part) => part !== "").join("\n");
        const place = { ...("turnId" in event && event.turnId !== undefined ? { turnId: event.turnId } : {}), ...(blockId === undefined ? {} : { blockId }) };
        return text.trim() === "" ? [] : [{ kind, ...place, at, text, start, length }];
      };
      switch (event.type) {
        case "chat.created":
        case "chat.renamed":
          return document("title", undefined, event.title);
        case "block.started": {
          const { turnId, blockId, block, role } = event;
          begin(blockId, { turnId, kind: kindOf(block, role), at, start, firstEnd: lineEnd, texts: block.kind === "tool" ? [block.tool, "\n", ...stringsIn(whole(block.input, block.inputBlob)), wholeText("", block.outputBlob)] : firstTexts(block) });
          return [];
        }
        case "block.part": {
          const block = open.get(event.blockId);
          if (block?.kind === undefined || block.kind === "attachment") return [];
          // The rule of `reduce`: what lies before the known end adds nothing, what begins beyond it is left out.
          if (event.offset > block.length || event.offset + event.text.length <= block.length) return [];
          block.texts.push(event.text.slice(block.length - event.offset));
          block.length = event.offset + event.text.length;
          return [];
        }
        case "block.ended":
          return end(event.blockId, lineEnd);
        case "tool.requested":
          begin(event.callId, { turnId: event.turnId, kind: "tool", at, start, firstEnd: lineEnd, texts: [event.tool, "\n", ...stringsIn(whole(event.input, event.inputBlob))] });
          return [];
        case "tool.ended":
          open.get(event.callId)?.texts.push(wholeText(event.output, event.outputBlob));
          return end(event.callId, lineEnd);
        case "turn.ended":
          return endTurn(event.turnId, lineEnd);
        case "edit.proposed":
          return document("edit", event.editId, event.path, ...stringsIn(whole(event.edit, event.editBlob)));
        case "notice":
          return document("notice", event.id, event.text);
        case "question.asked":
          return document("note", event.questionId, event.text, ...event.choices);
        case "question.answered":
          return document("note", event.questionId, wholeText(event.answer, event.answerBlob));
        case "plan.proposed":
          return document("note", event.planId, wholeText(event.text, event.textBlob));
        case "run.started":
          return document("note", event.runId, event.task);
        default:
          return [];
      }
    },

    openFrom() {
      let first: number | undefined;
      for (const { start } of open.values()) if (first === undefined || start < first) first = start;
      return first;
    },

    takeOpen: (at) => [...open.keys()].flatMap((blockId) => end(blockId, at)),
  };
}

function kindOf(block: BlockKind, role: Role): SearchKind | undefined {
  switch (block.kind) {
    case "text":
      return role;
    case "attachment":
    case "blob":
      return "attachment";
    case "tool":
      return "tool";
    case "notice":
      return "notice";
    case "thinking":
    case "redactedThinking":
    case "other":
      return undefined;
    default:
      return undefined; // a kind that this file has not been told of yet: not found is better than found wrongly
  }
}

function firstTexts(block: BlockKind): string[] {
  switch (block.kind) {
    case "attachment":
      return [block.path];
    case "blob":
      return [block.name ?? ""];
    default:
      return [];
  }
}

/** All strings in a payload, in order, each with a line feed. Its depth has a limit, since it is anyone's. */
function stringsIn(value: unknown, depth = 0): readonly string[] {
  if (typeof value === "string") return [`${value}\n`];
  if (typeof value !== "object" || value === null || depth > 16) return [];
  return Object.values(value).flatMap((item) => stringsIn(item, depth + 1));
}
