import assert from "node:assert/strict";
import { answer, hold, startScriptedServer, type ScriptedServer } from "../support/scriptedServer";
import { eventually, openPanel, setKey, type Panel } from "./support/panel";
import { openWorkbench, type Workbench } from "./support/workbench";

describe("rendering", function () {
  let server: ScriptedServer;
  let workbench: Workbench;
  let panel: Panel;
  const problems: string[] = [];

  before(async function () {
    this.timeout(90_000);
    server = await startScriptedServer();
    workbench = await openWorkbench({ settings: { "cairn.baseUrl": server.baseUrl } });
    workbench.page.on("console", (message) => {
      if (/Content.Security.Policy|Refused to/i.test(message.text()) && /cairn|webview\.(js|css)/i.test(message.text() + message.location().url)) problems.push(message.text());
    });
    panel = await openPanel(workbench);
    await setKey(workbench, "sk-test-good");
  });

  after(async () => {
    await workbench.close();
    await server.close();
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
