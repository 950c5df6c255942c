import assert from "node:assert/strict";
import { signal } from "@preact/signals";
import { render } from "preact";
import type { Block, ChatState, Turn } from "../../../src/core/protocol/chatState";
import type { BlockKind } from "../../../src/core/protocol/blocks";
import { connect } from "../../../src/core/protocol/rpc";
import { createChatSession } from "../../../src/webview/state/chatSession";
import type { Store } from "../../../src/webview/state/store";
import { StoreProvider } from "../../../src/webview/state/storeContext";
import { CodeActionsContext } from "../../../src/webview/ui/codeActions";
import { TurnView } from "../../../src/webview/views/TurnView";
import { createManualClock } from "../../support/fakes/clock";
import { createFakeHost } from "../../support/fakePort";
import { createTinyRoot, type TinyNode } from "./tinyDom";

const chatId = "c1";
const USAGE = { model: "claude-sonnet-5-5", inputTokens: 1, outputTokens: 2, cacheReadTokens: 3, cacheWrite5mTokens: 4, cacheWrite1hTokens: 0 };

function block(blockId: string, kind: BlockKind["kind"] & ("text" | "thinking" | "redactedThinking"), text: string, more: Partial<Block> = {}): Block {
  return { blockId, role: "assistant", block: { kind }, text, isOpen: false, ...more };
}

const question = block("q", "text", "Why?\nAnd *how*?", { role: "user" });

