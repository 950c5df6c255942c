import "../translation";
import "../../../media/usage.css";
import { effect } from "@preact/signals";
import { render } from "preact";
import { check } from "../../core/base/check";
import type { VsCodeApi } from "../rpc";
import { usageReply, type UsageAsk, type UsageReply } from "../../core/protocol/usagePage";
import { connectPageHost } from "../pageHost";
import { createUsageState, usageChoice } from "./state";
import { UsagePage } from "./UsagePage";

type Unasked = Extract<UsageReply, { readonly type: "changed" }>;

/** What was left with the editor comes back when the tab is looked at again: it keeps no page that is out of sight. */
declare function acquireVsCodeApi(): VsCodeApi & { getState(): unknown };

function main(root: HTMLElement): void {
  const editor = acquireVsCodeApi();
  const host = connectPageHost<UsageAsk, Unasked>(editor, window, usageReply, () => void state.refresh());
  const left = check(usageChoice, editor.getState());
  const state = createUsageState(host, left.ok ? left.value : undefined);
  effect(() => editor.setState(state.choice.value));
  render(<UsagePage state={state} />, root);
  void state.refresh();
}

const root = document.getElementById("cairn-usage");
if (root === null) throw new Error("The page has no element #cairn-usage to show the usage in.");
main(root);
