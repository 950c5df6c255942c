import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { answer, isTurn } from "../support/scriptedServer";
import { eventually, notification, openFile, storedEvents } from "./support/panel";
import { sentTurn } from "./support/sent";
import { useStage } from "./support/stage";

/** Too long for one line of a journal. */
const text = `// The begin\n${"export const value = 1;\n".repeat(3_000)}// The end\n`;
const sha256 = createHash("sha256").update(text).digest("hex");
const rendered = `<attachment path="src/big.ts" language="typescript">\n${text}\n</attachment>`;

describe("a large file that is attached", function () {
  const { workbench, panel, server, exchange, reopenPanel } = useStage({ workspaceFiles: { "src/big.ts": text } });
  const blob = (): string => join(workbench.globalStorageDir, "blobs", sha256);
  const blobs = (): readonly string[] => (existsSync(join(workbench.globalStorageDir, "blobs")) ? readdirSync(join(workbench.globalStorageDir, "blobs")) : []);
  const sent = (): readonly string[] => sentTurn(server.requests.filter(isTurn).at(-1) ?? { body: { messages: [] } }).messages;
  const picker = (): Locator => workbench.page.locator(".quick-input-widget");
  const clear = (): Promise<void> => workbench.command("Notifications: Clear All Notifications");

  it("is sent whole, and kept once, beside the journals, however often it is attached", async () => {
    await openFile(workbench, "src/big.ts");
    await panel.frame.getByText("big.ts").first().waitFor();
    await exchange("Question one", "Answer one.");
    assert.deepEqual(sent(), [`user: ${rendered} + Question one`]);
    await exchange("Question two", "Answer two.");
    assert.deepEqual(sent(), [`user: ${rendered} + Question one`, "assistant: Answer one.", `user: ${rendered} + Question two`]);
    assert.deepEqual(blobs(), [sha256]);
    assert.equal(readFileSync(blob(), "utf8"), text);
    assert.ok(!JSON.stringify(storedEvents(workbench.globalStorageDir)).includes("The end"));
  });

  it("is sent again after a reload", async () => {
    await workbench.reload();
    await reopenPanel();
    await panel.conversation.getByText("Answer two.").waitFor();
    await openFile(workbench, "src/big.ts"); // the editor may have forgotten that it was open
    await panel.frame.getByRole("button", { name: /^Remove big\.ts/ }).last().click();
    await exchange("Question three", "Answer three.");
    assert.deepEqual([sent().length, sent()[0], sent()[2]], [5, `user: ${rendered} + Question one`, `user: ${rendered} + Question two`]);
  });

  it("goes along in an export, goes to the last byte with everything, and comes back", async () => {
    await workbench.command("Cairn: Export All Chats…");
    await picker().getByRole("option", { name: "JSON: one file" }).first().click();
    const box = picker().getByRole("textbox").first();
    await eventually(async () => (await box.inputValue({ timeout: 1_000 }).catch(() => "")).endsWith("cairn-chats.json"), "a suggestion for the file");
    await picker().getByRole("button", { name: "OK", exact: true }).click();
    await notification(workbench, "1 chat was exported").waitFor();
    await clear();
    await workbench.command("Cairn: Delete Everything…");
    await workbench.page.locator(".monaco-dialog-box").getByRole("button", { name: "Delete Everything" }).click();
    await notification(workbench, "1 chat was deleted for good.").waitFor();
    assert.deepEqual(blobs(), []);
    await clear();
    await workbench.command("Cairn: Import Chats…");
    await picker().getByRole("option", { name: "cairn-chats.json" }).first().click();
    await notification(workbench, "1 chat was imported.").waitFor();
    await clear();
    assert.deepEqual([blobs(), readFileSync(blob(), "utf8") === text], [[sha256], true]);
  });

  it("is counted where the storage is shown", async () => {
    await workbench.command("Cairn: Show Storage");
    const page = await workbench.webviewFrame("#cairn-storage main section");
    await page.getByRole("row", { name: /^Attached files 1 / }).waitFor();
    await workbench.command("View: Close Editor");
  });

  it("is said to be missing when it is: the chat opens, the answer fails with its name, nothing is sent, and the check tells", async () => {
    rmSync(blob());
    await reopenPanel();
    await panel.history.click();
    await panel.chats.getByRole("button", { name: "Question one" }).first().click();
    await panel.conversation.getByText("Answer three.").waitFor();
    const requests = server.requests.filter(isTurn).length;
    const remove = panel.frame.getByRole("button", { name: /^Remove big\.ts/ }).last();
    if (await remove.isVisible()) await remove.click();
    await panel.ask("Question four");
    await panel.conversation.getByText("src/big.ts, attached in this conversation, is missing in Cairn's storage").waitFor();
    assert.equal(server.requests.filter(isTurn).length, requests);
    await workbench.command("Cairn: Verify Storage");
    await notification(workbench, "One attached file is missing or damaged.").waitFor();
    await clear();
    await workbench.command("View: Close Editor");
  });

  it("helps when it is attached again as it was", async () => {
    await openFile(workbench, "src/big.ts");
    await reopenPanel();
    await panel.newChat.click();
    await panel.frame.getByText("big.ts").first().waitFor();
    await exchange("Question five", "Answer five.");
    assert.deepEqual(blobs(), [sha256]);
    await panel.history.click();
    await panel.chats.getByRole("button", { name: "Question one" }).first().click();
    await panel.conversation.getByText("Answer three.").waitFor();
    server.enqueue(answer("Answer four."));
    await panel.retry.click();
    await panel.conversation.getByText("Answer four.").waitFor();
    assert.equal(sent()[0], `user: ${rendered} + Question one`);
  });

  it("and the server saw nothing it did not expect", () => {
    assert.deepEqual(server.unexpected, []);
  });
});
