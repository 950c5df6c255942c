import assert from "node:assert/strict";
import { answer, hold, isTurn } from "../support/scriptedServer";
import { eventually, notification, openFile } from "./support/panel";
import { useStage } from "./support/stage";

describe("daily work in the panel", function () {
  const { server, workbench, panel, exchange, reopenPanel } = useStage();

  it("an empty message is not sent, and says why", async () => {
    await panel.ask("   \n ");
    await panel.frame.getByText("Write a message first.").waitFor();
    await panel.message.fill("");
    await panel.send.click();
    await panel.frame.getByText("Write a message first.").waitFor();
    assert.deepEqual(server.requests.filter(isTurn), []);
  });

  it("an IME's Enter does not send; Shift+Enter breaks the line", async () => {
    await panel.message.fill("ni");
    await panel.message.dispatchEvent("keydown", { key: "Enter", isComposing: true, bubbles: true });
    await panel.message.press("End");
    await panel.message.press("Shift+Enter");
    await panel.message.pressSequentially("hao");
    assert.equal(await panel.message.inputValue(), "ni\nhao");
    assert.deepEqual(server.requests.filter(isTurn), []);
  });

  it("a second question while one is answered is refused and stays in the box", async () => {
    const gate = hold();
    server.enqueue(answer("Still talking"), gate);
    await panel.ask("One");
    await panel.conversation.getByText("Still talking").waitFor();
    await panel.ask("Two");
    await panel.frame.getByRole("alert").waitFor();
    assert.equal(await panel.message.inputValue(), "Two");
    await panel.stop.click();
    await panel.send.waitFor();
    await panel.message.fill("");
  });

  it("each answer says what it used and cost", async () => {
    await exchange("What did it take?", "Not free.");
    await panel.conversation.getByText(/\$0\.|price unknown/).first().waitFor();
  });

  it("a code block goes to the cursor or into a new file", async () => {
    await openFile(workbench, "src/money.ts");
    await panel.frame.getByRole("button", { name: /^Remove money\.ts/ }).waitFor();
    server.enqueue(answer("Like this:\n\n```typescript\nconst inserted = 42;\n```\n"));
    await panel.ask("Code, please");
    const block = panel.conversation.getByText("const inserted = 42;").last();
    await block.waitFor();
    await panel.send.waitFor();
    await block.hover();
    await panel.conversation.getByRole("button", { name: "Insert at cursor" }).last().click();
    await workbench.page.locator(".monaco-editor .view-line", { hasText: "inserted = 42" }).first().waitFor();
    await block.hover();
    await panel.conversation.getByRole("button", { name: "New file" }).last().click();
    await workbench.page.getByRole("tab", { name: /Untitled/ }).waitFor();
  });

  it("a chat is renamed, duplicated and opened beside the code", async () => {
    await panel.frame.getByRole("button", { name: "Rename chat" }).click();
    await panel.frame.getByRole("textbox", { name: /title|name/i }).fill("A better name");
    await panel.frame.getByRole("textbox", { name: /title|name/i }).press("Enter");
    await panel.frame.getByText("A better name").first().waitFor();
    await panel.frame.getByRole("button", { name: "Duplicate chat" }).click();
    await panel.frame.getByText("A better name (copy)").first().waitFor();
    await panel.conversation.getByText("const inserted = 42;").last().waitFor();
    await panel.frame.getByRole("button", { name: "Open in editor" }).click();
    await workbench.page.getByRole("tab", { name: /A better name/ }).waitFor();
  });

  it("Up recalls the last question, and each chat keeps its own draft", async () => {
    await panel.message.fill("");
    await panel.message.press("ArrowUp");
    assert.equal(await panel.message.inputValue(), "Code, please");
    await panel.message.fill("a draft of the copy");
    await panel.newChat.click();
    await eventually(async () => (await panel.message.inputValue()) === "", "an empty box in the new chat");
    await panel.history.click();
    await panel.chats.getByRole("button", { name: /A better name \(copy\)/ }).first().click();
    await eventually(async () => (await panel.message.inputValue()) === "a draft of the copy", "the draft again");
    await panel.message.fill("");
  });

  it("an answer that ends out of sight is told of", async () => {
    await panel.newChat.click(); // the other one is still in sight beside the code
    const gate = hold();
    server.enqueue(answer("Working"), gate, answer(" and done."));
    await panel.ask("Take your time");
    await panel.conversation.getByText("Working").waitFor();
    await workbench.command("View: Hide Secondary Side Bar");
    // The editor tells its extensions in the order of what happens: what answers the next command knows that the panel is hidden.
    await workbench.command("Cairn: Check API Key");
    await notification(workbench, "The API key works").waitFor();
    gate.release();
    await notification(workbench, /has answered/).waitFor();
    await reopenPanel();
    const isShown = async () => (await Promise.all(workbench.page.frames().map((frame) => frame.getByText("Working and done.").count().catch(() => 0)))).some((count) => count > 0);
    await eventually(isShown, "the whole answer in the panel, which is one of two views now");
  });

  it("over-long input is refused with its count and the limit, and stays", async () => {
    const before = server.requests.filter(isTurn).length;
    await panel.message.fill("x".repeat(400_001));
    await panel.message.press("Enter");
    await panel.frame.getByText(/400,001/).first().waitFor();
    assert.equal((await panel.message.inputValue()).length, 400_001);
    assert.equal(server.requests.filter(isTurn).length, before);
    await panel.message.fill("");
  });
});
