import assert from "node:assert/strict";
import { EXCERPT_LENGTH, matchText } from "../../../../src/core/store/search/match";
import { parseQuery } from "../../../../src/core/store/search/query";
import { seeded } from "../../../support/random";

/** Words as `term` or `term*`, phrases in quotes. */
function described(text: string): readonly string[] {
  const { words, phrases } = parseQuery(text);
  return [...words.map(({ term, isPrefix }) => `${term}${isPrefix ? "*" : ""}`), ...phrases.map(({ folded, hasBounds, isOpen }) => `"${folded}"${hasBounds ? "" : " anywhere"}${isOpen ? " open" : ""}`)];
}

describe("parseQuery", () => {
  const examples: Readonly<Record<string, readonly string[]>> = {
    "": [],
    "  .  ": [],
    "Read File": ["read", "file*"],
    "the fi": ["the", "fi"],
    "readFil": ["readfil*"],
    "src/core/po": ["src", "core", "po"],
    "call()": ["call"],
    '"read file"': ["read", "file", '"read file"'],
    '"Read  fi': ["read", "fi", '"read fi" open'],
    '"one" two': ["one", "two*"],
    検索機能: ["検索", "索機", "機能", '"検索機能" anywhere open'],
    能: ["能*"],
  };
  for (const [text, parts] of Object.entries(examples)) it(`reads ${JSON.stringify(text)}`, () => assert.deepEqual(described(text), parts));

  it("takes so many words and no more", () => assert.equal(parseQuery(Array.from({ length: 100 }, (_, index) => `w${index}`).join(" ")).words.length, 16));
});

describe("matchText", () => {
  const match = (text: string, query: string): string | undefined => {
    const excerpt = matchText(text, parseQuery(query));
    if (excerpt === undefined) return undefined;
    let shown = excerpt.text;
    for (const [start, end] of [...excerpt.marks].reverse()) shown = `${shown.slice(0, start)}[${shown.slice(start, end)}]${shown.slice(end)}`;
    return shown;
  };

  it("marks whole words, beginnings and parts of names", () => {
    assert.equal(match("We call readFileSync here, then read.", "call file"), "We [call] read[File]Sync here, then read.");
    assert.equal(match("Größe der ÉTÉ", "grosse"), undefined);
    assert.equal(match("Größe der ÉTÉ", "größe ete"), "[Größe] der [ÉTÉ]");
  });

  it("asks for every word", () => assert.equal(match("one two", "one three"), undefined));

  it("asks for quoted words side by side, and where words begin and end", () => {
    assert.equal(match("a read\n  file b, file read", '"read file"'), "a [read file] b, [file] [read]");
    assert.equal(match("read a file", '"read file"'), undefined);
    assert.equal(match("thread file", '"read file"'), undefined);
    assert.equal(match("read files, file read", '"read file"'), undefined);
    assert.equal(match("foo(bar, baz) bar", '"bar, baz"'), "foo([bar, baz]) [bar]");
  });

  it("finds in scripts without spaces what stands together", () => {
    assert.equal(match("全文検索機能を追加", "検索機能"), "全文[検索機能]を追加");
    assert.equal(match("検索と索機と機能", "検索機能"), undefined);
    assert.equal(match("機能を能", "能"), "機[能]を[能]");
  });

  it("shows the place where most of the words stand, in about two lines", () => {
    const text = `alpha ${"filler ".repeat(100)}alpha beta ${"more ".repeat(100)}`;
    const excerpt = matchText(text, parseQuery("alpha beta"));
    assert.ok(excerpt !== undefined && excerpt.text.length <= EXCERPT_LENGTH + 2 && excerpt.text.startsWith("…") && excerpt.text.endsWith("…"));
    assert.deepEqual(excerpt.marks.map(([start, end]) => excerpt.text.slice(start, end)), ["alpha", "beta"]);
  });

  it("gives marks that are in order, apart and within the text, whatever the text is", seeded((random) => {
    const pieces = ["alpha", "beta", "  ", "\n", "索引", "😀", "É", "_", ".", "alphaBeta", "\ud800", "long ".repeat(60)];
    for (let round = 0; round < 60; round++) {
      const text = Array.from({ length: random.integer(1, 30) }, () => random.pick(pieces)).join(random.pick(["", " "]));
      const excerpt = matchText(text, parseQuery(random.pick(["alpha", "bet", "alpha beta", "索引", '"beta alpha', "é"])));
      if (excerpt === undefined) continue;
      let before = 0;
      assert.ok(excerpt.marks.length > 0);
      for (const [start, end] of excerpt.marks) {
        assert.ok(start >= before && end > start && end <= excerpt.text.length, JSON.stringify({ text, excerpt }));
        before = end;
      }
    }
  }));
});
