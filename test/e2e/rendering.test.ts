import assert from "node:assert/strict";
import { answer, hold } from "../support/scriptedServer";
import { eventually } from "./support/panel";
import { useStage } from "./support/stage";
import { chooseTheme, THEMES } from "./support/themes";

/** Code with every kind of colour there is but those of a diff. */
const CODE = `@sealed
export class Cart<T extends Item> {
\treadonly #prices = [3.9, 0x1f]; // in francs & "centimes"
\tisFree = /<b>(\\d+)<\\/b>/u.test(\`total: \${this.sum({ exact: true })} </script>\`);

  /** Adds up.
   *  @param options how */
  sum(options: { exact: boolean } = { exact: null as never }): number {
    return Math.max(...this.#prices) * (options.exact ? 1 : -1);
  }
}`;
const DIFF = "@@ -1,2 +1,2 @@\n-const old = 1;\n+const now = 2;\n same";
const ANSWER = `The class, then what changed:\n\n\`\`\`ts src/cart.ts\n${CODE}\n\`\`\`\n\n\`\`\`diff\n${DIFF}\n\`\`\`\n\n\`\`\`klingon\nif (Qapla') return 1;\n\`\`\`\n\nThat is all.`;

describe("rendering", function () {
  const problems: string[] = [];
  const { server, workbench, panel, usePanel } = useStage({
    prepare: () =>
      void workbench.page.on("console", (message) => {
        if (/Content.Security.Policy|Refused to/i.test(message.text()) && /cairn|webview\.(js|css)/i.test(message.text() + message.location().url)) problems.push(message.text());
      }),
  });

  it("shows a model's HTML as text: no element, no script, no image, no request comes of it", async () => {
    const evil = 'Look: <img src=x onerror="window.pwned=1"> <script>window.pwned=2</script> ![pic](https://evil.example/x.png) [js](javascript:alert(1)) <a href="https://evil.example" onclick="window.pwned=3">link</a>';
    const external: string[] = [];
    workbench.page.on("request", (request) => {
      if (request.url().includes("evil.example")) external.push(request.url());
    });
    server.enqueue(answer(evil));
    await panel.ask("Be evil");
    await panel.conversation.getByText("onerror=").waitFor();
    await panel.send.waitFor();
    assert.equal(await panel.conversation.locator("img, script, iframe, [onclick], [onerror]").count(), 0);
    assert.equal(await panel.conversation.locator('a[href^="javascript"]').count(), 0);
    assert.equal(await panel.frame.evaluate(() => (window as unknown as { pwned?: number }).pwned), undefined);
    assert.deepEqual(external, []);
  });

  it("repaints only the open block while it streams, at most once a frame", async () => {
    const gate = hold();
    const end = hold();
    server.enqueue(answer("A first answer that is complete, with `code` and a list:\n\n- one\n- two\n"));
    await panel.ask("First");
    await panel.conversation.getByText("two").waitFor();
    await panel.send.waitFor();
    server.enqueue(answer("# Heading\n\nStart. "), gate, answer(Array.from({ length: 200 }, (_, index) => `word${index} `).join(""), { chunk: 8, delayMs: 2 }), end);
    await panel.ask("Second");
    await panel.conversation.getByText("Start.").waitFor();
    await panel.frame.evaluate(() => {
      const log = document.querySelector('[role="log"]');
      if (log === null) throw new Error("no conversation");
      const seen = { outside: [] as string[], batches: 0, startedAt: performance.now() };
      (window as unknown as { seen: typeof seen }).seen = seen;
      const last = (): Node | null | undefined => [...log.querySelectorAll("p")].at(-1);
      new MutationObserver((records) => {
        seen.batches++;
        const paragraph = last();
        for (const record of records) {
          if (paragraph !== undefined && paragraph !== null && (paragraph === record.target || paragraph.contains(record.target))) continue;
          seen.outside.push(`${record.type} ${(record.target as Element).className} +${[...record.addedNodes].map((node) => node.textContent).join("|")} -${[...record.removedNodes].map((node) => node.textContent).join("|")}`.slice(0, 200));
        }
      }).observe(log, { childList: true, characterData: true, subtree: true });
    });
    gate.release();
    await panel.conversation.getByText("word199").waitFor();
    const seen = await panel.frame.evaluate(() => {
      const found = (window as unknown as { seen: { outside: string[]; batches: number; startedAt: number } }).seen;
      return { outside: found.outside, batches: found.batches, ms: performance.now() - found.startedAt };
    });
    end.release();
    await panel.send.waitFor();
    assert.deepEqual(seen.outside, [], "nothing but the open block's last paragraph changed");
    assert.ok(seen.batches <= seen.ms / 16 + 5, `${seen.batches} repaints in ${Math.round(seen.ms)} ms`);
  });

  it("colours code without a change to its text, its size or the policy", async () => {
    const gate = hold();
    const half = ANSWER.indexOf("sum(options");
    server.enqueue(answer(ANSWER.slice(0, half)), gate, answer(ANSWER.slice(half)));
    await panel.ask("Show me code");
    const block = panel.conversation.getByRole("group", { name: "Code, ts" }).locator("code");
    await block.locator(".code-keyword", { hasText: "export" }).waitFor(); // while the rest of it is still to come
    gate.release();
    await panel.send.waitFor();
    await block.locator(".code-keyword", { hasText: "return" }).waitFor();
    const diff = panel.conversation.getByRole("group", { name: "Code, diff" }).locator("code");
    await diff.locator(".code-added", { hasText: "now = 2" }).waitFor();
    assert.equal(await block.textContent(), CODE);
    assert.equal(await diff.textContent(), DIFF);
    const kinds = await panel.conversation.locator("pre span:not(.code-part)").evaluateAll((spans) => spans.map((span) => span.className.replace("code-", "")));
    assert.deepEqual([...new Set(kinds)].sort(), ["added", "comment", "function", "keyword", "literal", "meta", "name", "number", "removed", "string", "type"]);
    assert.equal(await panel.conversation.getByRole("group", { name: "Code, klingon" }).locator("span").count(), 0);
    const grown = await block.evaluate((code) => {
      const plain = code.cloneNode() as HTMLElement;
      plain.textContent = code.textContent;
      const coloured = code.getBoundingClientRect();
      code.replaceWith(plain);
      const { width, height } = plain.getBoundingClientRect();
      plain.replaceWith(code);
      return Math.max(Math.abs(coloured.width - width), Math.abs(coloured.height - height));
    });
    assert.ok(grown < 0.5, `the colours take ${grown} pixels`); // positions are rounded to 1/64 of a pixel at each change of colour
    assert.deepEqual(problems, []);
  });

  it("copies coloured code as it is, by the button and by hand", async () => {
    const code = panel.conversation.locator(".code").filter({ has: panel.frame.getByRole("group", { name: "Code, ts" }) });
    await code.hover();
    await code.getByRole("button", { name: "Copy", exact: true }).click();
    const clipboard = (): Promise<string> => workbench.page.evaluate(() => navigator.clipboard.readText());
    await eventually(async () => (await clipboard()) === CODE, "the code in the clipboard");
    const byHand = await code.locator("code").evaluate((element) => {
      getSelection()?.selectAllChildren(element);
      const text = getSelection()?.toString();
      getSelection()?.removeAllRanges();
      return text;
    });
    assert.equal(byHand, CODE);
  });

  for (const theme of THEMES) {
    it(`keeps coloured code readable in ${theme}`, async () => {
      usePanel(await chooseTheme(workbench, theme));
      await panel.conversation.locator(".code-added").first().waitFor();
      const spans = await panel.conversation.locator(".code pre span:not(.code-part)").evaluateAll(contrasts);
      await workbench.screenshot(`code-${theme}`);
      assert.ok(spans.length > 20, `${spans.length} coloured pieces`);
      assert.deepEqual(spans.filter(({ ratio }) => !(ratio >= 4.5)), []);
    });
  }

  it("keeps to the page's content security policy", async () => {
    assert.deepEqual(problems, []);
    const policy = await panel.frame.evaluate(() => document.querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute("content") ?? "");
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval|img-src/);
  });

  it("follows the answer unless the reader has scrolled up, and offers the way back", async () => {
    const gate = hold();
    server.enqueue(answer(Array.from({ length: 80 }, (_, index) => `Line ${index}\n\n`).join("")), gate, answer("The very end."));
    await panel.ask("A long one");
    await panel.conversation.getByText("Line 79").waitFor();
    const distance = () => panel.conversation.evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight);
    await eventually(async () => (await distance()) < 4, "the end in view");
    await panel.conversation.hover();
    await workbench.page.mouse.wheel(0, -600);
    await eventually(async () => (await distance()) > 300, "scrolled up");
    const before = await panel.conversation.evaluate((log) => log.scrollTop);
    gate.release();
    await panel.conversation.getByText("The very end.").waitFor({ state: "attached" });
    assert.equal(await panel.conversation.evaluate((log) => log.scrollTop), before, "the reader's place is kept");
    await panel.frame.getByRole("button", { name: "Jump to latest" }).click();
    await eventually(async () => (await distance()) < 4, "the end in view again");
  });
});

/** The contrast of each element's text with the code's ground, as WCAG 2.2 reckons it. Runs in the page. */
function contrasts(spans: readonly Element[]): { readonly name: string; readonly ratio: number }[] {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  if (canvas === null) throw new Error("no canvas");
  const luminance = (colour: string): number => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0, alpha = 0] = canvas.getImageData(0, 0, 1, 1).data;
    if (alpha !== 255) throw new Error(`${colour} is not opaque`);
    const [r = 0, g = 0, b = 0] = [red, green, blue].map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  return spans.map((span) => {
    const pre = span.closest("pre");
    if (pre === null) throw new Error("not in a code block");
    const [light = 0, dark = 0] = [luminance(getComputedStyle(span).color), luminance(getComputedStyle(pre).backgroundColor)].sort((left, right) => right - left);
    return { name: span.className, ratio: (light + 0.05) / (dark + 0.05) };
  });
}
