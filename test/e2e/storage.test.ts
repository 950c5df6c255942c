import assert from "node:assert/strict";
import axe from "axe-core";
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Frame, Locator } from "playwright-core";
import { eventually, filesBelow, notification, storedEvents } from "./support/panel";
import { useStage } from "./support/stage";

describe("what is stored", function () {
  const { workbench, panel, exchange, reopenPanel, server } = useStage();
  let told: readonly object[];

  const picker = (): Locator => workbench.page.locator(".quick-input-widget");
  /** Takes the file that the editor's own dialog suggests; its path. */
  async function takeSuggested(ending: string): Promise<string> {
    const box = picker().getByRole("textbox").first();
    const path = await eventually(async () => {
      const value = await box.inputValue({ timeout: 1_000 }).catch(() => "");
      return value.endsWith(ending) ? value : undefined;
    }, `a suggestion that ends in ${ending}`);
    await picker().getByRole("button", { name: "OK", exact: true }).click();
    return path;
  }
  async function choose(option: string): Promise<void> {
    await picker().getByRole("option", { name: option }).first().click();
  }
  const titles = async (): Promise<readonly string[]> => {
    await panel.history.click();
    await panel.chats.first().waitFor();
    return panel.chats.getByRole("button").filter({ hasText: /Question/ }).allInnerTexts();
  };
  const byId = (): readonly object[] => [...storedEvents(workbench.globalStorageDir)].filter((event) => !["chat.purged", "chat.imported"].includes(event.type)).sort((a, b) => (String(a["id"]) < String(b["id"]) ? -1 : 1));
  const imported = async (sentence: string): Promise<void> => {
    await workbench.command("Cairn: Import Chats…");
    await choose("cairn-chats.json");
    await notification(workbench, sentence).waitFor();
    await workbench.command("Notifications: Clear All Notifications");
  };

  it("is exported, deleted to the last byte, imported, and the same again", async () => {
    await exchange("Question one", "Answer one.");
    await panel.newChat.click();
    await exchange("Question two", "Answer two.");
    const before = await titles();
    assert.equal(before.length, 2);
    told = byId();

    await workbench.command("Cairn: Export All Chats…");
    await choose("JSON: one file");
    assert.equal(await takeSuggested("cairn-chats.json"), join(workbench.workspace, "cairn-chats.json"));
    await notification(workbench, "2 chats were exported to cairn-chats.json.").waitFor();
    await workbench.command("Notifications: Clear All Notifications");

    await workbench.command("Cairn: Delete Everything…");
    await workbench.page.locator(".monaco-dialog-box").getByRole("button", { name: "Delete Everything" }).click();
    await eventually(() => byId().length === 0, "all chats to be gone");
    await panel.chats.first().waitFor({ state: "detached" });

    await imported("2 chats were imported.");
    assert.deepEqual(byId(), told);
    await panel.chats.nth(1).waitFor();
    assert.deepEqual(await panel.chats.getByRole("button").filter({ hasText: /Question/ }).allInnerTexts(), before);
    await panel.chats.getByRole("button", { name: "Question one" }).first().click();
    await panel.conversation.getByText("Answer one.").waitFor();
  });

  it("is not there twice when it is imported again, and a chat that has gone on gets a copy beside it", async () => {
    await imported("0 chats were imported. 2 were already there.");
    assert.deepEqual(byId(), told);
    await exchange("And then?", "Then this.");
    await imported("0 chats were imported. 1 was already there. 1 differs from the one here and stands beside it as a copy.");
    await panel.history.click();
    await panel.chats.nth(2).waitFor();
    assert.equal(await panel.chats.count(), 3);
  });

  it("is refused with a sentence when the file is another program's", async () => {
    const before = byId();
    writeFileSync(join(workbench.workspace, "foreign.json"), '{"name":"sample","version":"1.0.0"}');
    await workbench.command("Cairn: Import Chats…");
    await choose("foreign.json");
    await notification(workbench, "This is no file of chats").waitFor();
    await workbench.command("Notifications: Clear All Notifications");
    assert.deepEqual(byId(), before);
  });

  it("is exported as Markdown, the chat that the panel shows", async () => {
    await panel.chats.getByRole("button", { name: "Question two" }).first().click();
    await panel.conversation.getByText("Answer two.").waitFor();
    await workbench.command("Cairn: Export Chat…");
    const file = await takeSuggested(".md");
    await notification(workbench, `The chat was exported to ${basename(file)}.`).waitFor();
    const text = readFileSync(file, "utf8");
    assert.match(text, /^# Question two\n\n## You\n/);
    assert.match(text, /\nQuestion two\n\n## Claude \([\w.-]+\)\n\nAnswer two\.\n$/);
    await workbench.command("Notifications: Clear All Notifications");
  });

  let page: Frame;
  const result = (): Locator => page.getByRole("table", { name: "Result" });
  const run = async (sql: string): Promise<void> => {
    const box = page.getByRole("textbox", { name: "SQL statement" });
    await box.fill(sql);
    await eventually(async () => (await box.inputValue()) === sql && (await page.getByRole("status").textContent()) === "", "the statement in the box, and none running");
    await page.getByRole("button", { name: "Run" }).click();
  };

  it("is shown in a tab that says where it is, how big, and which tables there are", async () => {
    await workbench.command("Cairn: Show Storage");
    page = await workbench.webviewFrame("#cairn-storage main section");
    await page.getByText(workbench.globalStorageDir).waitFor();
    await page.getByText("3 chats, 0 in the trash").waitFor();
    await page.getByRole("row", { name: /^Journals \d+ / }).waitFor();
    await page.getByRole("button", { name: /^chats 3 rows/ }).click();
    await eventually(async () => (await result().getByRole("row").count()) === 4, "the rows of the chats");
    await result().getByText("Question one").first().waitFor();
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }).axe.run());
    assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`), []);
    await workbench.screenshot("storage");
  });

  it("is browsed by one statement that reads, whose result can be copied as CSV", async () => {
    // Not on the button of the table, which the Enter of the command palette may reach when the page gets the focus back.
    await page.getByRole("textbox", { name: "SQL statement" }).focus();
    await workbench.command("Cairn: Browse Storage");
    await run("SELECT title AS called, turn_count FROM chats ORDER BY title, turn_count");
    await result().getByRole("columnheader", { name: "called" }).waitFor();
    await page.getByRole("button", { name: "Copy as CSV" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    const csv = await workbench.page.evaluate(() => navigator.clipboard.readText());
    assert.equal(csv.replace(/\r/g, ""), "called,turn_count\nQuestion one,1\nQuestion one,2\nQuestion two,1\n");
  });

  it("is browsed by none that changes anything", async () => {
    for (const sql of ["DELETE FROM chats", "WITH a AS (SELECT 1) DELETE FROM chats", "SELECT 1; DELETE FROM chats"]) {
      await run(sql);
      await page.getByRole("alert").getByText(/read|One statement/).waitFor();
      await run("SELECT count(*) AS how_many FROM chats");
      await result().getByRole("cell", { name: "3", exact: true }).waitFor();
    }
  });

  it("is verified: a flipped byte is found where it lies, its line kept apart, and the index rebuilt", async () => {
    // The editor moves its notifications when one goes: what is clicked must not be on its way.
    const verify = async (): Promise<void> => {
      await workbench.command("Cairn: Verify Storage");
      await notification(workbench, "Cairn: checking the storage").waitFor({ state: "detached" });
    };
    await verify();
    await notification(workbench, /All \d+ lines of \d+ journals are whole/).waitFor();
    await workbench.command("Notifications: Clear All Notifications");

    const journal = filesBelow(join(workbench.globalStorageDir, "chats")).find((file) => file.endsWith(".jsonl") && readFileSync(file, "utf8").includes("Answer two.")) ?? "";
    const bytes = readFileSync(journal);
    const at = bytes.indexOf('"type":"turn.started"') + 10;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(journal, bytes);
    const start = bytes.lastIndexOf("\n", at) + 1;

    await verify();
    const found = notification(workbench, "One line cannot be read. The index differs from the journals; it can be rebuilt.");
    await found.waitFor();
    await workbench.page.locator(".editor-instance .view-lines").getByText(`${start}–${bytes.indexOf("\n", at) + 1}`).first().waitFor();
    await found.getByRole("button", { name: "Copy Lines to Quarantine" }).click();
    const kept = await eventually(() => filesBelow(workbench.globalStorageDir).find((file) => file.endsWith(`~${start}.bin`)), "the line in quarantine");
    assert.deepEqual(readFileSync(kept), bytes.subarray(start, bytes.indexOf("\n", at) + 1));
    assert.deepEqual(readFileSync(journal), bytes, "the journal is as it was");
    await notification(workbench, "1 line was copied").waitFor();
    await workbench.command("Notifications: Clear All Notifications");

    await verify();
    await notification(workbench, "One line cannot be read.").getByRole("button", { name: "Rebuild Index" }).click();
    await eventually(async () => {
      await workbench.command("Notifications: Clear All Notifications");
      await verify();
      return notification(workbench, "One line cannot be read. The index says what the journals say.").waitFor({ timeout: 4_000 }).then(() => true, () => false);
    }, "the index as the journals have it", 40_000);
    await workbench.command("Notifications: Clear All Notifications");
    await reopenPanel();
  });

  it("and the server saw nothing it did not expect", () => {
    assert.deepEqual(server.unexpected, []);
  });
});