describe("a turn's view", () => {
  let root: TinyNode & Element;
  let calls: unknown[];

  beforeEach(() => {
    root = createTinyRoot();
    calls = [];
  });
  afterEach(() => render(null, root));

  async function show(turn: Partial<Turn>): Promise<void> {
    const whole: Turn = { turnId: "t1", model: "model-a", startedAt: 1_000_000, status: "done", blocks: [], ...turn };
    const state: ChatState = { chatId, seq: 1, title: "", createdAt: 0, updatedAt: 0, isDeleted: false, turns: [whole] };
    const clock = createManualClock();
    const host = createFakeHost({ handlers: { "chat.attach": () => ({ chat: state, draft: "", isWhole: true, isElsewhere: false, unsaved: null }) } });
    const chat = createChatSession({ client: connect(host.port, { timers: clock, timeoutMs: 1000, report: assert.fail }), timers: clock, onEarlier: () => undefined, onStep: () => undefined });
    void chat.show(chatId);
    await clock.advance(0);
    const note = (name: string) => (...args: readonly unknown[]) => void calls.push([name, ...args]);
    const store = { chat, found: signal(undefined), branches: { edit: signal(undefined), focusWish: signal(undefined) }, connection: signal(undefined), models: { nameOf: (id: string) => id }, ask: note("ask"), continueAnswer: note("continueAnswer"), continueInNew: note("continueInNew") } as unknown as Store; // all that the view reads
    render(
      <StoreProvider value={store}>
        <CodeActionsContext.Provider value={{ insert: note("insert"), newFile: note("newFile") }}>
          <TurnView turnId="t1" position={1} count={1} />
        </CodeActionsContext.Provider>
      </StoreProvider>,
      root,
    );
  }

  const tool = (more: Partial<Extract<BlockKind, { kind: "tool" }>>, blockMore: Partial<Block> = {}): Block =>
    ({ blockId: "call1", role: "assistant", block: { kind: "tool", tool: "run", input: { command: "npm test\n --silent" }, ...more }, text: "12 passed", isOpen: false, ...blockMore });

  it("shows a tool's call in one line, and what went in and came out when it is unfolded", async () => {
    await show({ blocks: [question, tool({ status: "ok", durationMs: 2_400 })] });
    const [details] = root.all("details");
    assert.deepEqual(details?.all("span").map((part) => part.textContent).filter((text) => text !== ""), ["run", "npm test --silent", "2 s"]);
    assert.equal(root.all("pre").length, 0);
    assert.ok(details);
    details.dispatch("toggle", { currentTarget: { open: true } });
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(root.all("pre").map((part) => part.textContent), ['{\n  "command": "npm test\\n --silent"\n}', "12 passed"]);
  });

  for (const [name, block, status] of [
    ["runs", tool({}, { isOpen: true }), "running"],
    ["failed", tool({ status: "error" }), "failed"],
    ["was not allowed", tool({ status: "denied", durationMs: 3_000 }), "not allowed, 3 s"],
    ["was broken off by a crash", tool({}), "broken off"],
    ["was quick", tool({ status: "ok", durationMs: 20 }), "done"],
  ] as const) {
    it(`says of a tool's call that it ${name}`, async () => {
      await show({ blocks: [question, block] });
      assert.equal(root.all("summary")[0]?.all("span").at(-1)?.textContent, status);
    });
  }

  it("shows a notice with its level in words", async () => {
    await show({ blocks: [question, { blockId: "n", role: "assistant", block: { kind: "notice", level: "warning" }, text: "Three lines could not be read.", isOpen: false }] });
    assert.ok(root.all("p").some((part) => part.textContent.replace(/\s+/g, "") === "Warning:Threelinescouldnotberead."));
  });

  const names = (): readonly (string | null)[] => root.all("button").map((button) => button.getAttribute("aria-label"));
  const words = (): readonly string[] => root.all("vscode-button").map((button) => button.textContent);

  function press(name: string): void {
    const button = [...root.all("button"), ...root.all("vscode-button")].find((node) => node.getAttribute("aria-label") === name || node.textContent === name);
    assert.ok(button, `there is a button ${name}`);
    button.dispatch("click", { type: "click" });
  }

  it("offers what can be done with question, code and answer, each by its name", async () => {
    await show({ blocks: [question, block("a", "text", "So:\n\n```ts title\nlet a;\n```")] });
    assert.deepEqual(names(), ["Edit and resend", "Copy question", "Copy", "Insert at cursor", "New file", "Copy answer", "Fork from here"]);
    press("Insert at cursor");
    press("New file");
    assert.deepEqual(calls, [["insert", "let a;"], ["newFile", "let a;", "ts"]]);
  });

  it("copies question and answer as they were written", async () => {
    const copied: string[] = [];
    const before = Object.getOwnPropertyDescriptor(globalThis, "navigator");
    Object.defineProperty(globalThis, "navigator", { configurable: true, value: { clipboard: { writeText: async (text: string) => void copied.push(text) } } });
    try {
      await show({ blocks: [question, block("a", "text", "**So.**"), block("b", "thinking", "hm"), block("c", "text", "- and")] });
      press("Copy question");
      press("Copy answer");
      assert.deepEqual(copied, ["Why?\nAnd *how*?", "**So.**\n\n- and"]);
    } finally {
      if (before !== undefined) Object.defineProperty(globalThis, "navigator", before);
    }
  });

  it("folds thinking under its time, and shows nothing of what only the model can read", async () => {
    const times = { startedAt: 1000, endedAt: 5200 };
    await show({ blocks: [question, block("a", "thinking", "Let me see.", times), block("b", "redactedThinking", "c2VjcmV0", times), block("c", "thinking", "", { isOpen: true })] });
    assert.deepEqual(root.all("summary").map((summary) => summary.textContent.trim()), ["Thought for 4 s"]);
    assert.deepEqual(root.all("p").map((line) => line.textContent), ["Thought for 4 s", "Thinking…"]);
    assert.doesNotMatch(root.textContent, /Let me see|c2VjcmV0/);
  });

  it("says when it was asked and answered", async () => {
    await show({ endedAt: 2_000_000, blocks: [question, block("a", "text", "So.")] });
    assert.deepEqual(root.all("time").map((time) => time.getAttribute("dateTime") ?? time.getAttribute("datetime")), ["1970-01-01T00:16:40.000Z", "1970-01-01T00:33:20.000Z"]);
  });

  it("says what the answer used and cost", async () => {
    await show({ usage: USAGE, blocks: [question, block("a", "text", "So.")] });
    assert.match(root.textContent, /1 in · 3 cache read · 4 cache write · 2 out · <\$0\.0001/);
  });

  it("offers to go on after an answer that reached its limit, and in a new chat after one that had no room", async () => {
    await show({ stopReason: "max_tokens", blocks: [question, block("a", "text", "So")] });
    assert.deepEqual(words(), ["Continue"]);
    press("Continue");
    render(null, root);
    await show({ status: "failed", failure: { code: "contextExceeded", message: "Too long." }, blocks: [question] });
    assert.deepEqual(words(), ["Continue in a new chat"]);
    press("Continue in a new chat");
    assert.deepEqual(calls, [["continueAnswer"], ["continueInNew"]]);
  });

  it("keeps copying what a failed answer had said", async () => {
    await show({ status: "failed", failure: { code: "streamCut", message: "Cut." }, blocks: [question, block("a", "text", "So")] });
    assert.deepEqual(names(), ["Edit and resend", "Copy question", "Copy answer", "Fork from here"]);
  });

  it("counts a wait down in seconds", async () => {
    await show({ status: "running", waiting: { untilAt: Date.now() + 6500, attempt: 2, message: "Claude is overloaded." }, blocks: [question] });
    assert.match(root.textContent, /Claude is overloaded\. Trying again in [67] s/);
    render(null, root);
    await show({ status: "running", waiting: { untilAt: Date.now() - 1, attempt: 2, message: "Claude is overloaded." }, blocks: [question] });
    assert.match(root.textContent, /Claude is overloaded\. Trying again$/);
  });
});
