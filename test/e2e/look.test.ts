import assert from "node:assert/strict";
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import { root } from "../../scripts/places.mjs";
import { answer, cut, hold, startScriptedServer, type ScriptedServer } from "../support/scriptedServer";
import { currentPanel, eventually, openPanel, setKey, type Panel } from "./support/panel";
import { openWorkbench, type Workbench } from "./support/workbench";

const THEMES = { dark: "Dark Modern", light: "Light Modern", "high-contrast": "Dark High Contrast", "high-contrast-light": "Light High Contrast" } as const;
const BODY_CLASS = { dark: "vscode-dark", light: "vscode-light", "high-contrast": "vscode-high-contrast", "high-contrast-light": "vscode-high-contrast-light" } as const;
type Theme = keyof typeof THEMES;

const ANSWER = `\`subtotal\` adds up what the packets cost **before** any offer.

1. \`flatMap\` makes one price per packet.
2. \`prices.sort()\` compares them *as text*, so \`1000\` comes before \`390\`.

\`\`\`typescript
const [cheapest = 0] = prices.sort((a, b) => a - b);
\`\`\`

| cart | free packet | should be |
| --- | --- | --- |
| 3.90, 4.20, 10.00 | 10.00 | 3.90 |

With the comparison above the cheapest packet is free again.`;

interface AxeResult {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
}

describe("the look", function () {
  let server: ScriptedServer;
  let workbench: Workbench;
  let panel: Panel;

  before(async function () {
    this.timeout(90_000);
    server = await startScriptedServer();
    workbench = await openWorkbench({ settings: { "cairn.baseUrl": server.baseUrl } });
    panel = await openPanel(workbench);
  });

  after(async () => {
    await workbench.close();
    await server.close();
  });

  async function isAccessible(what: string): Promise<void> {
    await panel.frame.evaluate(axe.source);
    const result = await panel.frame.evaluate(() => (globalThis as unknown as { axe: { run(): Promise<AxeResult> } }).axe.run());
    assert.deepEqual(result.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(" · ")}`), [], `${what}: axe finds nothing`);
  }

  /** Chooses a theme as a person does, and waits until the webview has its colours. */
  async function inTheme(theme: Theme): Promise<void> {
    await workbench.command("Preferences: Color Theme");
    const pick = workbench.page.locator(".quick-input-widget");
    await pick.getByRole("textbox").fill(THEMES[theme]);
    await pick.getByRole("option", { name: THEMES[theme] }).first().click();
    panel = await currentPanel(workbench);
    await panel.frame.locator(`body.${BODY_CLASS[theme]}`).waitFor();
  }

  /** Drags the edge of the side bar until the webview is about `width` pixels wide. */
  async function dragPanelTo(width: number): Promise<void> {
    const { mouse } = workbench.page;
    const side = await workbench.page.locator(".part.auxiliarybar").boundingBox();
    assert.ok(side);
    const sashes = await workbench.page.locator(".monaco-sash.vertical:visible").evaluateAll((found) => found.map((sash) => sash.getBoundingClientRect().x));
    const sash = sashes.sort((a, b) => Math.abs(a - side.x) - Math.abs(b - side.x))[0] ?? side.x;
    const now = await panel.frame.evaluate(() => innerWidth);
    await mouse.move(sash + 2, 400);
    await mouse.down();
    await mouse.move(sash + 2 + now - width, 400, { steps: 8 });
    await mouse.up();
    await eventually(async () => Math.abs((await panel.frame.evaluate(() => innerWidth)) - width) < 12, `a panel of ${width} pixels`);
  }

  for (const name of Object.keys(THEMES) as Theme[]) {
    it(`without a key, in ${name}`, async () => {
      await inTheme(name);
      await panel.frame.getByRole("button", { name: "Try the demo model" }).waitFor();
      await workbench.screenshot(`look-empty-${name}`);
      await isAccessible("the empty panel");
    });
  }

  it("a conversation as the README shows it", async () => {
    await inTheme("dark");
    await setKey(workbench, "sk-test-good");
    await workbench.page.keyboard.press("Control+P");
    await workbench.page.locator(".quick-input-widget input").fill("src/cart.ts");
    await workbench.page.locator(".quick-input-widget .monaco-list-row").first().waitFor();
    await workbench.page.keyboard.press("Enter");
    await panel.frame.getByRole("button", { name: /^Remove cart\.ts/ }).waitFor();
    server.enqueue(answer(ANSWER));
    await panel.ask("Why is the wrong packet free?");
    await panel.conversation.getByText("free again").waitFor();
    await panel.send.waitFor();
    await workbench.command("View: Toggle Primary Side Bar Visibility");
    await dragPanelTo(430);
    await workbench.command("Notifications: Clear All Notifications");
    await workbench.page.waitForTimeout(6_000); // the status bar's passing word about the key
    await workbench.screenshot("readme-chat");
    mkdirSync(join(root, "out", "readme"), { recursive: true });
    copyFileSync(join(root, "out", "screenshots", "readme-chat.png"), join(root, "out", "readme", "chat.png"));
  });

  for (const name of Object.keys(THEMES) as Theme[]) {
    it(`with answers: whole, broken and streaming, in ${name}`, async () => {
      await inTheme(name);
      server.enqueue(answer("Half an answer, then "), cut());
      await panel.ask("Break in the middle");
      await panel.retry.waitFor();
      await isAccessible("a broken answer");
      await workbench.screenshot(`look-broken-${name}`);
      const gate = hold();
      server.enqueue(answer(`Streaming in ${name}. ${ANSWER.slice(0, 300)}`), gate);
      await panel.retry.click();
      await panel.conversation.getByText(`Streaming in ${name}.`).waitFor(); // earlier answers hold the rest of it too
      await isAccessible("a streaming answer");
      await workbench.screenshot(`look-streaming-${name}`);
      await panel.stop.click();
      await panel.send.waitFor();
      await panel.history.click();
      await panel.frame.getByRole("list", { name: "Chats" }).getByRole("listitem").first().waitFor();
      await isAccessible("the history");
      await workbench.screenshot(`look-history-${name}`);
      await panel.frame.getByRole("button", { name: "Back to chat" }).click();
      await eventually(async () => panel.message.isVisible(), "the chat again");
    });
  }

  it("in a panel of 260 pixels nothing is cut off or scrolls sideways", async () => {
    await inTheme("dark");
    await dragPanelTo(260);
    await workbench.screenshot("look-narrow");
    const { width, overflow } = await panel.frame.evaluate(() => ({ width: innerWidth, overflow: document.documentElement.scrollWidth - innerWidth }));
    assert.ok(width <= 272, `the panel is narrow (${width})`);
    assert.ok(overflow <= 0, `it does not scroll sideways (${overflow})`);
  });
});
