import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { answer, hold, isTurn } from "../support/scriptedServer";
import { currentPanel, eventually, notification, openPanel, type Panel } from "./support/panel";
import { useStage } from "./support/stage";
import type { EditorWindow } from "./support/window";

describe("two windows on one data folder", function () {
  const { server, workbench, panel, exchange } = useStage();
  let other: EditorWindow;
  let otherPanel: Panel;

  before(async () => {
    other = await workbench.secondWindow();
    otherPanel = await openPanel(other);
    await eventually(async () => (await otherPanel.model.locator("option").count()) > 1, "the key in the other window");
  });

  const openFirstChat = async (of: Panel, title: string): Promise<void> => {
    await of.history.click();
    await of.chats.getByRole("button", { name: title }).first().click();
  };

  it("chat at once, and each lists the other's chats", async () => {
    await otherPanel.newChat.click();
    await exchange("Question in one", "Answer in one.");
    server.enqueue(answer("Answer in two."));
    await otherPanel.ask("Question in two");
    await otherPanel.conversation.getByText("Answer in two.").waitFor();
    for (const each of [panel, otherPanel]) {
      await each.history.click();
      await eventually(async () => (await each.chats.count()) === 2, "both chats");
      await each.frame.getByRole("button", { name: "Back to chat" }).click();
    }
  });

  it("have a chat open for writing in one of them; the other reads along, and goes on with it when asked to", async () => {
    await openFirstChat(otherPanel, "Question in one");
    await otherPanel.conversation.getByText("Answer in one.").waitFor();
    await otherPanel.frame.getByText("You can read along here").waitFor();
    await exchange("Going on in one", "More from one.");
    await otherPanel.conversation.getByText("More from one.").waitFor();
    await otherPanel.ask("Going on in two");
    await otherPanel.frame.getByRole("alert").filter({ hasText: "Continue here" }).waitFor();
    await otherPanel.frame.getByRole("button", { name: "Continue here" }).click();
    await panel.frame.getByText("You can read along here").waitFor();
    await otherPanel.frame.getByText("You can read along here").waitFor({ state: "detached" });
    assert.equal(await otherPanel.message.inputValue(), "Going on in two");
    server.enqueue(answer("And this from two."));
    await otherPanel.message.press("Enter");
    await otherPanel.conversation.getByText("And this from two.").waitFor();
    await panel.conversation.getByText("And this from two.").waitFor();
    const sent = JSON.stringify(server.requests.filter(isTurn).at(-1)?.body);
    assert.match(sent, /Going on in one.*More from one\..*Going on in two/);
  });

  it("one shows what the other streams, says where to stop it, and does not get it before its end", async () => {
    const gate = hold();
    server.enqueue(answer("Streaming in two"), gate, answer(", and done."));
    await otherPanel.ask("Stream");
    await otherPanel.conversation.getByText("Streaming in two").waitFor();
    await panel.conversation.getByText("Streaming in two").waitFor();
    await panel.stop.click();
    await panel.frame.getByRole("alert").filter({ hasText: "another window" }).waitFor();
    await panel.frame.getByRole("button", { name: "Continue here" }).click();
    await panel.frame.getByRole("alert").filter({ hasText: "still writing an answer" }).waitFor();
    gate.release();
    await panel.conversation.getByText("Streaming in two, and done.").waitFor();
    await panel.frame.getByText("You can read along here").waitFor({ state: "detached" });
  });

  it("a chat is free again as soon as the window that had it shows another one", async () => {
    await panel.newChat.click();
    await otherPanel.frame.getByText("You can read along here").waitFor({ state: "detached" });
  });

  it("a chat that one of them deletes for good goes from the other as well, which says so, and comes back by nothing that is written late", async () => {
    await exchange("To be deleted for good", "Soon gone.");
    await openFirstChat(otherPanel, "To be deleted for good");
    await otherPanel.frame.getByText("You can read along here").waitFor();
    const folders = (): readonly string[] => readdirSync(join(workbench.globalStorageDir, "chats"));
    await workbench.command("Cairn: Delete Everything…");
    await workbench.page.locator(".monaco-dialog-box").getByRole("button", { name: "Delete Everything" }).click();
    await notification(other, "“To be deleted for good” was deleted for good in another window.").waitFor();
    for (const each of [panel, otherPanel]) await each.conversation.getByText("Soon gone.").waitFor({ state: "detached" });
    await eventually(() => folders().length === 0, "the folders of all chats to be gone");
    server.enqueue(answer("Begun anew."));
    await otherPanel.ask("Something else");
    await otherPanel.conversation.getByText("Begun anew.").waitFor();
    assert.equal(folders().length, 1);
  });
});

describe("a restricted workspace", function () {
  const { server, exchange } = useStage({
    isUntrusted: true,
    workspaceFiles: { ".vscode/settings.json": JSON.stringify({ "cairn.model": "evil-model", "cairn.baseUrl": "https://evil.example" }) },
  });

  it("may be asked about, but its instructions and settings are left alone", async () => {
    await exchange("What is this?", "Carefully.");
    const sent = JSON.stringify((await server.waitForRequest()).body);
    assert.doesNotMatch(sent, /AGENTS\.md says|evil-model/);
  });
});

describe("a person without a mouse", function () {
  const { server, workbench } = useStage({ key: null, opensPanel: false });

  it("opens the panel, sets a key, asks, stops, looks at the history and comes back by keys alone", async () => {
    const { keyboard } = workbench.page;
    await workbench.page.locator(".statusbar-item", { hasText: "Cairn" }).waitFor();
    await keyboard.press("Control+K");
    await keyboard.press("a");
    const panel = await currentPanel(workbench);
    const focused = () => panel.frame.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? "");
    await eventually(async () => (await focused()) === "Message Claude", "the box to have the focus");

    await panel.frame.getByRole("button", { name: "Set API key" }).first().waitFor();
    const walked: string[] = [];
    for (let index = 0; index < 12 && !walked.at(-1)?.includes("Set API key"); index++) {
      await keyboard.press("Shift+Tab");
      walked.push(await focused());
    }
    assert.ok(walked.at(-1)?.includes("Set API key"), `by Shift+Tab: ${walked.join(" · ")}`);
    await keyboard.press("Enter");
    await workbench.page.locator(".quick-input-widget").getByText("Your Anthropic API key").waitFor();
    await keyboard.type("sk-test-good");
    await keyboard.press("Enter");
    await eventually(async () => (await focused()) === "Message Claude", "the focus back in the box");

    const gate = hold();
    server.enqueue(answer("Typed and"), gate);
    await keyboard.type("By keys");
    await keyboard.press("Enter");
    await panel.conversation.getByText("Typed and").waitFor();
    await keyboard.press("Escape");
    await panel.conversation.getByText("Stopped", { exact: true }).waitFor();
    assert.equal(await focused(), "Message Claude");

    await workbench.command("Cairn: Show History");
    await panel.frame.getByRole("list", { name: "Chats" }).waitFor();
    await eventually(async () => (await focused()) !== "Message Claude", "the focus in the history");
    await keyboard.press("Escape");
    await eventually(async () => (await focused()) === "Message Claude", "the focus back in the box");
  });
});
