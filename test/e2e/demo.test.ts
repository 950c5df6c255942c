import assert from "node:assert/strict";
import { eventually, statusBar } from "./support/panel";
import { useStage } from "./support/stage";

describe("the demo model", function () {
  const { workbench, panel, reopenPanel } = useStage({ key: null });

  it("is offered, not chosen: before the button is pressed nothing says it is in use", async () => {
    await statusBar(workbench, "Cairn: no key").waitFor();
    assert.equal(await panel.frame.getByText("Demo model", { exact: true }).count(), 0);
  });

  it("answers about the sample workspace, and the panel says what it is", async () => {
    await panel.frame.getByRole("button", { name: "Try the demo model" }).click();
    await panel.frame.getByText("Demo model", { exact: true }).first().waitFor();
    await statusBar(workbench, "Cairn: demo model").waitFor();
    await panel.ask("What does this project do?");
    await panel.conversation.getByText(/demo/i).first().waitFor();
    await panel.send.waitFor({ timeout: 30_000 });
    assert.equal((await panel.model.inputValue()).startsWith("demo"), true);
  });

  it("stays chosen over a reload, still labelled", async () => {
    await workbench.reload();
    await reopenPanel();
    await panel.frame.getByText("Demo model", { exact: true }).first().waitFor();
    await panel.ask("Find the bug");
    await panel.send.waitFor({ timeout: 30_000 });
    await eventually(async () => (await panel.conversation.getByText(/sort/).count()) > 0, "the bug's explanation");
  });

  it("can be left", async () => {
    await panel.frame.getByRole("button", { name: "Leave demo" }).click();
    await statusBar(workbench, "Cairn: no key").waitFor();
    await eventually(async () => (await panel.frame.getByRole("button", { name: "Leave demo" }).count()) === 0, "the label to go");
    await panel.newChat.click();
    await eventually(async () => (await panel.frame.getByText("Demo model", { exact: true }).count()) === 0, "no word of the demo in a new chat");
  });
});
