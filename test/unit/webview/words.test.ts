import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { decodeEntities } from "../../../src/webview/markdown/entities";
import { plainText, shorten } from "../../../src/webview/markdown/plainText";
import { fileName, lineSuffix } from "../../../src/webview/state/fileLabel";
import { PRICES_AS_OF } from "../../../src/core/protocol/prices";
import { canContinue, turnActions } from "../../../src/webview/state/turnActions";
import { dollars, usageText } from "../../../src/webview/state/usageText";
import { clockTime } from "../../../src/webview/ui/Timestamp";
import { duration } from "../../../src/webview/ui/duration";
import { iconNames } from "../../../src/webview/ui/Icon";
import { linkTarget } from "../../../src/webview/ui/links";
import { relativeTime } from "../../../src/webview/ui/relativeTime";

describe("plainText", () => {
  it("gives the words of an answer and names what cannot be spoken", () => {
    const markdown = "# Title\n\nSome **bold** `code` and a [link](https://x.example).\n\n- one\n- two\n\n```ts\nlet a;\n```\n\n|a|\n|-|\n|1|\n\n&lt;b&gt; ends.";
    assert.equal(plainText(markdown), "Title Some bold code and a link. one two Code block. Table. <b> ends.");
  });

  it("is cut between words", () => {
    assert.equal(shorten("one two three", 13), "one two three");
    assert.equal(shorten("one two three", 12), "one two…");
    assert.equal(shorten("x".repeat(30), 10), `${"x".repeat(10)}…`);
  });
});

describe("decodeEntities", () => {
  it("resolves references and leaves the rest alone", () => {
    assert.equal(decodeEntities("&lt;a &amp; b&gt; &#65;&#x42; &mdash; &unknown; AT&T &#0; &#xD800;"), "<a & b> AB — &unknown; AT&T \ufffd \ufffd");
  });
});

describe("linkTarget", () => {
  it("lets web addresses and paths through", () => {
    for (const href of ["https://a.example/x?y#z", "http://a.example", "mailto:a@b.example", "src/main.ts", "./a b.md", "#part"]) assert.equal(linkTarget(href), href);
  });

  it("refuses what could run or hide something", () => {
    for (const href of ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", " \u0001javascript:x", "data:text/html,x", "vbscript:x", "command:workbench.x", "vscode://x", ""]) {
      assert.equal(linkTarget(href), undefined, href);
    }
  });
});

describe("turnActions", () => {
  type Code = "overloaded" | "noKey" | "keyRejected" | "tooLarge" | "contextExceeded" | "refusal" | "unknown" | "billing";
  const failed = (code: Code, status: "ready" | "noKey" | "rejected" = "ready") => turnActions({ status: "failed", failure: { code, message: "" } }, { isLast: true, status });

  it("offers Retry where asking again can help", () => {
    assert.deepEqual(failed("overloaded"), ["retry"]);
    assert.deepEqual(failed("billing"), ["retry"]);
    assert.deepEqual(failed("unknown"), ["retry", "showLog"]);
    for (const code of ["tooLarge", "refusal"] as const) assert.deepEqual(failed(code), []);
    assert.deepEqual(failed("contextExceeded"), ["continueInNew"]);
  });

  it("offers to set the key where that is missing, and Retry once it is there", () => {
    assert.deepEqual(failed("noKey", "noKey"), ["setKey"]);
    assert.deepEqual(failed("keyRejected", "rejected"), ["setKey"]);
    assert.deepEqual(failed("keyRejected", "ready"), ["retry"]);
  });

  it("offers Retry for the last turn alone, and only when it did not come to its end", () => {
    const status = "ready";
    assert.deepEqual(turnActions({ status: "interrupted" }, { isLast: true, status }), ["retry"]);
    assert.deepEqual(turnActions({ status: "interrupted" }, { isLast: false, status }), []);
    for (const end of ["running", "done", "cancelled"] as const) assert.deepEqual(turnActions({ status: end }, { isLast: true, status }), []);
  });
});

describe("canContinue", () => {
  it("is so for the last answer alone, where its length ended it", () => {
    assert.equal(canContinue({ status: "done", stopReason: "max_tokens" }, true), true);
    assert.equal(canContinue({ status: "done", stopReason: "max_tokens" }, false), false);
    assert.equal(canContinue({ status: "done", stopReason: "end_turn" }, true), false);
    assert.equal(canContinue({ status: "cancelled", stopReason: "max_tokens" }, true), false);
  });
});

