import assert from "node:assert/strict";
import { answer, hold, isTurn } from "../support/scriptedServer";
import { eventually, openFile, setKey, statusBar, storedEvents } from "./support/panel";
import { useStage } from "./support/stage";

interface Body {
  readonly model: string;
  readonly system: readonly { readonly text: string }[];
  readonly messages: readonly { readonly role: string; readonly content: readonly { readonly text: string }[] }[];
}

describe("a first conversation", function () {
  const { server, workbench, panel, exchange, reopenPanel } = useStage({ key: null });
  before(() => server.acceptOnlyKey("sk-test-good"));

  it("begins without a key: the box is there, the panel says what to do, the status bar says it too", async () => {
    assert.equal(await panel.message.isEditable(), true);
    await panel.frame.getByRole("button", { name: "Set API key" }).first().waitFor();
    await panel.frame.getByRole("button", { name: "Try the demo model" }).waitFor();
    await statusBar(workbench, "Cairn: no key").waitFor();
    assert.deepEqual(server.requests, [], "nothing is sent without a key");
  });

  it("asking without a key keeps the draft, sends nothing and says one clear thing", async () => {
    await panel.ask("too early");
    await panel.frame.getByRole("alert").filter({ hasText: "API key" }).waitFor();
    assert.equal(await panel.message.inputValue(), "too early");
    assert.deepEqual(server.requests.filter(isTurn), []);
    await panel.message.fill("");
  });

  it("takes a key by command, tries it with GET /v1/models, and fills the model list", async () => {
    await setKey(workbench, "sk-test-good");
    const models = server.requests.filter((request) => request.method === "GET");
    assert.ok(models.every((request) => request.path.startsWith("/v1/models")));
    await eventually(async () => (await panel.model.locator("option").count()) > 1, "the list of models");
    assert.deepEqual(server.requests.filter(isTurn), []);
  });

  it("streams an answer about the file in front, and says it once to a screen reader", async () => {
    await openFile(workbench, "src/cart.ts");
    await panel.frame.getByText("cart.ts").first().waitFor();

    const gate = hold();
    server.enqueue(answer("The cart "), gate, answer("adds **prices**."));
    await panel.ask("What does this do?");
    await panel.conversation.getByText("The cart").waitFor();
    await panel.stop.waitFor();
    assert.equal(await panel.conversation.getAttribute("aria-live"), "off");
    assert.equal((await panel.status.allTextContents()).join("").includes("Claude answered"), false, "not before it is complete");
    gate.release();
    await panel.conversation.locator("strong", { hasText: "prices" }).waitFor();
    await panel.send.waitFor();
    await eventually(async () => (await panel.status.allTextContents()).join("").includes("Claude answered: The cart adds prices."), "the announcement");

    const { body } = await server.waitForRequest();
    const { messages, system } = body as unknown as Body;
    assert.match(messages[0]?.content[0]?.text ?? "", /^<attachment path="src\/cart\.ts" language="typescript">/);
    assert.equal(messages[0]?.content.at(-1)?.text, "What does this do?");
    assert.ok(system.some((part) => part.text.includes("AGENTS.md")), "the folder's instructions go along");
    assert.equal(await panel.message.inputValue(), "", "the box empties once the question is stored");
  });

  it("sends the selection instead of the file, and nothing once the chip is removed", async () => {
    await workbench.page.locator(".monaco-editor .view-lines").first().click();
    await workbench.page.keyboard.press("Control+Home");
    await workbench.page.keyboard.press("Shift+ArrowDown");
    await workbench.page.keyboard.press("Shift+ArrowDown");
    const remove = panel.frame.getByRole("button", { name: /^Remove cart\.ts/ });
    await panel.frame.getByRole("button", { name: /^Remove cart\.ts:1–2$/ }).or(panel.frame.getByText("cart.ts:1–2", { exact: true })).first().waitFor();
    await exchange("And these?", "Two lines.");
    const selected = (await server.waitForRequest()).body as unknown as Body;
    assert.match(selected.messages.at(-1)?.content[0]?.text ?? "", /^<attachment path="src\/cart\.ts" lines="1-2"/);

    await remove.click();
    await exchange("Just this", "Only words.");
    const bare = (await server.waitForRequest()).body as unknown as Body;
    assert.deepEqual(bare.messages.at(-1)?.content.map((part) => part.text), ["Just this"]);
    assert.equal(bare.messages.length, 5, "the whole conversation is sent");
  });

  it("Stop keeps what has arrived and ends the request", async () => {
    const gate = hold();
    server.enqueue(answer("Half of it"), gate);
    await panel.ask("A long one");
    await panel.conversation.getByText("Half of it").waitFor();
    await panel.stop.click();
    await panel.conversation.getByText("Stopped").waitFor();
    await panel.conversation.getByText("Half of it").waitFor();
    await gate.abandoned;
    await panel.send.waitFor();
  });

  it("Escape stops too", async () => {
    const gate = hold();
    server.enqueue(answer("Another half"), gate);
    await panel.ask("Again");
    await panel.conversation.getByText("Another half").waitFor();
    await panel.message.press("Escape");
    await gate.abandoned;
    await eventually(async () => (await panel.conversation.getByText("Stopped").count()) === 2, "the second stop");
  });

  it("everything is where it was after a reload", async () => {
    await panel.message.fill("a draft that is not sent");
    const before = await panel.conversation.innerText();
    await workbench.page.waitForTimeout(500); // a person's hand is no quicker from the keyboard to the reload
    await workbench.reload();
    await reopenPanel();
    await panel.conversation.getByText("Another half").waitFor();
    assert.equal(await panel.conversation.innerText(), before);
    assert.equal(await panel.message.inputValue(), "a draft that is not sent");
    await statusBar(workbench, "Cairn: ready").waitFor();
    await panel.message.fill("");
  });

  it("New chat begins afresh; History lists both, opens, deletes, and takes back", async () => {
    await panel.newChat.click();
    await eventually(async () => (await panel.conversation.getByText("Another half").count()) === 0, "an empty conversation");
    await exchange("Second chat's question", "A different matter.");

    await panel.history.click();
    const { chats } = panel;
    await eventually(async () => (await chats.count()) === 2, "two chats");
    assert.match(await chats.first().innerText(), /Second chat's question/);
    assert.match(await chats.nth(1).innerText(), /What does this do\?/);

    await panel.frame.getByRole("button", { name: "Delete What does this do?" }).click();
    await eventually(async () => (await chats.count()) === 1, "one chat left");
    await panel.frame.getByRole("button", { name: "Undo" }).click();
    await eventually(async () => (await chats.count()) === 2, "both again");
    await chats.nth(1).getByRole("button", { name: /What does this do\?/ }).first().click();
    await panel.conversation.getByText("Another half").waitFor();
  });

  it("called /v1/messages for turns a person started, and nothing else was asked", () => {
    const turns = storedEvents(workbench.globalStorageDir).filter((event) => event.type === "turn.started");
    assert.equal(server.requests.filter(isTurn).length, turns.length);
    server.assertAllExpected();
  });
});
