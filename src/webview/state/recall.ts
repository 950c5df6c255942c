import { computed, signal, type ReadonlySignal } from "@preact/signals";
import { askedTexts } from "./questions";
import type { ChatState } from "../../core/protocol/chatState";

/** Walks through what was asked in the shown chat, as a shell walks through its commands. */
export interface Recall {
  /** An earlier question stands in the box as it was asked. */
  readonly isRecalled: ReadonlySignal<boolean>;
  older(): void;
  newer(): void;
  /** Empties the box again. */
  forget(): void;
}

export interface RecallOptions {
  readonly draft: ReadonlySignal<string>;
  readonly write: (text: string) => void;
  readonly chat: () => ChatState | undefined;
}

export function createRecall({ draft, write, chat }: RecallOptions): Recall {
  /** Which question stands in the box, 0 being the newest, and its words: once they are edited it is a draft like any other. */
  const place = signal<{ readonly index: number; readonly text: string } | undefined>(undefined);
  const isRecalled = computed(() => place.value !== undefined && draft.value !== "" && place.value.text === draft.value);

  function go(index: number): void {
    const text = askedTexts(chat())[index];
    if (text === undefined) return;
    place.value = { index, text };
    write(text);
  }

  function forget(): void {
    place.value = undefined;
    write("");
  }

  return {
    isRecalled,
    older() {
      if (isRecalled.peek()) go((place.peek()?.index ?? -1) + 1);
      else if (draft.peek() === "") go(0);
    },
    newer() {
      if (!isRecalled.peek()) return;
      const index = (place.peek()?.index ?? 0) - 1;
      if (index < 0) forget();
      else go(index);
    },
    forget() {
      if (isRecalled.peek()) forget();
    },
  };
}
