import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { grammarOf, tokenise } from "../../../src/webview/highlight/highlighter";
import { KINDS, type Tokenised } from "../../../src/webview/highlight/token";
import { seeded, type Random } from "../../support/random";

const LANGUAGES = "typescript tsx javascript jsx json jsonc python py java c cpp c++ csharp c# go rust ruby php swift kotlin html xml css scss less sql bash sh shell console powershell yaml toml ini markdown diff dockerfile makefile graphql lua".split(" ");

/** What a grammar may trip over: opened and never closed, closed and never opened, empty, far from ASCII. */
const SCRAPS = ["\n", "\n\n", " ", "\t", "\r", "\0", "'", '"', "`", "${", "}", "{", "(", ")", "[", "]", "<", ">", "</", "/>", "<!--", "-->", "<script>", "</script>", "<style>", "<?php", "?>", "/*", "*/", "//", "#", "#!", "--", "@", "\\", "'''", '"""', "<<EOF\n", "EOF\n", "```", "$(", "=>", "::", ";", "&amp;", "é", "漢字", "😀", "\ud800", "\u2028", "1e3", "0x", "let", "class", "def", "function", "end", "return", "if", "key:", "= ", "- ", "+a", "-b", "@@ -1 +1 @@\n", "SELECT", "r#\"", "%w[", "/re/g", "/(a+)+$/"];

/** The highlighter takes each of these for \n where a grammar's rule ends at a line's end; that code must stay plain. */
const RARE_LINE_END = /[\r\u2028\u2029]/;

function soup(random: Random): string {
  return Array.from({ length: random.integer(0, 120) }, () => random.pick(SCRAPS)).join("");
}

function kindsIn(code: string, language: string): readonly (readonly [string, string])[] {
  const tokens = tokenise(code, grammarOf(language) ?? assert.fail(language))?.tokens ?? assert.fail("no tokens");
  return tokens.flatMap(({ text, kind }) => (kind === undefined ? [] : [[text.trim(), kind] as const]));
}

describe("highlighter", function () {
  this.timeout(20_000);

  it("gives back every character it was given, whatever the code", seeded((random) => {
    for (const language of LANGUAGES) {
      const grammar = grammarOf(language);
      assert.ok(grammar !== undefined, language);
      for (let round = 0; round < 8; round++) {
        const code = soup(random);
        const result: Tokenised | undefined = tokenise(code, grammar);
        if (result === undefined && RARE_LINE_END.test(code)) continue;
        assert.equal(result?.tokens.map(({ text }) => text).join(""), code, language);
        assert.ok(result.tokens.every(({ text }) => text !== ""));
      }
    }
  }));

  it("refuses what the grammar would change", () => {
    assert.equal(tokenise("a {\n[//\u2028\n}", "css"), undefined);
  });

  it("gives back every character of real files", () => {
    const files = globSync("{src/webview/**/*.ts,scripts/*.mjs,media/panel/*.css,docs/*.md,package.json,test/fixtures/**/*.{py,ts,md}}");
    assert.ok(files.length > 50);
    for (const file of files) {
      const code = readFileSync(file, "utf8");
      const grammar = grammarOf(file.split(".").at(-1) ?? "") ?? assert.fail(file);
      assert.equal(tokenise(code, grammar)?.tokens.map(({ text }) => text).join(""), code, file);
    }
  });

  it("knows languages by the names that fences use, and nothing else", () => {
    assert.deepEqual(["ts", "TSX", "c++", "C#", "html", "yml", "toml", "ts:src/cart.ts", "js{1,3}", "scss"].map(grammarOf), ["typescript", "typescript", "cpp", "csharp", "xml", "yaml", "ini", "typescript", "javascript", "css"]);
    assert.deepEqual(["", "klingon", "constructor", "__proto__", "{.py}"].map(grammarOf), [undefined, undefined, undefined, undefined, undefined]);
  });

  it("tells the kinds of code apart", () => {
    assert.deepEqual(kindsIn('@d class A extends B { n = 1; s = go(`x ${"y"}`); } // end', "ts"), [["@d", "meta"], ["class", "keyword"], ["A", "type"], ["extends", "keyword"], ["B", "type"], ["1", "number"], ["go", "function"], ["`x", "string"], ['"y"', "string"], ["`", "string"], ["// end", "comment"]]);
    assert.deepEqual(kindsIn("def f(a=None):\n    return 'x'", "python"), [["def", "keyword"], ["f", "function"], ["None", "literal"], ["return", "keyword"], ["'x'", "string"]]);
    assert.deepEqual(kindsIn("-a\n+b\n c", "diff"), [["-a", "removed"], ["+b", "added"]]);
    assert.deepEqual(kindsIn('<a href="x">t</a>', "html"), [["a", "keyword"], ["href", "name"], ['"x"', "string"], ["a", "keyword"]]);
  });

  it("reads scripts and styles within a page", () => {
    const kinds = kindsIn("<style>.a { color: red }</style><script>let a = 1;</script>", "html");
    for (const found of [[".a", "type"], ["color", "name"], ["let", "keyword"], ["1", "number"]]) assert.deepEqual(kinds.find(([text]) => text === found[0]), found);
  });

  it("says whether something is open at the end", () => {
    const isSettled = (code: string, language: string): boolean | undefined => tokenise(code, grammarOf(language) ?? "")?.isSettled;
    assert.deepEqual(["let a;\n", "/* a\n", "let a = `b\n", "f({\n"].map((code) => isSettled(code, "ts")), [true, false, false, true]);
    assert.deepEqual(["<p>\n", "<script>\n", "<!-- \n"].map((code) => isSettled(code, "html")), [true, false, false]);
  });

  it("has a rule for every kind, and no colour but the theme's", () => {
    const css = readFileSync("media/panel/highlight.css", "utf8");
    assert.deepEqual(KINDS.filter((kind) => !new RegExp(`^\\.code-${kind}\\b`, "m").test(css)), []);
    assert.doesNotMatch(css, /#[0-9a-f]{3,8}\b|\b(rgb|hsl|lab|lch|oklch)a?\(/i);
    assert.doesNotMatch(css, /font|weight|style:|size|letter|padding|margin/, "colours alone: nothing may move");
  });
});
