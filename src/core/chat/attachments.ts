import { defined } from "../base/records";
import type { EditorSnapshot } from "../ports";
import type { BlockKind } from "../protocol/blocks";

/** The most of one file that goes with a question, UTF-16 units (about 50,000 tokens). */
export const MAX_ATTACHMENT_LENGTH = 200_000;

export interface Attachment {
  readonly block: Extract<BlockKind, { readonly kind: "attachment" }>;
  readonly text: string;
}

/** What of an editor's text is sent: all of it up to the limit, and how long it was where it was cut. */
export function attach(snapshot: EditorSnapshot): Attachment {
  const { path, language, lines, text } = snapshot;
  const isCut = text.length > MAX_ATTACHMENT_LENGTH;
  const block = defined({ kind: "attachment" as const, path, language, lines, cutFrom: isCut ? text.length : undefined });
  return { block, text: isCut ? text.slice(0, lastWholeCharacter(text, MAX_ATTACHMENT_LENGTH)) : text };
}

/** An attachment as the model reads it. */
export function renderAttachment({ block, text }: Attachment): string {
  const lines = block.lines === undefined ? "" : ` lines="${block.lines.startLine}-${block.lines.endLine}"`;
  const note = block.cutFrom === undefined ? "" : `\n[Only the first ${text.length} of ${block.cutFrom} characters are shown.]`;
  return `<attachment path="${escapeAttribute(block.path)}"${lines} language="${escapeAttribute(block.language)}">\n${text}${note}\n</attachment>`;
}

const SECRET_NAMES = [/^\.env(\..*)?$/, /\.(pem|key|p12|pfx|keystore)$/, /^id_(rsa|dsa|ecdsa|ed25519)/, /^\.(npmrc|netrc|pypirc|git-credentials)$/, /^credentials(\..*)?$/];
const SECRET_FOLDERS = new Set([".ssh", ".aws", ".gnupg"]);

/** Whether a file is of the kind that holds secrets, and so is never attached by itself. Paths use `/`. */
export function isSecretPath(path: string): boolean {
  const parts = path.toLowerCase().split("/");
  const name = parts.at(-1) ?? "";
  return SECRET_NAMES.some((pattern) => pattern.test(name)) || parts.slice(0, -1).some((part) => SECRET_FOLDERS.has(part));
}

/** Cuts text into pieces of at most `maxLength` UTF-16 units, never inside a character. */
export function* pieces(text: string, maxLength: number): Generator<{ readonly offset: number; readonly text: string }> {
  for (let offset = 0; offset < text.length; ) {
    const end = lastWholeCharacter(text, offset + maxLength);
    yield { offset, text: text.slice(offset, end) };
    offset = end;
  }
}

/** The end itself, or one less where that would go through a character. */
export function lastWholeCharacter(text: string, end: number): number {
  if (end >= text.length) return text.length;
  const code = text.charCodeAt(end - 1);
  return code >= 0xd800 && code < 0xdc00 ? end - 1 : end;
}

function escapeAttribute(value: string): string {
  return value.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");
}
