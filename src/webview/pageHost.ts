import { check, describeCheckError, type Check } from "../core/base/check";
import type { VsCodeApi } from "./rpc";

/** The extension's end of a page that asks one thing at a time, each with a number. */
export interface PageHost<Ask> {
  /** Rejects with one sentence for the person. */
  ask<T>(question: Ask, answer: Check<T>): Promise<T>;
}

/** What comes from the extension: an answer, or something said unasked. */
export type PageReply =
  | { readonly type: "ok"; readonly id: number; readonly value?: unknown }
  | { readonly type: "error"; readonly id: number; readonly error: string };

/** `reply` tells what the extension may say; what of it is no answer goes to `onSaid`. */
export function connectPageHost<Ask, Said extends { readonly type: string }>(
  editor: Pick<VsCodeApi, "postMessage">,
  page: Window,
  reply: Check<PageReply | Said>,
  onSaid: (said: Said) => void,
): PageHost<Ask> {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let lastId = 0;

  page.addEventListener("message", (event: MessageEvent) => {
    const read = check(reply, event.data);
    if (!read.ok) return console.error(`Dropped a malformed frame: ${describeCheckError(read.error)}`);
    const said = read.value;
    if (!isAnswer(said)) return onSaid(said);
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

function isAnswer<Said extends { readonly type: string }>(said: PageReply | Said): said is PageReply {
  return said.type === "ok" || said.type === "error";
}
