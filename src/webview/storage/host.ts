import { check, describeCheckError, type Check } from "../../core/base/check";
import { storageReply, type StorageAsk, type StorageReply } from "../../core/protocol/storagePage";
import type { VsCodeApi } from "../rpc";

/** The extension's end, as the page asks it. */
export interface Host {
  /** Rejects with one sentence for the person. */
  ask<T>(question: StorageAsk, answer: Check<T>): Promise<T>;
}

type Unasked = Extract<StorageReply, { readonly type: "show" | "changed" }>;

export function connectHost(editor: VsCodeApi, page: Window, onSaid: (said: Unasked) => void): Host {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let lastId = 0;

  page.addEventListener("message", (event: MessageEvent) => {
    const reply = check(storageReply, event.data);
    if (!reply.ok) return console.error(`Dropped a malformed frame: ${describeCheckError(reply.error)}`);
    const said = reply.value;
    if (said.type === "show" || said.type === "changed") return onSaid(said);
    const asked = waiting.get(said.id);
    waiting.delete(said.id);
    if (said.type === "ok") asked?.resolve(said.value);
    else asked?.reject(new Error(said.error));
  });

  return {
    async ask(question, answer) {
      const id = ++lastId;
      const value = await new Promise<unknown>((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        editor.postMessage({ id, ask: question });
      });
      const checked = check(answer, value);
      if (!checked.ok) throw new Error(describeCheckError(checked.error));
      return checked.value;
    },
  };
}
