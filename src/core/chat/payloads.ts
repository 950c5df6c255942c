import { grouped, t } from "../base/l10n";
import type { Blobs } from "../ports";
import type { BlobRef } from "../protocol/blocks";
import type { ChatEvent, EventBody } from "../protocol/events";
import { MAX_PIECE_LENGTH } from "./answer";
import { lastWholeCharacter } from "./attachments";

/**
 * The longest payload that stays in a journal's lines, UTF-16 units. So much goes into one line whatever it is made of, and that
 * costs less than a file and its own way to the disk; of what is longer, as a file that is attached to question after question,
 * the journal would hold many lines again and again, through which every reading of the chat goes.
 */
export const MAX_INLINE_LENGTH = MAX_PIECE_LENGTH;
/** What a line shows of a payload kept apart, UTF-16 units: more of its begin than of its end. */
const EXCERPT_LENGTH = 8_000;
const HEAD_SHARE = 3 / 4;
/** Of a text within such a payload. */
const SHORT_LENGTH = 400;
const JSON_TYPE = "application/json";

export type MovePayloads = (bodies: readonly EventBody<ChatEvent>[]) => Promise<readonly EventBody<ChatEvent>[]>;

/**
 * Moves what is too large for lines to blobs, attached files too, whose text comes in events of its own. Whoever writes an event
 * gives it whole; what is stored and shown names the blob instead.
 */
export function createMovePayloads(blobs: Pick<Blobs, "put">): MovePayloads {
  return async (bodies) => {
    const texts = largeAttachments(bodies);
    const moved: EventBody<ChatEvent>[] = [];
    for (const body of bodies) {
      const text = "blockId" in body ? texts.get(body.blockId) : undefined;
      if (text === undefined) moved.push((await movePayload(blobs, body)) as EventBody<ChatEvent>); // it is of the same type as before
      else if (body.type === "block.started" && body.block.kind === "attachment") moved.push({ ...body, block: { ...body.block, blob: await blobs.put(text) } });
      else if (body.type !== "block.part") moved.push(body);
    }
    return moved;
  };
}

/**
 * An event whose payload fits a line: what tools were asked and said, answers and plans leave an excerpt there, an edit `null`,
 * since half of one must not be taken for it.
 */
export async function movePayload(blobs: Pick<Blobs, "put">, body: EventBody): Promise<EventBody> {
  switch (body.type) {
    case "tool.requested":
      return body.inputBlob === undefined && isLarge(body.input) ? { ...body, input: shortened(body.input), inputBlob: await putJson(blobs, body.input) } : body;
    case "tool.ended":
      return body.outputBlob === undefined && isLong(body.output) ? { ...body, output: excerpt(body.output), outputBlob: await putText(blobs, body.output) } : body;
    case "question.answered":
      return body.answerBlob === undefined && isLong(body.answer) ? { ...body, answer: excerpt(body.answer), answerBlob: await putText(blobs, body.answer) } : body;
    case "plan.proposed":
      return body.textBlob === undefined && isLong(body.text) ? { ...body, text: excerpt(body.text), textBlob: await putText(blobs, body.text) } : body;
    case "edit.proposed":
      return body.editBlob === undefined && isLarge(body.edit) ? { ...body, edit: null, editBlob: await putJson(blobs, body.edit) } : body;
    case "edit.applied":
      return body.inverseBlob === undefined && isLarge(body.inverse) ? { ...body, inverse: null, inverseBlob: await putJson(blobs, body.inverse) } : body;
    case "turn.ended": // nobody needs more of it than its begin and end
      return body.failure !== undefined && isLong(body.failure.message) ? { ...body, failure: { ...body.failure, message: excerpt(body.failure.message) } } : body;
    case "block.started": {
      const { block } = body;
      if (block.kind !== "tool" || block.inputBlob !== undefined || !isLarge(block.input)) return body;
      return { ...body, block: { ...block, input: shortened(block.input), inputBlob: await putJson(blobs, block.input) } };
    }
    default:
      return body;
  }
}

/** The begin and the end of a long text, and between them how much is left out. */
export function excerpt(text: string, maxLength = EXCERPT_LENGTH): string {
  if (text.length <= maxLength) return text;
  const head = text.slice(0, lastWholeCharacter(text, Math.floor(maxLength * HEAD_SHARE)));
  const tail = text.slice(lastWholeCharacter(text, text.length - Math.floor(maxLength * (1 - HEAD_SHARE))));
  return `${head}\n[${t("… {0} characters are left out here …", grouped(text.length - head.length - tail.length))}]\n${tail}`;
}

/** The whole texts of attachments that are too long for lines, by their blocks; only of such as begin and end here. */
function largeAttachments(bodies: readonly EventBody<ChatEvent>[]): ReadonlyMap<string, string> {
  const open = new Map<string, string>();
  const large = new Map<string, string>();
  for (const body of bodies) {
    if (body.type === "block.started" && body.block.kind === "attachment" && body.block.blob === undefined) open.set(body.blockId, "");
    const text = "blockId" in body ? open.get(body.blockId) : undefined;
    if (text === undefined) continue;
    if (body.type === "block.part" && body.offset === text.length) open.set(body.blockId, text + body.text);
    // Half characters go into lines, however many: JSON can say them, UTF-8 cannot.
    else if (body.type === "block.ended" && isLong(text) && !hasHalfCharacters(text)) large.set(body.blockId, text);
  }
  return large;
}

function isLong(text: string): boolean {
  return text.length > MAX_INLINE_LENGTH;
}

function isLarge(value: unknown): boolean {
  return isLong(JSON.stringify(value) ?? "");
}

function hasHalfCharacters(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}

async function putJson(blobs: Pick<Blobs, "put">, value: unknown): Promise<BlobRef> {
  return { ...(await blobs.put(JSON.stringify(value))), mediaType: JSON_TYPE };
}

function putText(blobs: Pick<Blobs, "put">, text: string): Promise<BlobRef> {
  return hasHalfCharacters(text) ? putJson(blobs, text) : blobs.put(text);
}

/** The value with its long texts cut, so that one still sees what it is about; an excerpt of its JSON where that is not enough. */
function shortened(value: unknown): unknown {
  const json = JSON.stringify(value, (_key, item: unknown) => (typeof item === "string" ? excerpt(item, SHORT_LENGTH) : item));
  return isLong(json) ? excerpt(json) : JSON.parse(json);
}
