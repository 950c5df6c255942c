import type { LineRange } from "../../core/protocol/blocks";

/** The last part of a path, of either kind of slash. */
export function fileName(path: string): string {
  return path.split(/[/\\]/).findLast((part) => part !== "") ?? path;
}

/** Lines as people write them behind a file's name: `:3` or `:3–9`; nothing for a whole file. */
export function lineSuffix(lines: LineRange | undefined): string {
  if (lines === undefined) return "";
  return lines.startLine === lines.endLine ? `:${lines.startLine}` : `:${lines.startLine}–${lines.endLine}`;
}
