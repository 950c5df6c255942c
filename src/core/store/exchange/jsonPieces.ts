/** Where in a JSON text something stands: names in objects, indexes in lists. */
export type JsonPath = readonly (string | number)[];

/** A container is told by its begin and its end where it is gone into, everything else as its text. */
export type JsonPiece =
  | { readonly type: "open"; readonly path: JsonPath; readonly isList: boolean }
  | { readonly type: "close"; readonly path: JsonPath }
  | { readonly type: "value"; readonly path: JsonPath; readonly text: string };

/** The text is no JSON. The message is half a sentence. */
export class JsonDamage extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "JsonDamage";
  }
}

export interface JsonPiecesOptions {
  /** Whether a container at this place is given in pieces; the root is a place too, `[]`. */
  readonly isGoneInto: (path: JsonPath) => boolean;
  /** The longest text of one value, UTF-16 units. */
  readonly maxLength: number;
}

type Expected = "value" | "valueOrEnd" | "name" | "nameOrEnd" | "colon" | "commaOrEnd" | "nothing";

interface Container {
  readonly isList: boolean;
  readonly path: JsonPath;
  count: number;
}

const [QUOTE, BACKSLASH, COMMA, COLON, BRACE, BRACE_END, BRACKET, BRACKET_END] = [0x22, 0x5c, 0x2c, 0x3a, 0x7b, 0x7d, 0x5b, 0x5d];

/**
 * Reads a JSON text of any length piece by piece, so that it is never in memory as a whole. The texts of values are not looked
 * into: whoever parses them finds what is wrong there. Throws `JsonDamage`.
 */
export async function* readJsonPieces(chunks: AsyncIterable<string>, { isGoneInto, maxLength }: JsonPiecesOptions): AsyncGenerator<JsonPiece> {
  const containers: Container[] = [];
  let expected: Expected = "value";
  let name = "";
  /** The value or name whose text is being gathered, and what of it came with earlier chunks. */
  let taking: "name" | "string" | "container" | "literal" | undefined;
  let taken = "";
  let depth = 0;
  let isInString = false;
  let isEscaped = false;
  /** Where in the present chunk the text that is being gathered begins. */
  let start = 0;

  const placeOf = (): JsonPath => {
    const container = containers.at(-1);
    return container === undefined ? [] : [...container.path, container.isList ? container.count : name];
  };
  const afterValue = (): Expected => {
    const container = containers.at(-1);
    if (container !== undefined) container.count++;
    return container === undefined ? "nothing" : "commaOrEnd";
  };

  for await (const chunk of chunks) {
    start = 0;
    for (let index = 0; index < chunk.length; index++) {
      const code = chunk.charCodeAt(index);
      if (taking !== undefined) {
        const isOver = taking === "literal" ? isBreak(code) : endsAt(code);
        if (!isOver) continue;
        const text = taken + chunk.slice(start, taking === "literal" ? index : index + 1);
        const wasName = taking === "name";
        const wasLiteral = taking === "literal";
        taking = undefined;
        taken = "";
        if (wasName) {
          name = parseName(text);
          expected = "colon";
        } else {
          yield { type: "value", path: placeOf(), text };
          expected = afterValue();
        }
        if (!wasLiteral) continue; // a literal's end is told by what comes after it, which is looked at now
      }
      if (isSpace(code)) continue;
      const container = containers.at(-1);
      if ((code === BRACE_END || code === BRACKET_END) && container !== undefined && container.isList === (code === BRACKET_END) && mayEnd(expected)) {
        containers.pop();
        yield { type: "close", path: container.path };
        expected = afterValue();
      } else if (expected === "commaOrEnd" && code === COMMA) {
        expected = container?.isList === true ? "value" : "name";
      } else if (expected === "colon" && code === COLON) {
        expected = "value";
      } else if ((expected === "name" || expected === "nameOrEnd") && code === QUOTE) {
        begin("name", index);
      } else if (expected === "value" || expected === "valueOrEnd") {
        const place = placeOf();
        if ((code === BRACE || code === BRACKET) && isGoneInto(place)) {
          const isList = code === BRACKET;
          containers.push({ isList, path: place, count: 0 });
          expected = isList ? "valueOrEnd" : "nameOrEnd";
          yield { type: "open", path: place, isList };
        } else if (code === QUOTE) begin("string", index);
        else if (code === BRACE || code === BRACKET) begin("container", index);
        else if (isBreak(code)) throw new JsonDamage("a value is missing");
        else begin("literal", index);
      } else throw new JsonDamage("something stands where it must not");
    }
    if (taking !== undefined) taken += chunk.slice(start);
    if (taken.length > maxLength) throw new JsonDamage("one value in it is too long");
  }
  if (taking === "literal" && containers.length === 0) {
    yield { type: "value", path: [], text: taken };
    return;
  }
  if (expected !== "nothing" || taking !== undefined) throw new JsonDamage("it ends in the middle");

  function begin(what: NonNullable<typeof taking>, index: number): void {
    taking = what;
    start = index;
    depth = what === "container" ? 1 : 0;
    isInString = what === "name" || what === "string";
    isEscaped = false;
  }

  /** Whether the string or container that is being gathered ends with this character. */
  function endsAt(code: number): boolean {
    if (isInString) {
      if (isEscaped) isEscaped = false;
      else if (code === BACKSLASH) isEscaped = true;
      else if (code === QUOTE) isInString = false;
      return !isInString && depth === 0;
    }
    if (code === QUOTE) isInString = true;
    else if (code === BRACE || code === BRACKET) depth++;
    else if (code === BRACE_END || code === BRACKET_END) depth--;
    return depth === 0;
  }
}

function mayEnd(expected: Expected): boolean {
  return expected === "valueOrEnd" || expected === "nameOrEnd" || expected === "commaOrEnd";
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

/** What cannot be inside a number, `true`, `false` or `null`. */
function isBreak(code: number): boolean {
  return isSpace(code) || code === COMMA || code === COLON || code === BRACE_END || code === BRACKET_END;
}

function parseName(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch (cause) {
    throw new JsonDamage("a name in it is no JSON", { cause });
  }
}
