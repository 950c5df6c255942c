import assert from "node:assert/strict";
import { answer, hold, isTurn, overloaded, rateLimit, startScriptedServer, type ScriptedServer } from "../support/scriptedServer";
import { eventually, notification, openPanel, setKey, type Panel } from "./support/panel";
import { openWorkbench, type Workbench } from "./support/workbench";

describe("daily work in the panel", function () {
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

  it("a wait named by the server is counted down, can be cancelled, and ends in the answer", async () => {
    server.enqueue(rateLimit(30_000));
    await panel.ask("Busy at first");
    await panel.conversation.getByText(/Trying again in \d+ s/).waitFor();
    await panel.stop.click();
    await panel.conversation.getByText("Stopped", { exact: true }).waitFor();
    server.enqueue(overloaded());
    server.enqueue(answer("Not busy any more."));
    await panel.ask("Again");
    await panel.conversation.getByText("Not busy any more.").waitFor();
  });

  it("each answer says what it used and cost", async () => {
    await panel.conversation.getByText(/\$0\.|price unknown/).first().waitFor();
  });

  it("a code block goes to the cursor or into a new file", async () => {
    await workbench.page.keyboard.press("Control+P");
    await workbench.page.locator(".quick-input-widget input").fill("src/money.ts");
    await workbench.page.locator(".quick-input-widget .monaco-list-row").first().waitFor();
    await workbench.page.keyboard.press("Enter");
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
    await panel.frame.getByRole("list", { name: "Chats" }).getByRole("button", { name: /A better name \(copy\)/ }).first().click();
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
    gate.release();
    await notification(workbench, /has answered/).waitFor();
    panel = await openPanel(workbench);
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
