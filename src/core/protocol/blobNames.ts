import type { BlobRef } from "./blocks";
import type { SessionEvent } from "./events";

const SHA256 = /^[0-9a-f]{64}$/;
/** Most lines by far, which name nothing: not worth a look. */
const NAMELESS: ReadonlySet<unknown> = new Set(["block.part", "block.delta", "usage", "turn.started", "turn.ended"]);

/** Whether this can be a blob's name: a SHA-256 in hex, in small letters. */
export function isBlobName(name: string): boolean {
  return SHA256.test(name);
}

/**
 * All that may be a blob's name in an event, each as often as it stands there: whatever a field `sha256` holds, however deep, in
 * fields too that this build does not know. What is named here is kept; a tool's input may hold a hash that is no blob's.
 */
export function blobsNamed(event: object): readonly string[] {
  if ("type" in event && NAMELESS.has(event.type)) return [];
  const names: string[] = [];
  const left: object[] = [event];
  for (let at = left.pop(); at !== undefined; at = left.pop()) {
    for (const [field, value] of Object.entries(at) as readonly (readonly [string, unknown])[]) {
      if (typeof value === "object" && value !== null) left.push(value);
      else if (field === "sha256" && typeof value === "string" && SHA256.test(value)) names.push(value);
    }
  }
  return names;
}

/** A blob that an event needs, and what of it a person knows: a file's path, a tool's name. */
export interface NeededBlob {
  readonly blob: BlobRef;
  readonly what: string;
}

/** The blobs without which an event does not say all. */
export function blobsNeeded(event: SessionEvent): readonly NeededBlob[] {
  const of = (what: string, ...blobs: readonly (BlobRef | undefined)[]): readonly NeededBlob[] => blobs.flatMap((blob) => (blob === undefined ? [] : [{ blob, what }]));
  switch (event.type) {
    case "block.started": {
      const { block } = event;
      if (block.kind === "attachment") return of(block.path, block.blob);
      if (block.kind === "tool") return of(block.tool, block.inputBlob, block.outputBlob);
      return block.kind === "blob" ? of(block.name ?? block.mediaType, block) : [];
    }
    case "tool.requested":
      return of(event.tool, event.inputBlob);
    case "tool.ended":
      return of(event.callId, event.outputBlob);
    case "question.answered":
      return of(event.type, event.answerBlob);
    case "plan.proposed":
      return of(event.type, event.textBlob);
    case "edit.proposed":
      return of(event.path, event.editBlob);
    case "edit.applied":
      return of(event.path, event.inverseBlob);
    default:
      return [];
  }
}
