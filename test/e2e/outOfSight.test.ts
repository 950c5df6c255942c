import assert from "node:assert/strict";
import type { Frame } from "playwright-core";
import { answer, hold } from "../support/scriptedServer";
import { eventually, notification } from "./support/panel";
import { useStage } from "./support/stage";

describe("chats out of sight and beside the code", function () {
  const { server, workbench, panel } = useStage();

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

  it("what is written in one of them stands in the other, and the tab is back after a reload with its chat", async () => {
    const tab = await eventually(() => otherFrame(panel.frame), "the tab's page");
    await tab.getByRole("textbox", { name: "Message Claude" }).fill("half a thought");
    await eventually(async () => (await panel.message.inputValue()) === "half a thought", "the panel has the tab's draft");
    assert.equal(await tab.getByRole("button", { name: "Open in editor" }).count(), 0, "it stands there already");
    // By the command: a page that is merely loaded again is a crash to the editor, which has not stored its tabs then.
    await Promise.all([workbench.page.waitForEvent("load"), workbench.command("Developer: Reload Window")]);
    const again = await eventually(tabFrame, "the tab's page after the reload", 30_000);
    await again.getByText("In the tab.", { exact: true }).waitFor();
    await eventually(async () => (await again.getByRole("textbox", { name: "Message Claude" }).inputValue()) === "half a thought", "the draft is back");
    await workbench.page.locator(".tab", { hasText: "the slow one" }).waitFor();
    server.enqueue(answer("After the reload."));
    await again.getByRole("textbox", { name: "Message Claude" }).fill("still here?");
    await again.getByRole("textbox", { name: "Message Claude" }).press("Enter");
    await again.getByText("After the reload.", { exact: true }).waitFor();
  });

  /** The page that offers to rename its chat, but not to open it in an editor. */
  async function tabFrame(): Promise<Frame | undefined> {
    for (const frame of workbench.page.frames()) {
      const count = (name: string): Promise<number> => frame.getByRole("button", { name, exact: true }).count().catch(() => 0);
      if ((await count("Rename chat")) === 1 && (await count("Open in editor")) === 0) return frame;
    }
    return undefined;
  }

  async function otherFrame(known: Frame): Promise<Frame | undefined> {
    for (const frame of workbench.page.frames()) {
      if (frame !== known && (await frame.locator("#cairn-root").count().catch(() => 0)) > 0) return frame;
    }
    return undefined;
  }
});
