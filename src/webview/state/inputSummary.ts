const MAX_LENGTH = 200;
/** The parts of an input that say best what a call is about, the first that is there. */
const TELLING = ["command", "path", "pattern", "query", "url", "task", "text"];

/** A tool's input in one line. Of an unknown shape it is the first text in it. */
export function inputSummary(input: unknown): string {
  if (typeof input === "string") return oneLine(input);
  const fields = new Map(Object.entries(Object(input) as object));
  const texts = [...TELLING.map((name) => fields.get(name)), ...fields.values()].filter((value) => typeof value === "string");
  return oneLine(texts[0] ?? "");
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= MAX_LENGTH ? line : `${line.slice(0, MAX_LENGTH - 1)}…`;
}
