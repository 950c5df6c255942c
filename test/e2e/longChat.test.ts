import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import { storeLongChat, type LongChat } from "./support/longChat";
import { eventually } from "./support/panel";
import { useStage } from "./support/stage";

/** The most turns that are in the page at a time, whatever the chat's length. */
const MAX_IN_PAGE = 80;

describe("a chat of 5,000 messages", function () {
  let chat: LongChat;
  const { server, workbench, panel, exchange } = useStage({ prepare: () => void (chat = storeLongChat(workbench.globalStorageDir, 5_000)) });
  const articles = (): Locator => panel.conversation.getByRole("article");
  const turnAt = (turn: number): Locator => panel.conversation.locator(`[aria-posinset="${turn}"]`);

  /** The numbers of the turns that can be seen, by what the page tells assistive tools. */
  const inSight = (): Promise<readonly number[]> =>
    panel.conversation.evaluate((log) => {
      const { top, bottom } = log.getBoundingClientRect();
      const seen = [...log.querySelectorAll("[aria-posinset]")].filter((turn) => turn.getBoundingClientRect().bottom > top && turn.getBoundingClientRect().top < bottom);
      return seen.map((turn) => Number(turn.getAttribute("aria-posinset")));
    });
  /** Waits until all turns are there to be scrolled to: earlier ones come in pages. */
  const isWhole = (): Promise<boolean> => eventually(async () => Number(await articles().last().getAttribute("aria-setsize")) === chat.turnCount, "all turns", 20_000);
  const open = async (): Promise<void> => {
    await panel.history.click();
    await panel.chats.getByRole("button", { name: chat.title }).first().click();
  };
  /** The beginning of a question, as far as it stands in the page as it was written. */
  const beginning = (question: string): string => /^[A-Za-z ]+/.exec(question)?.[0].trim() ?? "";

  it("opens at its end, and its earlier turns follow", async () => {
    await open();
    await turnAt(chat.turnCount).or(articles().last()).getByText(beginning(chat.questions.at(-1) ?? "")).first().waitFor();
    await isWhole();
    assert.ok((await inSight()).includes(chat.turnCount), "the end is still what is seen");
    assert.ok((await articles().count()) <= MAX_IN_PAGE);
    await workbench.screenshot("long-chat");
  });

  it("is scrolled through by the wheel without a gap, to its beginning and back by keys", async () => {
    await panel.conversation.hover();
    let first = chat.turnCount;
    for (let step = 0; step < 25; step++) {
      // A long answer takes more than one turn of the wheel.
      const seen = await eventually(async () => {
        await workbench.page.mouse.wheel(0, -900);
        const turns = await inSight();
        return turns.length > 0 && (turns[0] ?? Infinity) < first ? turns : undefined;
      }, `turns before ${first}`);
      first = seen[0] ?? first;
      assert.deepEqual(seen, seen.map((_, index) => first + index), "one after the other");
      assert.ok((await articles().count()) <= MAX_IN_PAGE);
    }
    await panel.conversation.focus();
    await eventually(async () => {
      await workbench.page.keyboard.press("Home");
      return (await inSight())[0] === 1;
    }, "the beginning");
    await turnAt(1).getByText(beginning(chat.questions[0] ?? "")).first().waitFor();
    await eventually(async () => {
      await workbench.page.keyboard.press("End");
      return (await inSight()).includes(chat.turnCount);
    }, "the end");
  });

  it("is searched within: every place of a word, the newest first, however far away", async () => {
    await panel.conversation.focus();
    await workbench.page.keyboard.press("Control+f");
    const box = panel.frame.getByRole("searchbox", { name: "Find in chat" });
    await box.fill(chat.word);
    const { length: count } = chat.places;
    for (const [index, { turn }] of chat.places.entries()) {
      await panel.frame.getByText(`${index + 1} of ${count}`, { exact: true }).waitFor();
      await eventually(async () => (await inSight()).includes(turn), `turn ${turn}, place ${index + 1} of ${count}`);
      await turnAt(turn).getByText(chat.word).first().waitFor();
      await box.press("Enter");
    }
    await panel.frame.getByText(`1 of ${count}`, { exact: true }).waitFor();
    await eventually(async () => (await inSight()).includes(chat.places[0]?.turn ?? 0), "round to the newest");
    await box.press("Shift+Enter");
    await eventually(async () => (await inSight()).includes(chat.places.at(-1)?.turn ?? 0), "round to the oldest");
    const close = panel.frame.getByRole("search", { name: "Find in chat" }).getByRole("button", { name: "Close" });
    assert.ok(await close.evaluate((button) => button.getBoundingClientRect().right <= document.documentElement.clientWidth), "all of the bar is in sight");
    await close.click();
    await box.waitFor({ state: "detached" });
  });

  it("is found from the history, and opened at the place", async () => {
    await panel.newChat.click();
    await exchange("Something else", "Of no importance.");
    await panel.history.click();
    const search = panel.frame.getByRole("searchbox", { name: "Search history" });
    await search.fill(chat.word);
    const results = panel.frame.getByRole("list", { name: "Search results" }).getByRole("listitem");
    await eventually(async () => (await results.count()) === chat.places.length, `${chat.places.length} places of ${chat.word}`);
    assert.equal((await results.last().locator("mark").first().innerText()).toLowerCase(), chat.word);
    // The oldest: none of the turns that the chat is opened with.
    await results.last().getByRole("button").click();
    const oldest = chat.places.at(-1)?.turn ?? 0;
    await eventually(async () => (await inSight()).includes(oldest), `turn ${oldest}`, 20_000);
    await turnAt(oldest).getByText(chat.word).first().waitFor();
    await workbench.screenshot("long-chat-found");
  });

  it("and the server saw nothing it did not expect", () => {
    assert.deepEqual(server.unexpected, []);
  });
});
