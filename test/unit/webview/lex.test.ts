import assert from "node:assert/strict";
import { Lexer } from "marked";
import { lex, type Lexed } from "../../../src/webview/markdown/lex";
import { seededRandom } from "./random";

const PIECES = [
  "A paragraph with *emphasis*, `code` and **strong** words", "line two of it", "# Heading", "Setext", "===", "---", "***", "***bold***",
  "- item", "  - nested item", "  continued", "* other bullet", "1. one", "2. two", "1", "2", "- [ ] open task", "- [x] done", "> quote", "> - list in quote", ">",
  "```ts", "const x = 1;", "```", "~~~", "~~~~", "    indented", "| a | b |", "|---|:-:|", "| 1 | 2 |", "[ref]: https://example.com", "[ref]: <https://other.example> 'title'",
  "[late]: /path", '"a title"', "'a title'", "(a title)", '"open title', "see [ref] and [late] and [ref][late]", "[open label", "label]: /x", "> [quoted]: /q", "[quoted]", "  [in list]: /l",
  "<div>", "</div>", "<!-- comment", "-->", "<script>", "</script>", "<br>", "![image](a.png)", "https://example.com/x", "a  ", "\\", "&amp;", "text\ttab", "\t", " ", "   three",
];

function randomMarkdown(random: () => number): string {
  let text = "";
  const count = 3 + Math.floor(random() * 24);
  for (let index = 0; index < count; index++) {
    text += PIECES[Math.floor(random() * PIECES.length)] ?? "";
    const end = random();
    text += end < 0.4 ? "\n" : end < 0.85 ? "\n\n" : end < 0.9 ? "\n\n\n" : end < 0.94 ? "\r\n" : end < 0.97 ? "\n \n" : " ";
  }
  return text;
}

function lexInPieces(text: string, random: () => number, longest: number): Lexed[] {
  const steps: Lexed[] = [];
  for (let end = 0; end < text.length; ) {
    end = Math.min(text.length, end + 1 + Math.floor(random() * longest));
    steps.push(lex(text.slice(0, end), steps.at(-1)));
  }
  return steps;
}

/** As marked alone lexes it. Its own preprocessing makes \n of a \r that the next piece may turn into \r\n. */
function whole(text: string): unknown {
  return JSON.parse(JSON.stringify(new Lexer({ gfm: true }).lex(text)));
}

describe("lex", () => {
  const seed = Number(process.env["CAIRN_SEED"] ?? 20260301);

  it(`gives at every random cut what lexing the whole gives (seed ${seed})`, () => {
    const random = seededRandom(seed);
    for (let round = 0; round < Number(process.env["CAIRN_ROUNDS"] ?? 60); round++) {
      const text = randomMarkdown(random);
      for (const step of lexInPieces(text, random, round % 3 === 0 ? 3 : 40)) {
        assert.deepEqual(JSON.parse(JSON.stringify(step.tokens)), whole(step.source), `seed ${seed}, round ${round}, text ${JSON.stringify(step.source)}`);
      }
    }
  });

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
