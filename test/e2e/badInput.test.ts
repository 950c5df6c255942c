import assert from "node:assert/strict";
import { answer, cut, hold, isTurn, malformedFrame, overloaded, startScriptedServer, stall, type ScriptedServer } from "../support/scriptedServer";
import { eventually, openPanel, setKey, statusBar, type Panel } from "./support/panel";
import { openWorkbench, type Workbench } from "./support/workbench";

describe("bad input and bad luck", function () {
  let server: ScriptedServer;
  let workbench: Workbench;
  let panel: Panel;

  before(async function () {
    this.timeout(90_000);
    server = await startScriptedServer();
    workbench = await openWorkbench({ settings: { "cairn.baseUrl": server.baseUrl, "cairn.idleTimeoutSeconds": 5 } });
    panel = await openPanel(workbench);
    await setKey(workbench, "sk-test-good");
  });

  after(async () => {
    await workbench.close();
    await server.close();
  });

  beforeEach(async () => {
    await panel.message.fill("");
    await panel.newChat.click();
    await eventually(async () => (await panel.conversation.locator("*").count()) === 0 || (await panel.retry.count()) === 0, "a fresh chat");
  });

  /** The one message shown for a turn that failed. */
  async function failureIs(text: string | RegExp): Promise<void> {
    await panel.conversation.getByText(text).waitFor();
    assert.equal(await panel.conversation.getByText(text).count(), 1, "one message");
  }

  it("an empty message is not sent, and says why", async () => {
    await panel.ask("   \n ");
    await panel.frame.getByText("Write a message first.").waitFor();
    await panel.message.fill("");
    await panel.send.click();
    await panel.frame.getByText("Write a message first.").waitFor();
    assert.deepEqual(server.requests.filter(isTurn), []);
  });

  it("an IME's Enter does not send; Shift+Enter breaks the line", async () => {
    await panel.message.fill("ni");
    await panel.message.dispatchEvent("keydown", { key: "Enter", isComposing: true, bubbles: true });
    await panel.message.press("End");
    await panel.message.press("Shift+Enter");
    await panel.message.pressSequentially("hao");
    assert.equal(await panel.message.inputValue(), "ni\nhao");
    assert.deepEqual(server.requests.filter(isTurn), []);
  });

  it("an unknown model: one message, the question kept, and another model helps", async () => {
    const choices = await panel.model.locator("option").evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).value));
    server.setModels([{ ...scripted(choices[0] ?? ""), id: "model-that-came" }]);
    await panel.ask("Which model is this?");
    await failureIs(/The model “.*” is not available to this key/);
    await eventually(async () => (await panel.message.inputValue()) === "Which model is this?", "the question back in the box");
    server.setModels(choices.map(scripted));
    server.enqueue(answer("A known one."));
    await panel.retry.click();
    await panel.conversation.getByText("A known one.").waitFor();
    assert.equal(await panel.message.inputValue(), "", "Retry takes the question out of the box again");
  });

  it("a malformed frame: one message, the text before it kept, Retry asks again", async () => {
    server.enqueue(answer("Good words. "), malformedFrame());
    await panel.ask("Mumble");
    await failureIs(/not a valid answer/);
    await panel.conversation.getByText("Good words.").waitFor();
    server.enqueue(answer("Clear words."));
    await panel.retry.click();
    await panel.conversation.getByText("Clear words.").waitFor();
  });

  it("a connection cut in mid-answer: the text is kept and said to be", async () => {
    server.enqueue(answer("Until here"), cut());
    await panel.ask("Break");
    await failureIs(/connection broke in the middle/);
    await panel.conversation.getByText("Until here").waitFor();
  });

  it("a stream that falls silent is given up after the set time", async () => {
    server.enqueue(answer("And then "), stall());
    await panel.ask("Fall silent");
    await failureIs(/No more of the answer came for 5 s/);
    await panel.conversation.getByText("And then").waitFor();
  });

  it("an overloaded server is asked again by itself before any word came", async () => {
    server.enqueue(overloaded());
    server.enqueue(answer("Now it works."));
    const before = server.requests.filter(isTurn).length;
    await panel.ask("Busy?");
    await panel.conversation.getByText("Now it works.").waitFor();
    assert.equal(server.requests.filter(isTurn).length, before + 2);
  });

  it("a second question while one is answered is refused and stays in the box", async () => {
    const gate = hold();
    server.enqueue(answer("Still talking"), gate);
    await panel.ask("One");
    await panel.conversation.getByText("Still talking").waitFor();
    await panel.ask("Two");
    await panel.frame.getByRole("alert").waitFor();
    assert.equal(await panel.message.inputValue(), "Two");
    await panel.stop.click();
    await panel.send.waitFor();
  });

  it("an unreachable server: one message, the question kept, the status bar says offline; it recovers", async function () {
    const port = Number(new URL(server.baseUrl).port);
    await server.close();
    await panel.ask("Anyone there?");
    await failureIs(/could not be reached/);
    await eventually(async () => (await panel.message.inputValue()) === "Anyone there?", "the question back in the box");
    await statusBar(workbench, "Cairn: offline").waitFor();
    server = await startScriptedServer({ port });
    server.enqueue(answer("Here again."));
    await panel.retry.click();
    await panel.conversation.getByText("Here again.").waitFor();
    await statusBar(workbench, "Cairn: ready").waitFor();
  });
});

function scripted(id: string): Parameters<ScriptedServer["setModels"]>[0] extends infer M ? (M extends readonly (infer I)[] ? I : never) : never {
  return { type: "model", id, display_name: id, created_at: "2026-10-21T00:00:00Z", line: null, lifecycle: "active", deprecated_at: null, retires_at: null, max_input_tokens: 1_000_000, max_tokens: 128_000, capabilities: null, allowed_fallback_models: null };
}
