import assert from "node:assert/strict";
import type { Block, ChatState, Turn } from "../../../../../src/core/protocol/chatState";
import { emptyChat } from "../../../../../src/core/protocol/chatState";
import { fileNameOf, renderChatMarkdown, type WholeOf } from "../../../../../src/core/store/exchange/chatMarkdown";

const block = (role: Block["role"], kind: Block["block"], text = ""): Block => ({ blockId: "b", role, block: kind, text, isOpen: false });
const turn = (more: Partial<Turn> & { readonly blocks: readonly Block[] }): Turn => ({ turnId: "t", model: "claude-test", startedAt: 0, status: "done", ...more });
const chat = (title: string, ...turns: readonly Turn[]): ChatState => ({ ...emptyChat("01hchat"), title, turns });

async function rendered(of: ChatState, wholeOf: WholeOf = async () => undefined): Promise<string> {
  let text = "";
  for await (const piece of renderChatMarkdown(of, wholeOf)) text += piece;
  return text;
}

describe("renderChatMarkdown", () => {
  it("gives a chat in order, with what was attached, thought, and done by tools", async () => {
    const text = await rendered(
      chat(
        "Fix the\ncart",
        turn({
          blocks: [
            block("user", { kind: "attachment", path: "src/cart.ts", language: "typescript", lines: { startLine: 3, endLine: 4 } }, "const fence = '```';\n"),
            block("user", { kind: "text" }, "Why?"),
            block("assistant", { kind: "thinking" }, "First.\n\nThen."),
            block("assistant", { kind: "tool", tool: "read", input: { path: "a" }, status: "error" }, "no such file"),
            block("assistant", { kind: "text" }, "Because.\n\n```js\n1\n```\n"),
          ],
        }),
        turn({ retryOf: "t", status: "failed", failure: { code: "offline", message: "No network." }, blocks: [] }),
      ),
    );
    assert.equal(
      text,
      [
        "# Fix the cart", "", "## You", "", "**Attached:** `src/cart.ts:3-4`", "", "````typescript", "const fence = '```';", "````", "", "Why?", "",
        "## Claude (claude-test)", "", "> **Thinking**", ">", "> First.", ">", "> Then.", "", "**Tool:** `read` (error)", "", "```json", "{", '  "path": "a"', "}", "```", "", "Output:", "", "```", "no such file", "```", "",
        "Because.", "", "```js", "1", "```", "", "## You asked again", "", "## Claude (claude-test)", "", "*The answer failed. No network.*", "",
      ].join("\n"),
    );
  });

  it("has the whole of what is kept apart, and says what is missing", async () => {
    const blob = (sha256: string, mediaType?: string) => ({ sha256, sizeBytes: 1, ...(mediaType === undefined ? {} : { mediaType }) });
    const of = chat("x", turn({ blocks: [
      block("user", { kind: "attachment", path: "big.ts", language: "ts", blob: blob("big") }),
      block("user", { kind: "attachment", path: "gone.ts", language: "ts", blob: blob("gone") }),
      block("assistant", { kind: "tool", tool: "run", input: "in…", inputBlob: blob("input"), outputBlob: blob("output"), status: "ok" }, "out…"),
      block("assistant", { kind: "tool", tool: "run", input: "in…", inputBlob: blob("gone"), outputBlob: blob("gone"), status: "ok" }, "out…"),
    ] }));
    const texts: Readonly<Record<string, string>> = { big: "whole file", input: '{"a":1}', output: "whole output" };
    const text = await rendered(of, async ({ sha256 }) => texts[sha256]);
    assert.ok(text.includes("**Attached:** `big.ts`\n\n```ts\nwhole file\n```"), text);
    assert.ok(text.includes("**Attached:** `gone.ts`\n\n```ts\n[This file is missing or damaged in Cairn's storage.]\n```"), text);
    assert.ok(text.includes('```json\n{\n  "a": 1\n}\n```\n\nOutput:\n\n```\nwhole output\n```'), text);
    assert.ok(text.includes('```json\n"in…"\n```\n\nOutput:\n\n```\nout…\n```'), text);
  });

  it("lets no name end its code", async () => {
    const text = await rendered(chat("x", turn({ blocks: [block("user", { kind: "attachment", path: "a`b``c", language: "not a\nlanguage" }, "x")] })));
    assert.ok(text.includes("**Attached:** ```a`b``c```\n\n```\nx\n```"), text);
  });
});

describe("fileNameOf", () => {
  it("makes a name that every system takes, and that is the chat's own", () => {
    assert.equal(fileNameOf({ chatId: "01habcdefgh12345678", title: 'Über: "a/b\\c" – what?' }), "Über-a-b-c-what-12345678");
    assert.equal(fileNameOf({ chatId: "01habcdefgh12345678", title: "../.." }), "chat-12345678");
    assert.ok(Buffer.byteLength(fileNameOf({ chatId: "01habcdefgh12345678", title: "𠜎".repeat(300) })) < 240);
  });
});
