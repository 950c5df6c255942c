import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import { answer, failure, isTurn } from "../support/scriptedServer";
import { eventually, openFile } from "./support/panel";
import { sentTurn } from "./support/sent";
import { useStage } from "./support/stage";
import { chooseTheme } from "./support/themes";

describe("branches of a chat", function () {
  const { server, workbench, panel, exchange, reopenPanel, usePanel } = useStage();

  const turn = (question: string | RegExp): Locator => panel.conversation.getByRole("article").filter({ hasText: question });
  const version = (name: "Previous version" | "Next version"): Locator => panel.conversation.getByRole("button", { name });
  const shown = (): Promise<readonly string[]> => panel.conversation.locator(".question-text").allTextContents();
  const isShown = (...questions: readonly string[]) => eventually(async () => JSON.stringify(await shown()) === JSON.stringify(questions), `the questions ${questions.join(", ")}`);
  const sent = (): readonly string[] => sentTurn(server.requests.filter(isTurn).at(-1) ?? assert.fail("nothing was asked")).messages.map((message) => message.replace(/<attachment[^]*<\/attachment>/, "FILE"));

  async function edit(question: string): Promise<Locator> {
    await turn(question).hover();
    await turn(question).getByRole("button", { name: "Edit and resend" }).click();
    return panel.conversation.getByRole("textbox", { name: "Edit message" });
  }

  it("an edited question is asked in its place, with its file, and the old branch is a step away", async () => {
    await openFile(workbench, "src/money.ts");
    await panel.frame.getByRole("button", { name: /^Remove money\.ts/ }).waitFor();
    await exchange("What is it?", "It is money.");
    await exchange("And tax?", "No tax.");
    await exchange("Sure?", "Quite sure.");
    const box = await edit("And tax?");
    assert.equal(await box.inputValue(), "And tax?");
    await box.fill("And rounding?");
    await box.press("Shift+Enter");
    assert.equal(await box.inputValue(), "And rounding?\n");
    server.enqueue(answer("Half up."));
    await box.press("Enter");
    await panel.conversation.getByText("Half up.").waitFor();
    await panel.send.waitFor();
    await isShown("What is it?", "And rounding?");
    assert.deepEqual(sent(), ["user: FILE + What is it?", "assistant: It is money.", "user: FILE + And rounding?"]);
    await turn("And rounding?").getByText("Version 2 of 2").waitFor();
    await version("Previous version").click();
    await isShown("What is it?", "And tax?", "Sure?");
    await turn("And tax?").getByText("Version 1 of 2").waitFor();
  });

  it("is kept over a reload, and the conversation goes on from it", async () => {
    await workbench.reload();
    await reopenPanel();
    await isShown("What is it?", "And tax?", "Sure?");
    await exchange("Really?", "Yes.");
    assert.deepEqual(sent().map((message) => message.replace("FILE + ", "")), ["user: What is it?", "assistant: It is money.", "user: And tax?", "assistant: No tax.", "user: Sure?", "assistant: Quite sure.", "user: Really?"]);
    await isShown("What is it?", "And tax?", "Sure?", "Really?");
  });

  it("is changed by key, with the focus staying where it was", async () => {
    await version("Next version").focus();
    await workbench.page.keyboard.press("Enter");
    await isShown("What is it?", "And rounding?");
    await eventually(() => version("Next version").evaluate((button) => button === button.ownerDocument.activeElement), "the focus on the same button");
    assert.equal(await version("Next version").getAttribute("aria-disabled"), "true");
    await workbench.page.keyboard.press("Shift+Tab");
    await workbench.page.keyboard.press("Enter");
    await isShown("What is it?", "And tax?", "Sure?", "Really?");
  });

  it("a retry is a version of its answer; Escape leaves a question as it was", async () => {
    // A page that is merely loaded again need not bring its editors back.
    await openFile(workbench, "src/money.ts");
    await panel.frame.getByRole("button", { name: /^Remove money\.ts/ }).waitFor();
    await panel.newChat.click();
    server.enqueue(failure(402, "billing_error", "no credit"));
    await panel.ask("Will it work?");
    await panel.retry.waitFor();
    server.enqueue(answer("Now it does."));
    await panel.retry.click();
    await panel.conversation.getByText("Now it does.").waitFor();
    await panel.send.waitFor();
    await isShown("Will it work?");
    await turn("Will it work?").getByText("Version 2 of 2").waitFor();
    const box = await edit("Will it work?");
    await box.fill("Something else");
    await box.press("Escape");
    await isShown("Will it work?");
    assert.equal(await turn("Will it work?").getByRole("button", { name: "Edit and resend" }).evaluate((button) => button === button.ownerDocument.activeElement), true);
    assert.equal(await panel.conversation.getByText("Now it does.").count(), 1);
  });

  it("a file can be left out, and an empty question is refused with the reason", async () => {
    const before = server.requests.filter(isTurn).length;
    const box = await edit("Will it work?");
    await box.fill("  ");
    await box.press("Enter");
    await panel.conversation.getByText("Write a message first.").waitFor();
    assert.equal(server.requests.filter(isTurn).length, before);
    await box.fill("Without the file?");
    await panel.conversation.getByRole("button", { name: /^Remove money\.ts/ }).click();
    server.enqueue(answer("As well."));
    await box.press("Enter");
    await panel.conversation.getByText("As well.").waitFor();
    await panel.send.waitFor();
    assert.deepEqual(sent(), ["user: Without the file?"]);
    await turn("Without the file?").getByText("Version 3 of 3").waitFor();
  });

  it("a fork is a chat of its own with the branch up to there; the old one is as it was", async () => {
    await panel.history.click();
    await panel.chats.filter({ hasText: "What is it?" }).getByRole("button").first().click();
    await isShown("What is it?", "And tax?", "Sure?", "Really?");
    await turn("And tax?").getByRole("button", { name: "Fork from here" }).click();
    await panel.frame.getByRole("heading", { name: "What is it? (fork)" }).waitFor();
    await isShown("What is it?", "And tax?");
    await exchange("In the fork?", "Here.");
    assert.deepEqual(sent().map((message) => message.replace("FILE + ", "")), ["user: What is it?", "assistant: It is money.", "user: And tax?", "assistant: No tax.", "user: In the fork?"]);
    await panel.history.click();
    await panel.chats.getByRole("button", { name: /^What is it\?(?! \(fork)/ }).first().click();
    await isShown("What is it?", "And tax?", "Sure?", "Really?");
  });

  for (const theme of ["dark", "light", "high-contrast"] as const) {
    it(`looks like the rest of the panel, in ${theme}`, async () => {
      usePanel(await chooseTheme(workbench, theme));
      await isShown("What is it?", "And tax?", "Sure?", "Really?");
      await turn("And tax?").hover();
      await workbench.screenshot(`look-versions-${theme}`);
      const box = await edit("And tax?");
      await workbench.screenshot(`look-edit-${theme}`);
      await box.press("Escape");
    });
  }
});
