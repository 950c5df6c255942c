import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { answer, hold, isTurn } from "../support/scriptedServer";
import { currentPanel, eventually, storedEvents } from "./support/panel";
import { useStage } from "./support/stage";

describe("a conversation survives", function () {
  const { server, workbench, panel, reopenPanel, usePanel } = useStage();

  const durable = (text: string) =>
    eventually(() => storedEvents(workbench.globalStorageDir).some((event) => event.type === "block.part" && event.text?.includes(text)), `${text} on disk`);

  it("the panel being closed in mid-stream: the answer goes on and is there when it opens again", async () => {
    const gate = hold();
    server.enqueue(answer("Before the panel closed. "), gate, answer("While it was closed. "));
    await panel.ask("Go on without me");
    await panel.conversation.getByText("Before the panel closed.").waitFor();
    await workbench.command("View: Hide Secondary Side Bar");
    gate.release();
    await eventually(() => storedEvents(workbench.globalStorageDir).some((event) => event.type === "turn.ended"), "the answer's end");
    await reopenPanel();
    await panel.conversation.getByText("Before the panel closed. While it was closed.").waitFor();
  });

  it("the panel being reopened in mid-stream: the running answer streams on in it", async () => {
    const gate = hold();
    const second = hold();
    server.enqueue(answer("First words. "), gate, answer("Second words. "), second, answer("Third words."));
    await panel.ask("Keep streaming");
    await panel.conversation.getByText("First words.").waitFor();
    await workbench.command("View: Hide Secondary Side Bar");
    gate.release();
    await reopenPanel();
    await panel.conversation.getByText("First words. Second words.").waitFor();
    await panel.stop.waitFor();
    second.release();
    await panel.conversation.getByText("First words. Second words. Third words.").waitFor();
    await panel.send.waitFor();
  });

  it("the window being reloaded in mid-stream: the partial answer is back, marked interrupted, and Retry asks again", async () => {
    const gate = hold();
    server.enqueue(answer("Words before the reload"), gate);
    await panel.ask("Will you be interrupted?");
    await panel.conversation.getByText("Words before the reload").waitFor();
    await durable("before the reload");
    await workbench.reload();
    await reopenPanel();
    await panel.conversation.getByText("Words before the reload").waitFor();
    await panel.conversation.getByText("Interrupted", { exact: true }).waitFor();
    await gate.abandoned;

    server.enqueue(answer("The whole answer"));
    const asked = server.requests.filter(isTurn).length;
    await panel.retry.click();
    await panel.conversation.getByText("The whole answer").waitFor();
    await panel.conversation.getByRole("button", { name: "Previous version" }).click();
    await panel.conversation.getByText("Words before the reload").waitFor();
    await panel.conversation.getByRole("button", { name: "Next version" }).click();
    await panel.conversation.getByText("The whole answer").waitFor();
    const turns = server.requests.filter(isTurn);
    assert.equal(turns.length, asked + 1);
    const messages = turns.slice(-2).map((turn) => (turn.body as { readonly messages?: unknown }).messages);
    assert.deepEqual(messages[1], messages[0], "the same conversation, without the cut answer");
  });

  it("the extension host being killed in mid-stream: nothing that was durable is lost", async () => {
    const gate = hold();
    server.enqueue(answer("Words before the kill"), gate);
    await panel.ask("Will you be killed?");
    await panel.conversation.getByText("Words before the kill").waitFor();
    await durable("before the kill");
    assert.equal(workbench.killExtensionHost().length > 0, true);
    await gate.abandoned;
    const ofNewHost = async () => {
      await workbench.command("Cairn: Open Chat");
      const found = await currentPanel(workbench);
      return (await found.conversation.getByText("Interrupted", { exact: true }).count()) === 1 ? found : undefined;
    };
    usePanel(await eventually(ofNewHost, "the panel of the new host", 40_000));
    await panel.conversation.getByText("Words before the kill").waitFor();
    server.enqueue(answer("Alive again"));
    await panel.retry.click();
    await panel.conversation.getByText("Alive again").waitFor();
  });

  it("a reload in the moment in which a question was taken: it is there, once, and not in the box as well", async () => {
    await panel.newChat.click();
    const gate = hold();
    server.enqueue(gate);
    await panel.ask("Sent and gone");
    await eventually(async () => (await panel.message.inputValue()) === "", "the box empty, which says that the question is on disk");
    await workbench.reload();
    await reopenPanel();
    await panel.conversation.getByText("Sent and gone").waitFor();
    assert.equal(await panel.conversation.getByText("Sent and gone").count(), 1);
    assert.equal(await panel.message.inputValue(), "");
    await panel.conversation.getByText("Interrupted", { exact: true }).waitFor();
    gate.release();
  });

  it("a killed host while a person types on and on: what was typed is there", async () => {
    await panel.message.pressSequentially("typing without a pause, key after key, word after word, and on and on to the end of it", { delay: 30 });
    workbench.killExtensionHost();
    await workbench.reload();
    await reopenPanel();
    await eventually(async () => (await panel.message.inputValue()).startsWith("typing without a pause"), "the draft");
    await panel.message.fill("");
  });

  it("the list of chats is made again when its image is lost or damaged", async () => {
    const image = join(workbench.globalStorageDir, "index.sqlite");
    await panel.history.click();
    await eventually(() => existsSync(image), "the image");
    writeFileSync(image, "not a database");
    workbench.killExtensionHost();
    await workbench.reload();
    await reopenPanel();
    await panel.history.click();
    await eventually(async () => (await panel.chats.count()) === 2, "the chats in the list");
    assert.match(await panel.chats.nth(1).innerText(), /Go on without me/);
  });

  it("and the server saw nothing it did not expect", () => {
    assert.deepEqual(server.unexpected, []);
  });
});
