import assert from "node:assert/strict";
import { render } from "preact";
import { Markdown } from "../../../src/webview/ui/Markdown";
import { createTinyRoot } from "./tinyDom";

/** The blocks as they stand in the page, without the parts that they stand in. */
function htmlOf(text: string): string {
  const root = createTinyRoot();
  render(<Markdown text={text} onLink={() => assert.fail("no link was followed")} />, root);
  const html = root.childNodes[0]?.childNodes.flatMap((part) => part.childNodes.map((child) => child.html)).join("") ?? "";
  render(null, root);
  return html;
}

describe("Markdown", () => {
  it("shows HTML as the text it is", () => {
    assert.equal(htmlOf("a <img src=x onerror=alert(1)> b"), "<p>a <img src=x onerror=alert(1)> b</p>");
    const root = createTinyRoot();
    render(<Markdown text={"<script>alert(1)</script>\n\n<iframe src=x></iframe>\n\ninline <b onclick=x>bold</b>"} onLink={assert.fail} />, root);
    assert.deepEqual(["script", "iframe", "b", "img"].flatMap((tag) => root.all(tag)), []);
    assert.match(root.textContent, /<script>alert\(1\)<\/script>/);
  });

  it("makes anew, while the text grows, nothing but the last part", () => {
    const root = createTinyRoot();
    const show = (count: number): void => render(<Markdown text={Array.from({ length: count }, (_, index) => `Paragraph ${index}`).join("\n\n")} onLink={assert.fail} />, root);
    show(30);
    const before = root.childNodes[0]?.childNodes ?? [];
    assert.deepEqual(before.map((part) => part.childNodes.length), [12, 12, 6]);
    const paragraphs = before.map((part) => [...part.childNodes]);
    show(38);
    const after = root.childNodes[0]?.childNodes ?? [];
    assert.deepEqual(after.map((part) => part.childNodes.length), [12, 12, 12, 2]);
    assert.ok(paragraphs.every((part, index) => part.every((child, at) => after[index]?.childNodes[at] === child)), "what was there stays as it is");
    assert.equal(root.textContent.match(/Paragraph \d+/g)?.length, 38);
    render(null, root);
  });

  it("resolves character references outside code alone", () => {
    assert.equal(htmlOf("1 &lt; 2 `a &lt; b`"), "<p>1 < 2 <code>a &lt; b</code></p>");
  });

  it("makes links of links and images, and text of what must not be followed", () => {
    assert.equal(htmlOf("[a](https://x.example 'T')"), '<p><a href="https://x.example" title="T">a</a></p>');
    assert.equal(htmlOf("![a *chart*](https://x.example/c.png)"), '<p><a href="https://x.example/c.png" title="https://x.example/c.png">a *chart*</a></p>');
    assert.equal(htmlOf("[a](javascript:alert(1))"), "<p><span>a</span></p>");
    assert.equal(htmlOf("[a](java&#115;cript:alert(1))"), "<p><span>a</span></p>");
  });

  it("numbers headings on from the panel's own, without a gap", () => {
    const levels = htmlOf("## A\n\n#### B\n\n### C\n\n# D").match(/<h\d/g);
    assert.deepEqual(levels, ["<h3", "<h4", "<h4", "<h3"]);
  });

  it("shows lists, tasks, tables and code", () => {
    assert.equal(htmlOf("3. a\n4. b"), '<ol start="3"><li><span>a</span></li><li><span>b</span></li></ol>');
    assert.match(htmlOf("- [x] done"), /<li class="task"><input type="checkbox"[^>]*aria-label="Done"[^>]*><\/input><span>done<\/span><\/li>/);
    assert.match(htmlOf("|a|b|\n|-|-:|\n|1|2|"), /<table><thead><tr><th>a<\/th><th class="align-right">b<\/th><\/tr><\/thead><tbody><tr><td>1<\/td><td class="align-right">2<\/td><\/tr><\/tbody><\/table>/);
    assert.match(htmlOf("```ts x\nlet a = 1 < 2;\n```"), /<span class="code-language">ts<\/span>.*<pre[^>]*aria-label="Code, ts"[^>]*><code>let a = 1 < 2;<\/code><\/pre>/);
    assert.match(htmlOf("```\nstill open"), /<span class="code-language">text<\/span>.*<code>still open<\/code>/);
  });
});
