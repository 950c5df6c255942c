import assert from "node:assert/strict";
import { Lexer } from "marked";
import { lex, type Lexed } from "../../../src/webview/markdown/lex";
import { seeded, type Random } from "../../support/random";

const PIECES = [
  "A paragraph with *emphasis*, `code` and **strong** words", "line two of it", "# Heading", "Setext", "===", "---", "***", "***bold***",
  "- item", "  - nested item", "  continued", "* other bullet", "1. one", "2. two", "1", "2", "- [ ] open task", "- [x] done", "> quote", "> - list in quote", ">",
  "```ts", "const x = 1;", "```", "~~~", "~~~~", "    indented", "| a | b |", "|---|:-:|", "| 1 | 2 |", "[ref]: https://example.com", "[ref]: <https://other.example> 'title'",
  "[late]: /path", '"a title"', "'a title'", "(a title)", '"open title', "see [ref] and [late] and [ref][late]", "[open label", "label]: /x", "> [quoted]: /q", "[quoted]", "  [in list]: /l",
  "<div>", "</div>", "<!-- comment", "-->", "<script>", "</script>", "<br>", "![image](a.png)", "https://example.com/x", "a  ", "\\", "&amp;", "text\ttab", "\t", " ", "   three",
];

const ENDS = ["\n", "\n", "\n", "\n\n", "\n\n", "\n\n", "\n\n", "\n\n\n", "\r\n", "\n \n", " "];

function randomMarkdown(random: Random): string {
  return Array.from({ length: random.integer(3, 26) }, () => random.pick(PIECES) + random.pick(ENDS)).join("");
}

/** The text cut anywhere, each step lexed on from the one before. */
function lexInPieces(text: string, random: Random): Lexed[] {
  const longest = random.pick([2, 10, 60]);
  const steps: Lexed[] = [];
  for (let end = 0; end < text.length; ) {
    end = Math.min(text.length, end + random.integer(1, longest));
    steps.push(lex(text.slice(0, end), steps.at(-1)));
  }
  return steps;
}

/** As marked alone lexes it. */
function whole(text: string): unknown {
  return JSON.parse(JSON.stringify(new Lexer({ gfm: true }).lex(text)));
}

/** Few for every run; CAIRN_ROUNDS asks for more. */
const ROUNDS = Number(process.env["CAIRN_ROUNDS"] ?? 40);

describe("lex", () => {
  it(
    "gives at every random cut what lexing the whole gives",
    seeded((random) => {
      for (let round = 0; round < ROUNDS; round++) {
        for (const step of lexInPieces(randomMarkdown(random), random)) {
          assert.deepEqual(JSON.parse(JSON.stringify(step.tokens)), whole(step.source), `for ${JSON.stringify(step.source)}`);
        }
      }
    }),
  );

  it("keeps the identity of every token but the last while an answer grows", () => {
    const text = "# Title\n\nFirst paragraph.\n\n- one\n- two\n\nSecond paragraph.\n\n```ts\nconst a = 1;\nconst b = 2;\n```\n\nThe end.";
    let changes = 0;
    let previous: Lexed | undefined;
    for (let end = 1; end <= text.length; end++) {
      const next = lex(text.slice(0, end), previous);
      const before = previous?.tokens ?? [];
      const changed = before.filter((token, index) => next.tokens[index] !== token).length;
      assert.ok(changed <= 1, `${changed} tokens changed at ${end}`);
      changes += changed;
      previous = next;
    }
    assert.ok(changes > 0);
    assert.deepEqual(previous?.tokens.map((token) => token.type), ["heading", "space", "paragraph", "space", "list", "space", "paragraph", "space", "code", "space", "paragraph"]);
  });

  it("reads everything again when a link definition arrives", () => {
    const before = lex("See [the docs].\n\nMore text.\n\nLast");
    const after = lex("See [the docs].\n\nMore text.\n\nLast\n\n[the docs]: https://example.com\n", before);
    assert.notEqual(after.tokens[0], before.tokens[0]);
    assert.deepEqual(JSON.parse(JSON.stringify(after.tokens)), whole(after.source));
  });

  it("starts over when the text is another one", () => {
    assert.deepEqual(lex("b\n\nc", lex("a\n\nb")).tokens.map((token) => token.raw), ["b", "\n\n", "c"]);
  });

  it("settles finished blocks, so that a long answer costs no more than its end", () => {
    const lexed = lex(`${"A paragraph.\n\n".repeat(500)}The end`);
    assert.equal(lexed.settled.count, 1000);
    assert.equal(lexed.source.length - lexed.settled.length, "The end".length);
  });
});
