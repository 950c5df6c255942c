import assert from "node:assert/strict";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import { root } from "../../scripts/places.mjs";
import { answer, cut, hold } from "../support/scriptedServer";
import { eventually, openFile, setKey, statusBar } from "./support/panel";
import { useStage } from "./support/stage";
import { storeChat } from "./support/storedChat";
import { chooseTheme, THEMES, type Theme } from "./support/themes";

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
  const { server, workbench, panel, exchange, usePanel } = useStage({ key: null });

  async function isAccessible(what: string): Promise<void> {
    await panel.frame.evaluate(axe.source);
    const result = await panel.frame.evaluate(() => (globalThis as unknown as { axe: { run(): Promise<AxeResult> } }).axe.run());
    assert.deepEqual(result.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(" · ")}`), [], `${what}: axe finds nothing`);
  }

  const inTheme = async (theme: Theme): Promise<void> => usePanel(await chooseTheme(workbench, theme));

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

  for (const name of THEMES) {
    it(`without a key, in ${name}`, async () => {
      await inTheme(name);
      await panel.frame.getByRole("button", { name: "Try the demo model" }).waitFor();
      await workbench.screenshot(`look-empty-${name}`);
      await isAccessible("the empty panel");
    });
  }

  it("the walkthrough names a key, a question and an answer, and ticks off what was done", async () => {
    const steps = workbench.page.locator(".getting-started-step");
    const open = async (): Promise<void> => {
      await workbench.command("Welcome: Open Walkthrough");
      const pick = workbench.page.locator(".quick-input-widget");
      await pick.getByRole("textbox").fill("Begin with Cairn");
      await pick.getByRole("option", { name: /^Begin with Cairn/ }).first().click();
      await steps.first().waitFor();
    };
    /** Asking and setting keys may take the person to another page. */
    const ticked = async (expected: string): Promise<void> => {
      await open();
      const now = () => steps.evaluateAll((all) => all.map((step) => step.getAttribute("aria-checked")).join());
      await eventually(async () => (await now()) === expected, `the steps to be ${expected}, not ${await now()}`);
    };
    await inTheme("light");
    await workbench.page.setViewportSize({ width: 1700, height: 800 }); // the editor leaves the steps' texts out where there is less room
    await ticked("false,false,false");
    for (const [index, title] of ["Set your API key", "Ask a first question", "Read the first answer"].entries()) {
      await steps.nth(index).click();
      assert.ok((await steps.nth(index).innerText()).startsWith(title));
      await workbench.screenshot(`walkthrough-${index + 1}`);
    }
    await setKey(workbench, "sk-test-good");
    await ticked("true,false,false");
    await exchange("Is that all?", "Done.");
    await ticked("true,true,true");
    await panel.newChat.click();
    await workbench.command("View: Close All Editors");
    await workbench.page.setViewportSize({ width: 1280, height: 800 });
  });

  /** Nothing fades in or out any more, and the pointer is on nothing. */
  async function settledDown(): Promise<void> {
    const { page } = workbench;
    await page.mouse.move(640, 400);
    await page.locator(".quick-input-widget").waitFor({ state: "hidden" });
    await eventually(() => page.evaluate(() => document.getAnimations().every((animation) => animation.playState !== "running")), "the editor is at rest");
  }

  it("a conversation as the README shows it", async () => {
    await inTheme("dark");
    await openFile(workbench, "src/cart.ts");
    await panel.frame.getByRole("button", { name: /^Remove cart\.ts/ }).waitFor();
    await exchange("Why is the wrong packet free?", ANSWER, "free again");
    await workbench.command("View: Toggle Primary Side Bar Visibility");
    await dragPanelTo(430);
    await workbench.command("Notifications: Clear All Notifications");
    await statusBar(workbench, "The API key is stored").waitFor({ state: "hidden" });
    await settledDown();
    await workbench.screenshot("readme-chat");
    // With --pictures the run's picture is the README's.
    if (process.env["CAIRN_PICTURES"]) copyFileSync(join(root, "out", "screenshots", "readme-chat.png"), join(root, "docs", "images", "chat.png"));
  });

  for (const name of THEMES) {
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
      await panel.chats.first().waitFor();
      await isAccessible("the history");
      await workbench.screenshot(`look-history-${name}`);
      await panel.frame.getByRole("button", { name: "Back to chat" }).click();
      await eventually(async () => panel.message.isVisible(), "the chat again");
    });
  }

  it("with calls of tools and a notice, in every theme", async () => {
    const turn = { chatId: "toolchat1", turnId: "t1" } as const;
    const tool = (callId: string, name: string, input: unknown, end?: { readonly status: "ok" | "error" | "denied"; readonly output: string; readonly durationMs: number }) => [
      { type: "tool.requested", ...turn, callId, tool: name, input } as const,
      ...(end === undefined ? [] : [{ type: "tool.ended", ...turn, callId, ...end } as const]),
    ];
    storeChat(workbench.globalStorageDir, turn.chatId, [
      { type: "chat.created", chatId: turn.chatId, title: "With tools" },
      { type: "turn.started", ...turn, model: "claude-opus-5-5" },
      { type: "block.started", ...turn, blockId: "q", role: "user", block: { kind: "text" } },
      { type: "block.part", ...turn, blockId: "q", offset: 0, text: "Run the tests" },
      { type: "block.ended", ...turn, blockId: "q" },
      ...tool("c1", "read", { path: "src/cart.ts" }, { status: "ok", output: "1\timport …", durationMs: 40 }),
      ...tool("c2", "run", { command: "npm test -- --reporter dot" }, { status: "error", output: "1 failing\n  cheapest packet is free", durationMs: 4_200 }),
      ...tool("c3", "run", { command: "rm -rf build" }, { status: "denied", output: "", durationMs: 0 }),
      { type: "notice", ...turn, level: "warning", text: "One line of this chat is damaged and could not be read; all else is here." },
      { type: "block.started", ...turn, blockId: "a", role: "assistant", block: { kind: "text" } },
      { type: "block.part", ...turn, blockId: "a", offset: 0, text: "One test fails: the cheapest packet is not free." },
      { type: "block.ended", ...turn, blockId: "a" },
      { type: "turn.ended", ...turn, status: "done", stopReason: "end_turn" },
    ]);
    await panel.history.click();
    await panel.chats.getByRole("button", { name: "With tools" }).first().click();
    await panel.conversation.getByText("not allowed").waitFor();
    await panel.conversation.getByText("npm test").click();
    await panel.conversation.getByText("cheapest packet is free", { exact: false }).first().waitFor();
    for (const name of THEMES) {
      await inTheme(name);
      await isAccessible("calls of tools");
      await workbench.screenshot(`look-tools-${name}`);
    }
  });

  it("in a panel of 260 pixels nothing is cut off or scrolls sideways", async () => {
    await inTheme("dark");
    await dragPanelTo(260);
    await workbench.screenshot("look-narrow");
    const { width, overflow } = await panel.frame.evaluate(() => ({ width: innerWidth, overflow: document.documentElement.scrollWidth - innerWidth }));
    assert.ok(width <= 272, `the panel is narrow (${width})`);
    assert.ok(overflow <= 0, `it does not scroll sideways (${overflow})`);
  });
});
