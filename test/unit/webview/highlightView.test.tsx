import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { render } from "preact";
import { tokenise } from "../../../src/webview/highlight/highlighter";
import { grammarOf } from "../../../src/webview/highlight/grammars";
import { advance, fit, NO_PIECES } from "../../../src/webview/highlight/pieces";
import { ColouredCode } from "../../../src/webview/ui/ColouredCode";
import { createTinyRoot, takeChanges } from "./tinyDom";

const read = (text: string) => tokenise(text, grammarOf("ts") ?? assert.fail());

describe("coloured code", () => {
  it("is the code, to the character, however far its colours have come", () => {
    const root = createTinyRoot();
    const whole = readFileSync("src/core/base/records.ts", "utf8");
    let pieces = NO_PIECES;
    for (let length = 0; length < whole.length; length += 37) {
      const code = whole.slice(0, length);
      pieces = fit(pieces, code);
      if (length % 3 === 0) pieces = advance(pieces, code, read);
      render(<ColouredCode code={code} pieces={pieces} />, root);
      assert.equal(root.textContent, code);
    }
    assert.ok(root.all("span").length > 20);
    render(null, root);
  });

  it("shows markup in code as text", () => {
    const root = createTinyRoot();
    const code = 'const a = "<img src=x onerror=alert(1)>"; // </span><script>\n';
    render(<ColouredCode code={code} pieces={advance(NO_PIECES, code, read)} />, root);
    assert.equal(root.textContent, code);
    assert.deepEqual(root.all("img").length + root.all("script").length, 0);
    render(null, root);
  });

  it("touches nothing of the lines that are settled while the code grows", () => {
    const root = createTinyRoot();
    let code = "let a = 1;\nlet b = 2;\n";
    let pieces = advance(NO_PIECES, code, read);
    render(<ColouredCode code={code} pieces={pieces} />, root);
    const [settled] = root.all("span");
    takeChanges();
    for (const more of ["const c", " = `x", "y`;\n", "// end\n"]) {
      code += more;
      pieces = advance(pieces, code, read);
      render(<ColouredCode code={code} pieces={pieces} />, root);
      assert.equal(root.textContent, code);
      assert.deepEqual(takeChanges().filter((node) => settled === undefined || settled.contains(node)), []);
    }
    assert.equal(root.all("span")[0], settled);
    render(null, root);
  });
});
