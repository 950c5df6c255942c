import "../translation";
import "../../../media/storage.css";
import { render } from "preact";
import type { VsCodeApi } from "../rpc";
import { storageReply, type StorageAsk, type StorageReply } from "../../core/protocol/storagePage";
import { connectPageHost } from "../pageHost";
import { createStorageState } from "./state";
import { StoragePage } from "./StoragePage";

type Unasked = Extract<StorageReply, { readonly type: "show" | "changed" }>;

declare function acquireVsCodeApi(): VsCodeApi;

function main(root: HTMLElement): void {
  const host = connectPageHost<StorageAsk, Unasked>(acquireVsCodeApi(), window, storageReply, (said) => {
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
