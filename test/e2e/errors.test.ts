import assert from "node:assert/strict";
import { answer, cut, failure, isTurn, malformedFrame, overloaded, promptTooLong, stall, type ReplyPart } from "../support/scriptedServer";
import { eventually, setKey, statusBar } from "./support/panel";
import { sentTurn } from "./support/sent";
import { useStage } from "./support/stage";

interface FailureCase {
  readonly name: string;
  /** The server's reply to each request until the turn fails. */
  readonly replies: readonly (readonly ReplyPart[])[];
  /** What happened and what to do next. */
  readonly says: RegExp;
  /** What is offered: nothing that could not help. */
  readonly offers: readonly Action[];
  /** Words that had arrived. */
  readonly kept?: string;
}

const ACTIONS = ["Retry", "Set API key", "Show log", "Continue", "Continue in a new chat"] as const;
type Action = (typeof ACTIONS)[number];

const tooMany = (retryAfter: string): ReplyPart => failure(429, "rate_limit_error", "Slow down.", { "retry-after": retryAfter });
const down = failure(500, "api_error", "down");
const words = answer("Some words. ");
const kept = "Some words.";

const CASES: readonly FailureCase[] = [
  { name: "400, refused", replies: [[failure(400, "invalid_request_error", "max_tokens: too many")]], says: /was not accepted\. It said: “max_tokens: too many” Change the message/, offers: ["Retry"] },
  { name: "402, no credit", replies: [[failure(402, "billing_error", "no credit")]], says: /no credit or a billing problem\. Check billing/, offers: ["Retry"] },
  { name: "403, not allowed", replies: [[failure(403, "permission_error", "no")]], says: /may not do this at .*\. Check its permissions, or use another key/, offers: ["Retry"] },
  { name: "413, too large", replies: [[failure(413, "request_too_large", "too large")]], says: /too large to send\. Shorten it or attach less/, offers: [] },
  { name: "429 with an hour's wait", replies: [[tooMany("3600")]], says: /Too many requests for this key\. Retry in 3600 s/, offers: ["Retry"] },
  { name: "429 with a wait just above a minute", replies: [[tooMany("61")]], says: /Too many requests for this key\. Retry in 61 s/, offers: ["Retry"] },
  { name: "500, three times", replies: [[down], [down], [down]], says: /had an error \(500\)\. Retry in a moment/, offers: ["Retry"] },
  { name: "529, three times", replies: [[overloaded()], [overloaded()], [overloaded()]], says: /is overloaded at the moment\. Retry in a little while/, offers: ["Retry"] },
  { name: "an error event in mid-stream", replies: [[words, overloaded()]], says: /is overloaded at the moment\. Retry in a little while/, offers: ["Retry"], kept },
  { name: "a malformed frame", replies: [[words, malformedFrame()]], says: /not a valid answer\. Retry; if it persists, check “cairn\.baseUrl”/, offers: ["Retry", "Show log"], kept },
  { name: "a stream that is none", replies: [[{ type: "raw", text: 'event: message_start\ndata: "Sign in first"\n\n' }]], says: /not a valid answer\. Retry; if it persists, check “cairn\.baseUrl”/, offers: ["Retry", "Show log"] },
  { name: "a cut connection", replies: [[words, cut()]], says: /broke in the middle of the answer\. What had arrived is kept; retry/, offers: ["Retry"], kept },
  { name: "a stream that falls silent", replies: [[words, stall()]], says: /No more of the answer came for 3 s\. What had arrived is kept; retry/, offers: ["Retry"], kept },
  { name: "a refusal", replies: [[words, { type: "end", stopReason: "refusal" }]], says: /declined to answer this\. Change the message/, offers: [], kept },
];

