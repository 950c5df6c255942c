import assert from "node:assert/strict";
import type { Frame } from "playwright-core";
import { answer, failure, hold, isTurn, startScriptedServer, type ScriptedServer } from "../support/scriptedServer";
import { eventually, notification, openPanel, setKey, type Panel } from "./support/panel";
import { openWorkbench, type Workbench } from "./support/workbench";

describe("chats out of sight and beside the code", function () {
  let server: ScriptedServer;
  let workbench: Workbench;
  let panel: Panel;

  before(async function () {
    this.timeout(90_000);
    server = await startScriptedServer();
    workbench = await openWorkbench({ settings: { "cairn.baseUrl": server.baseUrl } });
    panel = await openPanel(workbench);
    await setKey(workbench, "sk-test-good");
  });

  after(async () => {
    await workbench.close();
    await server.close();
  });

  const badge = () => workbench.page.locator('.composite-bar .action-item[aria-label*="Cairn"], .composite-bar .action-item:has([aria-label*="Cairn"])').locator(".badge-content");

  it("two stream at once; the one that ends out of sight is announced with a number, and opens from the notification", async () => {
    const [first, second] = [hold(), hold()];
    server.enqueue(answer("Slow "), first, answer("answer."));
    server.enqueue(answer("Other "), second, answer("answer."));
    await panel.ask("the slow one");
    await panel.conversation.getByText("Slow", { exact: true }).waitFor();
    await panel.newChat.click();
    await panel.ask("the other one");
    await panel.conversation.getByText("Other", { exact: true }).waitFor();
    first.release();
    const toast = notification(workbench, "Claude has answered: the slow one");
    await toast.waitFor();
    assert.equal(await badge().first().textContent().catch(() => "no badge"), "1");
    second.release();
    await panel.conversation.getByText("Other answer.").waitFor();
    assert.equal(await notification(workbench, "the other one").count(), 0, "what is in sight needs no word");
    await toast.getByRole("button", { name: "Open" }).click();
    await panel.conversation.getByText("Slow answer.").waitFor();
    await eventually(async () => (await badge().filter({ hasText: "1" }).count()) === 0, "the number is gone");
  });

  it("a chat opens in a tab beside the code, where it goes on, and both places show it", async () => {
    await workbench.page.keyboard.press("Escape");
    await panel.frame.getByRole("button", { name: "Open in editor" }).first().click();
    const tab = await eventually(() => otherFrame(panel.frame), "the tab's page");
    await tab.getByText("Slow answer.", { exact: true }).waitFor();
    server.enqueue(answer("In the tab."));
    await tab.getByRole("textbox", { name: "Message Claude" }).fill("and here?");
    await tab.getByRole("textbox", { name: "Message Claude" }).press("Enter");
    await tab.getByText("In the tab.", { exact: true }).waitFor();
    await panel.conversation.getByText("In the tab.", { exact: true }).waitFor();
    await workbench.page.locator(".tab", { hasText: "the slow one" }).waitFor();
  });

  it("a wait is counted down and can be stopped", async () => {
    const asked = server.requests.filter(isTurn).length;
    server.enqueue(failure(429, "rate_limit_error", "Slow down.", { "retry-after": "50" }));
    await panel.ask("busy?");
    await panel.conversation.getByText("Too many requests for this key.").waitFor();
    await panel.stop.click();
    await panel.send.waitFor();
    assert.equal(server.requests.filter(isTurn).length, asked + 1);
  });

  async function otherFrame(known: Frame): Promise<Frame | undefined> {
    for (const frame of workbench.page.frames()) {
      if (frame !== known && (await frame.locator("#cairn-root").count().catch(() => 0)) > 0) return frame;
    }
    return undefined;
  }
});
