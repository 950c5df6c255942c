import { ASK_BUG, fence } from "./answers";
import { BUG, SAMPLE_FILES, bugIn, isSampleText, type Part, type SampleFile } from "./sample";
import type { Attachment } from "./turn";

/** Explains a file or a selection of the sample that was sent along; says so when it is none of the sample's. */
export function explainAttachment({ path, lines, code }: Attachment): string {
  const normal = `/${path.replaceAll("\\", "/")}`;
  const file = SAMPLE_FILES.find((known) => normal.endsWith(`/${known.path}`));
  const parts = file?.parts.filter((part) => part.marker.test(code)) ?? [];
  const isChanged = file && (parts.length < file.parts.length || !isSampleText(code));
  if (!file || (!lines && isChanged)) {
    return `I can't explain \`${path}\`: I only have answers about the sample workspace as it came.`;
  }
  const warning = bugIn(code) === "there" ? `\n\nOne line is not what it seems:\n\n${fence("ts", BUG.code)}${ASK_BUG}` : "";
  if (!lines) return explainFile(file) + warning;
  return parts.length === 0
    ? `Nothing was written about just those lines. In the sample, \`${file.path}\` holds ${file.holds}.`
    : `Lines ${lines[0]} to ${lines[1]} of \`${file.path}\`:\n\n${partList(parts)}${warning}`;
}

/** Explains a file or a part of the sample that the question names; undefined when it names none. */
export function explainNamed(question: string): string | undefined {
  const words = new Set(question.toLowerCase().match(/\w+(\.\w+)*/g));
  const isNamed = (name: string): boolean => words.has(name.toLowerCase());
  const file = SAMPLE_FILES.find((known) => isNamed(known.path.slice(known.path.lastIndexOf("/") + 1)));
  if (file) return explainFile(file);
  for (const { path, parts } of SAMPLE_FILES) {
    const part = parts.find(({ name }) => name !== "main" && isNamed(name));
    if (part) return `In \`${path}\`, \`${part.name}\` ${part.does}.${part.name === "offerDiscount" ? ASK_BUG : ""}`;
  }
  return undefined;
}

/** What a sample file holds, and its parts. */
export function explainFile({ path, holds, parts }: SampleFile): string {
  return `## ${path}\n\nThis file holds ${holds}.\n\n${partList(parts)}`.trimEnd();
}

function partList(parts: readonly Part[]): string {
  return parts.map((part) => `- \`${part.name}\` ${part.does}.`).join("\n");
}
