import "./translation";
import "../../media/webview.css";
import { effect } from "@preact/signals";
import { render } from "preact";
import { connect } from "../core/protocol/rpc";
import { createFramePort, createTimers, type VsCodeApi } from "./rpc";
import { StoreProvider } from "./state/storeContext";
import { createStore } from "./state/store";
import { createInputGate } from "./ui/inputGate";
import { registerToolkit } from "./ui/toolkit";
import { App } from "./views/App";

declare function acquireVsCodeApi(): VsCodeApi;

const CALL_LIMIT_MS = 30_000;

function main(root: HTMLElement): void {
  registerToolkit();
  const timers = createTimers(window);
  const editor = acquireVsCodeApi();
  const client = connect(createFramePort(editor, window), { timers, timeoutMs: CALL_LIMIT_MS, report: (problem) => console.error(problem) });
  const store = createStore(client, timers, createInputGate(window, timers));
  render(
    <StoreProvider value={store}>
      <App />
    </StoreProvider>,
    root,
  );
  void store.start();
  effect(() => {
    // Not before it is known which chat is shown: what was left the last time is what the host goes by.
    if (store.connection.value !== undefined) editor.setState({ chatId: store.chat.chatId.value ?? undefined });
  });

  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") store.composer.flush();
  });
  window.addEventListener("pagehide", () => store.composer.flush());
  // The panel got the focus as a whole, as from the command that opens it: typing goes to the message box.
  window.addEventListener("focus", () => {
    if (store.view.peek() === "chat" && document.activeElement === document.body) store.composer.focus();
  });
  if (document.hasFocus()) store.composer.focus();
}

const root = document.getElementById("cairn-root");
if (root === null) throw new Error("The page has no element #cairn-root to show the panel in.");
main(root);
