import { ASK_BUG } from "./answers";
import { isRecord } from "./parseRequest";
import { BUG, bugIn } from "./sample";
import type { ToolAnswer, Turn } from "./turn";
import type { OfferedTool, Step } from "./wire";

/** The tool that the script knows how to use. */
export const READ_TOOL = "read";

/** Names that a tool may give to the field for the path of a file. */
const PATH_FIELDS = ["path", "file_path", "filePath"];

/** Asks for the file that the question names, or else for the one that was sent along, or else for the cart. */
export function readCall(tool: OfferedTool, turn: Turn): Extract<Step, { type: "toolUse" }> {
  return { type: "toolUse", name: tool.name, input: { [pathField(tool)]: pathToRead(turn) } };
}

/** The path that a question about reading means. */
export function pathToRead(turn: Turn): string {
  return /[\w./-]+\.(ts|js|py|md|json|csv)\b/.exec(turn.question)?.[0] ?? turn.attachments[0]?.path ?? BUG.path;
}

/** Tells what a tool's answer holds. All of it is found in the answer itself. */
export function afterRead(answer: ToolAnswer): string {
  const path = readPath(answer.input);
  if (answer.isError) {
    return `Reading \`${path}\` did not work. The tool said:\n\n${quote(answer.text)}`;
  }
  const lines = answer.text.replace(/\n$/, "").split("\n");
  const names = namesIn(answer.text);
  const list = names.length === 0 ? "" : ` In it I find:\n\n${names.map((name) => `- \`${name}\``).join("\n")}`;
  const index = lines.findIndex((line) => line.includes(BUG.code));
  const bug =
    bugIn(answer.text) === "there"
      ? `\n\nLook twice at line ${index + 1}: \`${BUG.code}\`${ASK_BUG}`
      : "";
  return `I have read \`${path}\`: ${lines.length} ${lines.length === 1 ? "line" : "lines"}.${list}${bug}`;
}

function pathField(tool: OfferedTool): string {
  const properties = tool.inputSchema["properties"];
  const known = isRecord(properties) ? Object.keys(properties) : [];
  return PATH_FIELDS.find((field) => known.includes(field)) ?? known[0] ?? "path";
}

function readPath(input: unknown): string {
  const values = isRecord(input) ? Object.values(input) : [];
  return values.find((value) => typeof value === "string") ?? "the file";
}

/** Exported names of TypeScript and JavaScript, functions of Python, headings of Markdown. */
function namesIn(text: string): readonly string[] {
  const patterns = [
    /\bexport (?:default )?(?:async )?(?:function|const|interface|type|class) (\w+)/g,
    /\bdef (\w+)\(/g,
    /^(?:\s*\d+\W\s*)?#{1,6} +(.+)$/gm,
  ];
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] ?? ""));
}

function quote(text: string): string {
  return text
    .split("\n")
    .slice(0, 5)
    .map((line) => `> ${line}`)
    .join("\n");
}
