import { openWorkbench, type Workbench } from "./support/workbench";

describe("the packaged extension in a person's editor", () => {
  let workbench: Workbench;
  before(async () => void (workbench = await openWorkbench()));
  after(() => workbench.close());

  it("opens the chat by command, and again after a reload", async () => {
    await workbench.command("Cairn: Open Chat");
    const frame = await workbench.webviewFrame();
    await frame.getByRole("textbox", { name: "Message Claude" }).waitFor();
    await workbench.screenshot("smoke");

    await workbench.reload();
    await workbench.command("Cairn: Open Chat");
    const reloaded = await workbench.webviewFrame();
    await reloaded.getByRole("textbox", { name: "Message Claude" }).waitFor();
  });
});
