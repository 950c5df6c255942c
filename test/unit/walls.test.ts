import assert from "node:assert/strict";
import { ESLint } from "eslint";

/** What each room must not do, as a line of code that ESLint has to refuse there. */
const BREACHES: readonly (readonly [file: string, code: string])[] = [
  ["src/core/chat/title.ts", 'import * as vscode from "vscode"; export { vscode };'],
  ["src/core/chat/title.ts", 'import type { Uri } from "vscode"; export type U = Uri;'],
  ["src/core/chat/title.ts", 'import { readFile } from "node:fs/promises"; export { readFile };'],
  ["src/core/chat/title.ts", 'import { marked } from "marked"; export { marked };'],
  ["src/core/chat/title.ts", 'import { systemClock } from "../../extension/adapters/clock"; export { systemClock };'],
  ["src/core/chat/title.ts", "export const now = Date.now();"],
  ["src/core/chat/title.ts", "export const chance = Math.random();"],
  ["src/core/chat/title.ts", 'export const page = fetch("https://example.com");'],
  ["src/core/chat/title.ts", "setTimeout(() => undefined, 1);"],
  ["src/core/chat/title.ts", 'export const page = globalThis.fetch("https://example.com");'],
  ["src/core/chat/title.ts", "globalThis.setTimeout(() => undefined, 1);"],
  ["src/core/chat/title.ts", "export const soon = AbortSignal.timeout(1_000);"],
  ["src/core/chat/title.ts", "export const { timeout } = AbortSignal;"],
  ["src/webview/rpc.ts", 'import { titleFrom } from "../core/chat/title"; export { titleFrom };'],
  ["src/webview/rpc.ts", 'import type { Clock } from "../core/ports"; export type C = Clock;'],
  ["src/webview/rpc.ts", 'import { provideVSCodeDesignSystem } from "@vscode/webview-ui-toolkit"; export { provideVSCodeDesignSystem };'],
  ["src/webview/rpc.ts", 'import { renderHtml } from "../extension/view/html"; export { renderHtml };'],
  ["src/extension/adapters/journal.ts", 'import * as vscode from "vscode"; export { vscode };'],
  ["src/extension/adapters/journal.ts", 'import { BaseAnthropic } from "@anthropic-ai/sdk/client"; export { BaseAnthropic };'],
  ["src/extension/adapters/claudeModels.ts", 'import * as vscode from "vscode"; export { vscode };'],
  ["src/extension/adapters/demo/index.ts", 'import { BaseAnthropic } from "@anthropic-ai/sdk/client"; export { BaseAnthropic };'],
  ["src/extension/adapters/journal.ts", 'import { openLink } from "../editor/links"; export { openLink };'],
  ["src/extension/editor/links.ts", 'import { systemClock } from "../adapters/clock"; export { systemClock };'],
  ["src/extension/view/html.ts", 'import { BaseAnthropic } from "@anthropic-ai/sdk/client"; export { BaseAnthropic };'],
  ["src/extension/cli.ts", 'import * as vscode from "vscode"; export { vscode };'],
  ["src/extension/cli/run.ts", 'import * as vscode from "vscode"; export { vscode };'],
  ["src/core/chat/title.ts", 'export const said = { message: "Something is wrong." };'],
  ["src/core/chat/endpoint.ts", 'import { fail } from "../base/result"; export const problem = fail("This is no address.");'],
  ["src/extension/editor/links.ts", 'import * as vscode from "vscode"; export const told = vscode.window.showWarningMessage(`Not opened: ${1}`);'],
  ["src/webview/views/App.tsx", "export const note = <p>Words in a view</p>;"],
  ["src/webview/views/App.tsx", 'export const note = <p aria-label="Words in a view" />;'],
];

describe("the rooms' walls", function () {
  this.timeout(60_000);
  // Where CI is set, typescript-eslint takes a run for a single one and reads each file from the disk, not the code it is given.
  const asGiven = { languageOptions: { parserOptions: { disallowAutomaticSingleRunInference: true } } };
  const eslint = new ESLint({ cache: false, overrideConfig: asGiven });

  it("stand: ESLint refuses every breach that is tried, and nothing of what stands there", async () => {
    const unnoticed: string[] = [];
    for (const [file, code] of BREACHES) {
      const [result] = await eslint.lintText(`${code}\n`, { filePath: file });
      if (!result?.messages.some((message) => message.ruleId?.includes("no-restricted") === true)) unnoticed.push(`${file}: ${code}`);
    }
    assert.deepEqual(unnoticed, []);
  });
});
