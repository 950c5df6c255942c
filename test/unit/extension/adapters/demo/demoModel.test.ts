import { BaseAnthropic } from "@anthropic-ai/sdk/client";
import { Messages } from "@anthropic-ai/sdk/resources/beta/messages";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { startDemo } from "../../../../../src/extension/adapters/demo";
import { createDemoResponder, demoModels } from "../../../../../src/extension/adapters/demo/demoModel";
import { parseMessagesRequest } from "../../../../../src/extension/adapters/demo/parseRequest";
import type { Step } from "../../../../../src/extension/adapters/demo/wire";

const respond = createDemoResponder({ wordsPerSecond: Infinity });
const introduction = /^I'm the demo model: [^.]*written in advance about the sample workspace, and nothing you type here reaches Claude\./;
const cart = sample("src/cart.ts");
const readTool = { name: "read", input_schema: { type: "object", properties: { file_path: { type: "string" } } } };

describe("demoModel", () => {
  it("opens a conversation by saying what it is, and says it once", async () => {
    const first = await ask("What does this project do?");
    assert.match(first, introduction);
    const earlier = [{ role: "user", content: "hello" }, { role: "assistant", content: first }];
    const second = await ask("What does this project do?", { earlier });
    assert.match(second, /^## Tea counter/);
    assert.equal(first.replace(introduction, ""), `\n\n${second}`);
  });

  it("gives the same answer to the same question", async () => {
    assert.deepEqual(await stepsFor("find the bug"), await stepsFor("find the bug"));
  });

  const topics: readonly (readonly [string, RegExp])[] = [
    ["What does this project do?", /## Tea counter/],
    ["Find the bug", /## Three for two gives away the wrong packet/],
    ["is there something wrong in here?", /## Three for two gives away/],
    ["Please fix it.", /## Compare prices as numbers/],
    ["fix the bug", /## Compare prices as numbers/],
    ["write a test for the bug", /## A test for three for two/],
    ["How does the Python report work?", /## The sales report/],
    ["Give me the tour", /# A tour of the sample/],
    ["explain everything", /# A tour of the sample/],
    ["what is in money.ts?", /## src\/money\.ts/],
    ["what does offerDiscount do?", /`offerDiscount` writes out a price for each packet/],
    ["Which house rules did you get?", /did not come with this question/],
    ["Schreib ein Gedicht", /no scripted answer to that[\s\S]*Cairn: Set API Key/],
    ["How do I get real answers?", /Cairn: Set API Key/],
  ];
  for (const [question, expected] of topics) {
    it(`understands: ${question}`, async () => assert.match(await ask(question), expected));
  }

  it("goes by the question, not by what is attached to it", async () => {
    assert.match(await ask("hello", { attachments: [attach("src/cart.ts", cart)] }), /no scripted answer to that/);
    assert.match(await ask("What does this project do?", { attachments: [attach("src/cart.ts", cart)] }), /## Tea counter/);
  });

  it("explains the file that was sent", async () => {
    const answer = await ask("Explain this file", { attachments: [attach("tools/daily_sales.py", sample("tools/daily_sales.py"))] });
    assert.match(answer, /## tools\/daily_sales\.py\n\n[\s\S]*`revenue_by_tea`[\s\S]*`main`/);
  });

  it("explains just the selection that was sent", async () => {
    const answer = await ask("explain this", { attachments: [attach("src/cart.ts", linesOf(cart, 26, 32), "26-32")] });
    assert.match(answer, /Lines 26 to 32 of `src\/cart\.ts`:\n\n- `offerDiscount` /);
    assert.doesNotMatch(answer, /`addItem`|`receipt`/);
    const other = await ask("explain this", { attachments: [attach("src/cart.ts", linesOf(cart, 21, 24), "21-24")] });
    assert.match(other, /- `subtotal` /);
    assert.doesNotMatch(other, /offerDiscount|find the bug/);
  });

  it("explains nothing that it does not know", async () => {
    const answer = await ask("explain this", { attachments: [attach("src/rocket.ts", "export const fuel = 3;")] });
    assert.match(answer, /I can't explain `src\/rocket\.ts`/);
    const namesake = await ask("explain this", { attachments: [attach("src/cart.ts", "export const wheels = 4;")] });
    assert.match(namesake, /I can't explain `src\/cart\.ts`/);
    const readme = await ask("explain this", { attachments: [attach("README.md", "# Rockets")] });
    assert.match(readme, /I can't explain `README\.md`/);
    const title = await ask("explain this", { attachments: [attach("README.md", "# Rockets", "1-1")] });
    assert.match(title, /Nothing was written about just those lines\. In the sample, `README\.md` holds/);
  });

  it("finds the bug in the text that was sent, at its line there", async () => {
    const moved = await ask("find the bug", { attachments: [attach("src/cart.ts", `// one more line\n${cart}`)] });
    assert.match(moved, /`src\/cart\.ts` you sent, line 31:/);
    const selected = await ask("find the bug", { attachments: [attach("src/cart.ts", linesOf(cart, 29, 31), "29-31")] });
    assert.match(selected, /`src\/cart\.ts` you sent, line 30:/);
  });

  it("sees that the bug was fixed", async () => {
    const fixed = cart.replace("prices.sort()", "prices.sort((a, b) => a - b)");
    for (const question of ["find the bug", "fix it"]) {
      const answer = await ask(question, { attachments: [attach("src/cart.ts", fixed)] });
      assert.match(answer, /The one bug I know of is not in the `src\/cart\.ts` you sent/);
    }
  });

  it("does not judge other code", async () => {
    const answer = await ask("find the bug", { attachments: [attach("src/rocket.ts", "export const fuel = 3;")] });
    assert.match(answer, /I can't judge `src\/rocket\.ts`: [\s\S]*`src\/cart\.ts`, line 30/);
  });

  it("tells which house rules came along", async () => {
    const system = `Instructions of the folder:\n\n${sample("AGENTS.md")}`;
    assert.match(await ask("Which rules did you get?", { system }), /`AGENTS\.md` came with this question\. It has two house rules/);
    assert.match(await ask("fix it", { system }), /second rule in your `AGENTS\.md` wants a test/);
    assert.doesNotMatch(await ask("fix it"), /AGENTS/);
  });

  it("shows thinking where it was asked for, and says that it is scripted", async () => {
    const kinds = async (thinking: object) => new Set((await stepsFor("find the bug", { thinking })).map((step) => step.type));
    assert.ok((await kinds({ type: "adaptive" })).has("thinking"));
    assert.ok(!(await kinds({ type: "disabled" })).has("thinking"));
    assert.ok(!(await kinds({ type: "adaptive", display: "omitted" })).has("thinking"));
  });

  it("uses a tool named read, by the name its schema gives to the path", async () => {
    const steps = await stepsFor("read src/money.ts", { tools: [readTool] });
    assert.deepEqual(steps.at(-1), { type: "toolUse", name: "read", input: { file_path: "src/money.ts" } });
    assert.match(spoken(steps), /I'll read `src\/money\.ts`\.$/);
    assert.ok(!(await stepsFor("read src/money.ts")).some((step) => step.type === "toolUse"));
  });

  it("answers from what the tool gave back", async () => {
    const answer = await afterTool({ content: [{ type: "text", text: cart }] });
    const count = cart.split("\n").length - 1;
    assert.match(answer, new RegExp(`^I have read \`src/cart.ts\`: ${count} lines\\.`));
    assert.match(answer, /- `addItem`\n- `subtotal`[\s\S]*line 30: /);
    assert.match(await afterTool({ content: "# Tea\n\n## Rules\n" }), /: 3 lines\. In it I find:\n\n- `Tea`\n- `Rules`$/);
    const failed = await afterTool({ content: "No such file.\nTry another.", is_error: true });
    assert.match(failed, /did not work[\s\S]*> No such file\.\n> Try another\.$/);
  });

  it("speaks at a reading pace", async () => {
    const steps: Step[] = [];
    for await (const step of createDemoResponder()(requestFor("Give me the tour"), { signal: AbortSignal.abort() })) steps.push(step);
    const words = spoken(steps).split(/\s+/).length;
    const ms = steps.reduce((sum, step) => sum + (step.type === "pause" ? step.ms : 0), 0);
    const wordsPerSecond = (words * 1000) / ms;
    assert.ok(words >= 400, `${words} words`);
    assert.ok(wordsPerSecond >= 60 && wordsPerSecond <= 100, `${wordsPerSecond} words a second`);
    const pieces = steps.flatMap((step) => (step.type === "text" ? [step.text.length] : []));
    assert.ok(Math.max(...pieces) < 100);
  });

  it("is served whole by its own server, to the one who has the key", async () => {
    const server = await startDemo("key of this start", { wordsPerSecond: Infinity });
    try {
      const client = new BaseAnthropic({ apiKey: "key of this start", authToken: null, baseURL: server.baseUrl, logLevel: "off" });
      const stream = new Messages(client).stream({ model: "demo", max_tokens: 32_000, messages: [{ role: "user", content: "Give me the tour" }] });
      assert.equal(await stream.finalText(), await ask("Give me the tour"));
      assert.equal((await fetch(`${server.baseUrl}/v1/models`)).status, 401);
    } finally {
      await server.close();
    }
  });
});

interface Asked {
  readonly attachments?: readonly string[];
  readonly earlier?: readonly object[];
  readonly [field: string]: unknown;
}

function requestFor(question: string, { attachments = [], earlier = [], ...fields }: Asked = {}) {
  const content = [...attachments, question].map((text) => ({ type: "text", text }));
  return parsed({ ...fields, messages: [...earlier, { role: "user", content }] });
}

function parsed(fields: object) {
  const result = parseMessagesRequest({ model: "demo", max_tokens: 1000, stream: true, ...fields }, demoModels);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

async function stepsFor(question: string, asked?: Asked): Promise<readonly Step[]> {
  const steps: Step[] = [];
  for await (const step of respond(requestFor(question, asked), { signal: new AbortController().signal })) steps.push(step);
  return steps;
}

async function ask(question: string, asked?: Asked): Promise<string> {
  return spoken(await stepsFor(question, asked));
}

async function afterTool(result: object): Promise<string> {
  const call = { type: "tool_use", id: "toolu_1", name: "read", input: { file_path: "src/cart.ts" } };
  const messages = [
    { role: "user", content: "read the cart" },
    { role: "assistant", content: [call] },
    { role: "user", content: [{ type: "tool_result", tool_use_id: "toolu_1", ...result }] },
  ];
  const steps: Step[] = [];
  const request = parsed({ messages, tools: [readTool] });
  for await (const step of respond(request, { signal: new AbortController().signal })) steps.push(step);
  return spoken(steps);
}

function spoken(steps: readonly Step[]): string {
  return steps.map((step) => (step.type === "text" ? step.text : "")).join("");
}

function attach(path: string, code: string, lines?: string): string {
  return `<attachment path="${path}"${lines === undefined ? "" : ` lines="${lines}"`} language="any">\n${code}\n</attachment>`;
}

function linesOf(code: string, from: number, to: number): string {
  return code.split("\n").slice(from - 1, to).join("\n");
}

function sample(path: string): string {
  return readFileSync(`test/fixtures/sample-workspace/${path}`, "utf8");
}
