import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { grammarOf, tokenise } from "../../../src/webview/highlight/highlighter";
import { advance, fit, lengthOf, NO_PIECES, settledOf } from "../../../src/webview/highlight/pieces";
import type { Piece, Token, Tokenised } from "../../../src/webview/highlight/token";
import { seeded } from "../../support/random";

const read = (grammar: string) => (text: string): Tokenised | undefined => tokenise(text, grammarOf(grammar) ?? assert.fail(grammar));

function finish(pieces: readonly Piece[], code: string, reader: (text: string) => Tokenised | undefined): readonly Piece[] {
  for (let now = pieces; ; ) {
    const next = advance(now, code, reader);
    if (next === now) return now;
    assert.ok(lengthOf(next) > lengthOf(now), "every step gets on");
    now = next;
  }
}

const textOf = (pieces: readonly Piece[]): string => pieces.map(({ text }) => text).join("");

/** The kind of every character. */
function kindsOf(tokens: readonly Token[]): string {
  return tokens.map(({ text, kind }) => (kind ?? ".").slice(0, 1).repeat(text.length)).join("");
}

describe("pieces of code", function () {
  this.timeout(20_000);

  it("come to the same as the whole read at once", () => {
    for (const [file, grammar] of [["src/core/protocol/reduce.ts", "ts"], ["media/panel/code.css", "css"], ["scripts/test.mjs", "js"], ["package.json", "json"], ["test/fixtures/sample-workspace/tools/daily_sales.py", "py"]] as const) {
      const code = readFileSync(file, "utf8");
      const pieces = finish(NO_PIECES, code, read(grammar));
      assert.equal(textOf(pieces), code);
      assert.equal(kindsOf(pieces.flatMap(({ tokens }) => tokens)), kindsOf(read(grammar)(code)?.tokens ?? []), file);
    }
  });

  it("keep to the code while it grows, shrinks and changes, and end with all of it", seeded((random) => {
    const whole = readFileSync("src/core/protocol/reduce.ts", "utf8").slice(0, 2_000);
    let [code, pieces] = ["", NO_PIECES];
    while (code.length < whole.length) {
      const fate = random.next();
      if (fate < 0.1) code = code.slice(0, -random.integer(0, 40)); // what looked like code was the closing fence
      else if (fate < 0.13) code = `${code.slice(0, random.integer(0, code.length))}/* new`;
      else code = whole.slice(0, code.length + random.integer(1, 60));
      pieces = fit(pieces, code);
      assert.ok(code.startsWith(textOf(pieces)));
      for (let step = random.integer(0, 3); step > 0; step--) pieces = advance(pieces, code, read("ts"));
      assert.ok(code.startsWith(textOf(pieces)));
    }
    pieces = finish(fit(pieces, whole), whole, read("ts"));
    assert.equal(textOf(pieces), whole);
    assert.equal(kindsOf(pieces.flatMap(({ tokens }) => tokens)), kindsOf(read("ts")(whole)?.tokens ?? []));
  }));

  it("stay the same objects while the code goes on behind them", () => {
    const lines = Array.from({ length: 60 }, (_, index) => `const value${index} = "${index}";\n`).join("");
    const before = finish(NO_PIECES, `${lines}// and`, read("ts"));
    const after = finish(fit(before, `${lines}// and so on\nlet a;`), `${lines}// and so on\nlet a;`, read("ts"));
    const { count } = settledOf(before);
    assert.ok(count > 3);
    for (let index = 0; index < count; index++) assert.equal(after[index], before[index]);
  });

  it("are corrected when a long comment shows what the lines in it were", () => {
    const open = `/*\n${"let a = 1;\n".repeat(50)}`;
    const pieces = finish(NO_PIECES, open, read("ts"));
    assert.equal(kindsOf(pieces.flatMap(({ tokens }) => tokens)), "c".repeat(open.length));
    assert.equal(settledOf(pieces).length, 0);
    const closed = `${open}*/\nlet b;\n`;
    const kinds = kindsOf(finish(fit(pieces, closed), closed, read("ts")).flatMap(({ tokens }) => tokens));
    assert.match(kinds, /^c+\.kkk\.+$/);
  });

  it("read a code that streams line by line not much more than once", () => {
    const code = readFileSync("src/core/protocol/reduce.ts", "utf8");
    let [count, pieces] = [0, NO_PIECES];
    const reader = (text: string): Tokenised | undefined => {
      count += text.length;
      return read("ts")(text);
    };
    for (let length = 200; length < code.length + 200; length += 200) {
      const grown = code.slice(0, length);
      pieces = finish(fit(pieces, grown), grown, reader);
    }
    assert.equal(textOf(pieces), code);
    assert.ok(count < 3 * code.length, `${count} characters read for ${code.length}`);
  });

  it("leave plain what would cost a frame: a very long line, a very long comment, a very long code", () => {
    const line = `let a;\n${"x".repeat(5_001)}\nlet b;\n`;
    assert.equal(textOf(finish(NO_PIECES, line, read("ts"))), ""); // the first step has it in it
    const late = `${"let a;\n".repeat(400)}${"x".repeat(5_001)}\n`;
    assert.match(textOf(finish(NO_PIECES, late, read("ts"))), /^(let a;\n){100,400}$/);
    const longest = Math.max(...[`/*${"a\n".repeat(30_000)}`, "let a;\n".repeat(30_000)].map((code) => {
      let most = 0;
      const pieces = finish(NO_PIECES, code, (text) => {
        most = Math.max(most, text.length);
        return read("ts")(text);
      });
      assert.ok(lengthOf(pieces) < code.length);
      return most;
    }));
    assert.ok(longest < 22_000, `${longest} characters at once`);
  });

  it("leave plain what a grammar fails on", () => {
    assert.equal(finish(NO_PIECES, "let a;", () => undefined).length, 0);
  });
});
