import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import type { Frame } from "playwright-core";
import { eventually } from "./support/panel";
import { useStage } from "./support/stage";
import { chooseTheme } from "./support/themes";

interface AxeResult {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
}

describe("the usage view", function () {
  const { workbench, panel, exchange, usePanel } = useStage();

  async function page(): Promise<Frame> {
    await workbench.command("Cairn: Show Usage");
    const frame = await workbench.webviewFrame("#cairn-usage main");
    await frame.getByRole("heading", { name: "Cairn Usage" }).waitFor();
    return frame;
  }

  const rows = (frame: Frame): Promise<readonly string[]> => frame.getByRole("table", { name: "Usage" }).locator("tbody th").allTextContents();

  it("teaches before anything was used", async () => {
    const frame = await page();
    await frame.getByText("Ask something in the chat").waitFor();
  });

  it("shows what answers took and cost, as soon as they end", async () => {
    await exchange("What does it cost?", "A little.");
    const frame = await page();
    await frame.getByText(/\$0\.\d{4} for 1 answer, [\d,]+ tokens/).waitFor();
    await panel.newChat.click();
    await exchange("And again?", "The same.");
    await frame.getByText(/for 2 answers/).waitFor();
    await frame.getByRole("img", { name: /^Bar chart of the cost/ }).waitFor();
  });

  it("groups, sorts, and stays as it was set while another tab is looked at", async () => {
    const frame = await page();
    await frame.getByRole("combobox", { name: "Group by" }).selectOption({ label: "Chat" });
    await eventually(async () => (await rows(frame)).length === 2, "a row for each chat");
    const header = frame.getByRole("columnheader", { name: "Chat" });
    await header.getByRole("button").click();
    assert.deepEqual([await rows(frame), await header.getAttribute("aria-sort")], [["And again?", "What does it cost?"], "ascending"]);
    await header.getByRole("button").press("Enter");
    assert.deepEqual([await rows(frame), await header.getAttribute("aria-sort")], [["What does it cost?", "And again?"], "descending"]);
    await workbench.command("File: New Untitled Text File");
    const again = await page();
    await eventually(async () => JSON.stringify(await rows(again)) === JSON.stringify(["What does it cost?", "And again?"]), "the same rows");
    await again.getByRole("combobox", { name: "Group by" }).selectOption({ label: "Folder" });
    await eventually(async () => (await rows(again)).join() === "workspace", "the folder");
  });

  it("is exported as CSV", async () => {
    const frame = await page();
    await frame.getByRole("combobox", { name: "Group by" }).selectOption({ label: "Chat" });
    await frame.getByRole("button", { name: "Export CSV" }).click();
    const dialog = workbench.page.locator(".quick-input-widget");
    const file = join(workbench.workspace, "cairn-usage-chat.csv");
    await eventually(async () => (await dialog.getByRole("textbox").first().inputValue({ timeout: 1_000 }).catch(() => "")) === file, "the suggested file");
    await dialog.getByRole("button", { name: "OK", exact: true }).click();
    await frame.getByText("Exported to cairn-usage-chat.csv").waitFor();
    const lines = readFileSync(file, "utf8").split("\r\n");
    assert.match(lines[0] ?? "", /^chat,chat_id,input_tokens/);
    assert.equal(lines.length, 4);
  });

  for (const theme of ["dark", "light", "high-contrast"] as const) {
    it(`is to be read in ${theme}, and by axe`, async () => {
      usePanel(await chooseTheme(workbench, theme));
      const frame = await page();
      await frame.locator(`body.vscode-${theme}`).waitFor();
      for (const group of ["Day", "Model"]) {
        await frame.getByRole("combobox", { name: "Group by" }).selectOption({ label: group });
        await frame.getByRole("columnheader", { name: group }).waitFor();
        await workbench.screenshot(`look-usage-${group.toLowerCase()}-${theme}`);
      }
      await frame.evaluate(axe.source);
      const result = await frame.evaluate(() => (globalThis as unknown as { axe: { run(): Promise<AxeResult> } }).axe.run());
      assert.deepEqual(result.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(" · ")}`), []);
    });
  }
});
