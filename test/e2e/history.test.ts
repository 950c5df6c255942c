import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { eventually, notification } from "./support/panel";
import { useStage } from "./support/stage";
import { storeChat } from "./support/storedChat";

describe("the history", function () {
  const { workbench, panel, exchange } = useStage();
  const search = () => panel.frame.getByRole("searchbox", { name: "Search history" });
  const results = () => panel.frame.getByRole("list", { name: "Search results" }).getByRole("listitem");
  const act = (name: string) => panel.frame.getByRole("button", { name, exact: true });

  it("finds words in titles and in all that was said, with what stands around them, and opens the chat there", async () => {
    await exchange("How is tea shipped?", "In **wooden** crates, by the harbour master.", "harbour master");
    for (let turn = 1; turn <= 12; turn++) await exchange(`Question ${turn}`, `Answer ${turn}. ${"More of it. ".repeat(60)}`, `Answer ${turn}.`);
    await panel.newChat.click();
    await exchange("What about coffee?", "Coffee comes in sacks.");
    await panel.history.click();
    await search().fill("harb");
    await results().filter({ hasText: "harbour" }).waitFor();
    assert.equal(await results().locator("mark").first().innerText(), "harb");
    await workbench.screenshot("history-search");
    await search().fill("coffee sacks");
    await eventually(async () => (await results().count()) === 1, "the one place");
    await search().fill("wooden crates");
    await results().getByRole("button").first().click();
    await panel.conversation.getByText("wooden").waitFor();
    await eventually(() => panel.conversation.getByText("wooden").evaluate((element) => element.getBoundingClientRect().top >= 0 && element.getBoundingClientRect().bottom <= innerHeight), "the place is in sight");
  });

  it("finds words in the shown chat, place after place", async () => {
    await panel.conversation.click();
    await workbench.page.keyboard.press("Control+f");
    const box = panel.frame.getByRole("searchbox", { name: "Find in chat" });
    await box.fill("answer");
    await panel.frame.getByText("1 of 12").waitFor();
    await box.press("Enter");
    await panel.frame.getByText("2 of 12").waitFor();
    await eventually(() => panel.conversation.getByText("Answer 11.").evaluate((element) => element.getBoundingClientRect().top < innerHeight), "the place is in sight");
    await box.press("Shift+Enter");
    await panel.frame.getByText("1 of 12").waitFor();
    await box.press("Escape");
    await box.waitFor({ state: "detached" });
  });

  it("keeps pinned chats on top, and shows those that fit a filter", async () => {
    await panel.history.click();
    await search().fill("");
    await act("Pin How is tea shipped?").click();
    await act("Unpin How is tea shipped?").waitFor();
    await eventually(async () => /tea/.test((await panel.chats.first().innerText())), "the pinned one on top");
    await act("Tags of What about coffee?").click();
    await panel.frame.getByRole("textbox", { name: "Tags, separated by commas" }).fill("drinks, hot");
    await workbench.page.keyboard.press("Enter");
    await panel.chats.filter({ hasText: "drinks" }).waitFor();
    await act("Filter").click();
    await panel.frame.getByRole("combobox", { name: "Tag" }).selectOption("hot");
    await eventually(async () => (await panel.chats.count()) === 1, "one chat fits");
    await workbench.screenshot("history-filter");
    await panel.frame.getByRole("combobox", { name: "Tag" }).selectOption("");
    await eventually(async () => (await panel.chats.count()) === 2, "both again");
  });

  it("keeps deleted chats in the trash, from where they are restored, or removed with all their bytes", async () => {
    const folders = (): number => (existsSync(join(workbench.globalStorageDir, "chats")) ? readdirSync(join(workbench.globalStorageDir, "chats")).length : 0);
    await act("Delete What about coffee?").click();
    await act("Trash").click();
    await act("Restore What about coffee?").click();
    await panel.frame.getByText("The trash is empty").waitFor();
    await act("Trash").click();
    await act("Delete What about coffee?").click();
    await act("Trash").click();
    const before = folders();
    await act("Delete What about coffee? for good").click();
    await workbench.page.getByRole("button", { name: "Delete for Good" }).click();
    await notification(workbench, "1 chat was deleted for good").waitFor();
    await panel.frame.getByText("The trash is empty").waitFor();
    assert.equal(folders(), before - 1);
    await search().fill("sacks");
    await act("Trash").click();
    await panel.frame.getByText("0 places found").waitFor();
    await search().fill("");
  });

  it("is empty after everything was deleted, and so is the disk: also of chats in which nothing was asked", async () => {
    storeChat(workbench.globalStorageDir, "01neverasked", [{ type: "chat.created", chatId: "01neverasked", title: "Nothing asked" }]);
    await workbench.command("Cairn: Delete Everything…");
    await workbench.page.getByRole("button", { name: "Delete Everything" }).click();
    await panel.frame.getByText("No chats yet").waitFor();
    assert.deepEqual(readdirSync(join(workbench.globalStorageDir, "chats")), []);
  });
});