describe("usageText", () => {
  const usage = { model: "claude-sonnet-5-5", inputTokens: 1204, outputTokens: 310, cacheReadTokens: 8400, cacheWrite5mTokens: 20, cacheWrite1hTokens: 5 };

  it("says tokens and cost in short and in words", () => {
    assert.deepEqual(usageText(usage, true), {
      short: ["1,204 in", "8,400 cache read", "25 cache write", "310 out", "$0.0073"],
      words: `1,204 input tokens, 8,400 tokens read from the cache, 25 tokens written to the cache, 310 output tokens, cost $0.0073 at the prices of ${PRICES_AS_OF}`,
    });
  });

  it("says of an answer that was cut off what it took at least", () => {
    const { short, words } = usageText(usage, false);
    assert.deepEqual(short.slice(-2), ["≥ 310 out", "≥ $0.0073"]);
    assert.match(words, /, at least 310 output tokens, cost at least \$0\.0073 at/);
    assert.equal(usageText({ ...usage, inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWrite5mTokens: 0, cacheWrite1hTokens: 0 }, false).short.at(-1), "≥ $0");
  });

  it("does not guess the price of a model it does not know", () => {
    const { short, words } = usageText({ ...usage, model: "claude-unheard-of" }, true);
    assert.equal(short.at(-1), "price unknown");
    assert.match(words, /the price of claude-unheard-of is unknown$/);
  });

  it("shows amounts with as many digits as they need", () => {
    assert.deepEqual([0, 0.00001, 0.0123, 0.5, 1, 12.345].map(dollars), ["$0", "<$0.0001", "$0.0123", "$0.50", "$1.00", "$12.35"]);
  });
});

describe("times", () => {
  it("says how long something took", () => {
    assert.deepEqual([0, 400, 4200, 59_600, 60_000, 79_000].map(duration), ["1 s", "1 s", "4 s", "1 min", "1 min", "1 min 19 s"]);
  });

  it("leaves out of a time what today makes clear", () => {
    const now = new Date(2026, 10, 20, 15, 0);
    const shown = [new Date(2026, 10, 20, 9, 5), new Date(2026, 10, 19, 9, 5), new Date(2025, 10, 20, 9, 5)].map((date) => clockTime(date, now).replaceAll(/\s/g, " "));
    assert.deepEqual(shown, ["9:05 AM", "Nov 19, 9:05 AM", "Nov 20, 2025, 9:05 AM"]);
  });
});

describe("labels", () => {
  it("names files and lines as people do", () => {
    assert.deepEqual(["/a/b.ts", "C:\\a\\c.ts", "d.ts", "/a/"].map(fileName), ["b.ts", "c.ts", "d.ts", "a"]);
    assert.deepEqual([undefined, { startLine: 3, endLine: 3 }, { startLine: 3, endLine: 9 }].map(lineSuffix), ["", ":3", ":3–9"]);
  });

  it("says how long ago something was", () => {
    const minute = 60_000;
    const ago = (ms: number): string => relativeTime(1e12 - ms, 1e12);
    assert.deepEqual(
      [0, 59_000, minute, 59 * minute, 60 * minute, 25 * 60 * minute, 8 * 24 * 60 * minute, 400 * 24 * 60 * minute, -minute].map(ago),
      ["just now", "just now", "1 minute ago", "59 minutes ago", "1 hour ago", "yesterday", "last week", "last year", "just now"],
    );
  });
});

describe("the style sheet", () => {
  const files = readdirSync("media/panel");
  const css = files.map((file) => readFileSync(`media/panel/${file}`, "utf8")).join("\n");

  it("imports every file of the panel, once", () => {
    const imported = [...readFileSync("media/webview.css", "utf8").matchAll(/^@import "\.\/panel\/([^"]+)";$/gm)].map((match) => match[1]);
    assert.deepEqual(imported.toSorted(), files.toSorted());
  });

  it("gives every icon its glyph of the codicon font", () => {
    const codes = new Map(readFileSync("node_modules/@vscode/codicons/dist/codicon.csv", "utf8").split("\n").map((line) => [line.split(",")[0], line.split(",").at(-1)?.trim().toLowerCase()]));
    for (const name of iconNames) {
      const content = new RegExp(`\\.icon-${name}::before \\{[^}]*content: "(?:\\\\([\\da-f]+))?"`).exec(css);
      assert.ok(content, `no rule for ${name}`);
      if (content[1] !== undefined) assert.equal(content[1], codes.get(name), name);
    }
  });

  it("takes every colour from the theme", () => {
    assert.deepEqual(css.match(/#[\da-f]{3,8}\b|\b(?:rgba?|hsla?)\(|:\s*(?:black|white|gr[ae]y|red)\b/gi), null);
  });

  it("draws the same cairn in the panel and on the view's container", () => {
    const path = /d="([^"]+)"/.exec(readFileSync("media/cairn.svg", "utf8"))?.[1];
    assert.ok(path !== undefined && readFileSync("src/webview/ui/CairnMark.tsx", "utf8").includes(`"${path}"`));
  });
});