describe("each failure", function () {
  const { server, workbench, panel, exchange } = useStage({ settings: { "cairn.idleTimeoutSeconds": 3 } });
  const turns = () => server.requests.filter(isTurn);
  const asked = () => turns().slice(before).filter(({ refusal }) => refusal === undefined).map((request) => sentTurn(request).messages);
  const inChat = async (text: string | RegExp): Promise<number> => panel.conversation.getByText(text).count();
  const lastTurn = () => panel.conversation.getByRole("article").last();
  let before: number;

  beforeEach(async () => {
    await panel.newChat.click();
    await eventually(async () => (await panel.conversation.getByRole("article").count()) === 0, "a new chat");
    before = turns().length;
  });

  async function offered(): Promise<readonly Action[]> {
    const counts = await Promise.all(ACTIONS.map((name) => lastTurn().getByRole("button", { name, exact: true }).count()));
    return ACTIONS.filter((_, index) => counts[index] === 1);
  }

  for (const { name, replies, says, offers, kept } of CASES) {
    it(`${name}: one sentence, ${offers.length === 0 ? "and no Retry that could not help" : `and ${offers.join(", ")}`}`, async () => {
      const question = `Fail: ${name}`;
      for (const reply of replies) server.enqueue(...reply);
      await panel.ask(question);
      await panel.conversation.getByText(says).waitFor();
      assert.equal(await inChat(says), 1);
      await panel.send.waitFor();
      assert.deepEqual(await offered(), offers);
      assert.equal(turns().length, before + replies.length, "asked no more often than that");
      const inBox = kept === undefined ? question : "";
      await eventually(async () => (await panel.message.inputValue()) === inBox, kept === undefined ? "the question back in the box" : "an empty box");
      if (kept !== undefined) assert.equal(await inChat(kept), 1);
      if (!offers.includes("Retry")) return;

      server.enqueue(answer(`Better: ${name}`));
      await panel.retry.click();
      await panel.conversation.getByText(`Better: ${name}`).waitFor();
      await panel.send.waitFor();
      assert.equal(await inChat(question), 1, "the question stands once");
      assert.equal(await inChat(kept ?? "Some words."), 0, "what had arrived is another version");
      if (kept !== undefined) {
        await panel.conversation.getByRole("button", { name: "Previous version" }).last().click();
        await panel.conversation.getByText(kept).waitFor();
        await panel.conversation.getByRole("button", { name: "Next version" }).last().click();
        await panel.conversation.getByText(`Better: ${name}`).waitFor();
      }
      assert.equal(await panel.message.inputValue(), "");
      assert.equal(await panel.retry.count(), 0);
      assert.deepEqual(asked(), Array.from({ length: replies.length + 1 }, () => [`user: ${question}`]));
    });
  }

  it("after Retry the conversation goes on from the new answer, and the broken one is not sent", async () => {
    server.enqueue(words, cut());
    await panel.ask("Break");
    await panel.retry.waitFor();
    server.enqueue(answer("Some words. And the rest."));
    await panel.retry.click();
    await panel.conversation.getByText("Some words. And the rest.").waitFor();
    await panel.send.waitFor();
    await exchange("Go on", "Gone on.");
    assert.deepEqual(asked().at(-1), ["user: Break", "assistant: Some words. And the rest.", "user: Go on"]);
  });

  it("401: Set API key in place of Retry, which comes with a key that works", async () => {
    server.rejectKey("sk-test-good");
    await panel.ask("Who am I?");
    await panel.conversation.getByText(/The API key was rejected by .*\. Set a valid one/).waitFor();
    await statusBar(workbench, "Cairn: key rejected").waitFor();
    assert.deepEqual(await offered(), ["Set API key"]);
    await setKey(workbench, "sk-test-other");
    await panel.retry.waitFor();
    assert.deepEqual(await offered(), ["Retry"]);
    server.enqueue(answer("You are known."));
    await panel.retry.click();
    await panel.conversation.getByText("You are known.").waitFor();
    assert.deepEqual(asked(), [["user: Who am I?"]]);
    assert.equal(turns().length, before + 2);
  });

  it("404: another model, and Retry asks that one", async () => {
    server.enqueue(failure(404, "not_found_error", "model: none such"));
    await panel.ask("Which one?");
    await panel.conversation.getByText(/The model “.*” is not available to this key\. Choose another one in the model list, then retry/).waitFor();
    assert.deepEqual(await offered(), ["Retry"]);
    const missing = await panel.model.inputValue();
    const other = missing === "claude-opus-5-5" ? "claude-haiku-5-5" : "claude-opus-5-5";
    await panel.model.selectOption(other);
    server.enqueue(answer("A known one."));
    await panel.retry.click();
    await panel.conversation.getByText("A known one.").waitFor();
    assert.deepEqual(turns().slice(before).map((request) => sentTurn(request).model), [missing, other]);
  });

  it("a wait that the server names is counted down and ends in the answer", async () => {
    server.enqueue(tooMany("3"));
    server.enqueue(answer("Not busy any more."));
    await panel.ask("Busy?");
    await panel.conversation.getByText(/Too many requests for this key\. Trying again in [23] s/).waitFor();
    await panel.conversation.getByText("Too many requests for this key. Trying again in 1 s").waitFor();
    await panel.conversation.getByText("Not busy any more.").waitFor();
    assert.equal(await inChat(/Too many requests/), 0);
    const [first, second, ...more] = turns().slice(before);
    assert.ok(first !== undefined && second !== undefined && second.at - first.at >= 3_000, "not asked before the time");
    assert.deepEqual(more, []);
  });

  it("a wait of a minute is waited for, shown from its first second, and can be cancelled", async () => {
    server.enqueue(tooMany("60"));
    await panel.ask("Very busy?");
    await panel.conversation.getByText(/Trying again in (60|59) s/).waitFor();
    await panel.conversation.getByText(/Trying again in 5[0-8] s/).waitFor();
    await panel.stop.click();
    await panel.conversation.getByText("Stopped", { exact: true }).waitFor();
    await panel.send.waitFor();
    assert.equal(await inChat(/Trying again/), 0);
    assert.equal(turns().length, before + 1);
  });

  it("an answer at its length limit goes on with Continue", async () => {
    server.enqueue(answer("One, two, "), { type: "end", stopReason: "max_tokens" });
    await panel.ask("Count");
    await panel.conversation.getByText("The answer reached its length limit.").waitFor();
    assert.deepEqual(await offered(), ["Continue"]);
    server.enqueue(answer("three."));
    await panel.frame.getByRole("button", { name: "Continue", exact: true }).click();
    await panel.conversation.getByText("three.").waitFor();
    assert.equal(await inChat("One, two,"), 1);
    assert.deepEqual(asked().at(-1), ["user: Count", "assistant: One, two,", "user: Continue."]);
    assert.deepEqual(await offered(), [], "the rest is there");
  });

  it("a context that fills up in mid-answer goes on in a new chat, which carries what was said", async () => {
    await exchange("Remember the number 7", "I do.");
    server.enqueue(answer("And so "), { type: "end", stopReason: "model_context_window_exceeded" });
    await panel.ask("A long story");
    await goOnInNewChat();
    for (const text of ["I do.", "And so"]) assert.equal(await inChat(text), 1, text);
    assert.equal(await panel.message.inputValue(), "");
    await exchange("Which number?", "Seven.");
    assert.deepEqual(asked().at(-1), ["user: Remember the number 7", "assistant: I do.", "user: A long story", "assistant: And so", "user: Which number?"]);
  });

  it("a context that is too long to be read goes on in a new chat, with the question ready to be sent", async () => {
    await exchange("Remember the number 8", "I will.");
    server.enqueue(promptTooLong());
    await panel.ask("Too much for you?");
    await goOnInNewChat();
    await eventually(async () => (await panel.message.inputValue()) === "Too much for you?", "the question in the new chat's box");
    assert.equal(await inChat("Too much for you?"), 0);
    server.enqueue(answer("Not any more."));
    await panel.message.press("Enter");
    await panel.conversation.getByText("Not any more.").waitFor();
    assert.deepEqual(asked().at(-1), ["user: Remember the number 8", "assistant: I will.", "user: Too much for you?"]);
  });

  async function goOnInNewChat(): Promise<void> {
    const sentence = panel.conversation.getByText(/longer than the model can read\. Continue in a new chat/);
    await sentence.waitFor();
    assert.deepEqual(await offered(), ["Continue in a new chat"]);
    await panel.frame.getByRole("button", { name: "Continue in a new chat" }).click();
    await panel.frame.getByText(/\(continued\)$/).first().waitFor();
  }

  it("and the server saw nothing it did not expect", () => server.assertAllExpected());
});
