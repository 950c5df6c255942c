import "../translation";
import "../../../media/storage.css";
import { render } from "preact";
import type { VsCodeApi } from "../rpc";
import { connectHost } from "./host";
import { createStorageState } from "./state";
import { StoragePage } from "./StoragePage";

declare function acquireVsCodeApi(): VsCodeApi;

function main(root: HTMLElement): void {
  const host = connectHost(acquireVsCodeApi(), window, (said) => {
    if (said.type === "changed") void state.refresh();
    else document.getElementById(said.part)?.scrollIntoView();
  });
  const state = createStorageState(host);
  render(<StoragePage state={state} />, root);
  void state.refresh();
}

const root = document.getElementById("cairn-storage");
if (root === null) throw new Error("The page has no element #cairn-storage to show the storage in.");
main(root);
