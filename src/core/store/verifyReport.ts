import { grouped, t } from "../base/l10n";
import type { BlobFile } from "./blobFiles";
import type { StorageFile } from "./storageSizes";
import type { BadLine, Difference, Verification } from "./verify";
import type { LostBlob } from "./verifyBlobs";

/** The rows of a list that are written out; of the others only their number. */
const MAX_ROWS = 500;

/** Whether there is anything that a person might do something about. */
export function hasProblems({ badLines, differences, indexProblem, blobs }: Verification): boolean {
  return badLines.length > 0 || differences.length > 0 || indexProblem !== undefined || blobs.lost.length > 0;
}

/** Whether the index is otherwise than the journals have it. */
export function needsRebuild({ differences, indexProblem }: Verification): boolean {
  return differences.length > 0 || indexProblem !== undefined;
}

/** The lines that are to be put aside: those of a newer build are no damage, and one that is not whole may be about to become so. */
export function linesToKeep({ badLines }: Verification): readonly BadLine[] {
  return badLines.filter(({ kind }) => kind === "damaged" || kind === "foreign");
}

/** What came of putting lines aside. */
export function describeCopied(count: number): string {
  if (count === 0) return t("They lie in the folder “quarantine” of the storage already.");
  return count === 1 ? t("1 line was copied to the folder “quarantine” of the storage; the journals are as they were.") : t("{0} lines were copied to the folder “quarantine” of the storage; the journals are as they were.", grouped(count));
}

/** What was found, in one sentence. */
export function summarize(found: Verification): string {
  if (!hasProblems(found)) return t("All {0} lines of {1} journals are whole, and the index says what they say.", grouped(found.lineCount), grouped(found.fileCount));
  const index = found.indexProblem === undefined && found.differences.length === 0 ? t("The index says what the journals say.") : t("The index differs from the journals; it can be rebuilt.");
  const lines = found.badLines.length === 0 ? t("All lines are whole.") : found.badLines.length === 1 ? t("One line cannot be read.") : t("{0} lines cannot be read.", grouped(found.badLines.length));
  const { lost } = found.blobs;
  const files = lost.length === 0 ? "" : lost.length === 1 ? ` ${t("One attached file is missing or damaged.")}` : ` ${t("{0} attached files are missing or damaged.", grouped(lost.length))}`;
  return `${lines} ${index}${files}`;
}

/** The whole report as Markdown: where each line that cannot be read lies, and what the index has otherwise. */
export function renderVerification(root: string, found: Verification, strangers: readonly StorageFile[]): string {
  const parts = [
    `# ${t("Storage check")}`,
    summarize(found),
    [
      `- ${t("Folder: {0}", code(root))}`,
      `- ${t("Journals: {0} files, {1} lines, {2} bytes", grouped(found.fileCount), grouped(found.lineCount), grouped(found.sizeBytes))}`,
      `- ${t("Attached files: {0}, {1} bytes", grouped(found.blobs.fileCount), grouped(found.blobs.sizeBytes))}`,
      `- ${t("Chats: {0}", grouped(found.chatCount))}`,
    ].join("\n"),
    ...section(t("Lines that cannot be read"), t("What stands before and after them in their files is read all the same. They stay where they are."), found.badLines, [t("Journal"), t("Bytes"), t("What is wrong")], (line) => [code(`${line.stream}/${line.writer}.jsonl`), `${line.startOffset}–${line.endOffset}`, describeLine(line)]),
    ...(found.indexProblem === undefined ? [] : [`## ${t("The index is damaged")}`, found.indexProblem]),
    ...section(t("Where the index differs from the journals"), t("The index is made from the journals, so they are right. “Rebuild Index” makes it anew."), found.differences, [t("Table"), t("Chat or journal"), t("Columns")], ({ table, chat, columns }: Difference) => [code(table), code(chat), columns.map(code).join(", ")]),
    ...section(t("Attached files that are missing or damaged"), t("The chats open without them. A question that needs one can be answered once it is attached again as it was."), found.blobs.lost, [t("What"), t("File"), t("Chats"), t("What is wrong")], ({ what, sha256, chats, kind }: LostBlob) => [code(what), code(`blobs/${sha256}`), chats.map(code).join(", "), kind === "missing" ? t("missing") : t("damaged")]),
    ...section(t("Attached files that no chat needs"), t("They are removed by themselves, an hour after they were last used or later."), found.blobs.unneeded, [t("File"), t("Bytes")], ({ name, sizeBytes }: BlobFile) => [code(`blobs/${name}`), grouped(sizeBytes)]),
    ...section(t("Files that are not Cairn's"), t("They are left alone."), strangers, [t("File"), t("Bytes")], (file) => [code(file.path), grouped(file.sizeBytes)]),
  ];
  return `${parts.join("\n\n")}\n`;
}

function describeLine({ kind, message }: BadLine): string {
  const what = { damaged: t("damaged"), torn: t("not whole"), foreign: t("foreign"), newer: t("newer") }[kind];
  return `${what}: ${cell(message)}`;
}

function section<T>(title: string, about: string, items: readonly T[], head: readonly string[], row: (item: T) => readonly string[]): readonly string[] {
  if (items.length === 0) return [];
  const rows = items.slice(0, MAX_ROWS).map((item) => `| ${row(item).join(" | ")} |`);
  const table = [`| ${head.join(" | ")} |`, `| ${head.map(() => "---").join(" | ")} |`, ...rows].join("\n");
  const rest = items.length <= MAX_ROWS ? [] : [t("… and {0} more", grouped(items.length - MAX_ROWS))];
  return [`## ${title} (${grouped(items.length)})`, about, table, ...rest];
}

/** Names come from files and rows that may hold anything. */
function code(text: string): string {
  return text === "" ? "" : `\`${cell(text).replace(/`/g, "'")}\``;
}

function cell(text: string): string {
  return text.replace(/\s+/g, " ").replace(/\|/g, "\\|").slice(0, 400);
}
