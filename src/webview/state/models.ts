import { batch, computed, signal, type ReadonlySignal } from "@preact/signals";
import { describeError } from "../../core/base/errors";
import type { ModelChoice } from "../../core/protocol/calls";
import type { ChatState } from "../../core/protocol/chatState";
import type { Client } from "../../core/protocol/rpc";

/** A model in the list; an unlisted one that is chosen all the same has nothing but its id. */
export type OfferedModel = Pick<ModelChoice, "id" | "name"> & Partial<Pick<ModelChoice, "retiresAt">>;

export interface Models {
  /** Id of the model that the next message goes to: the shown chat's, else the window's. Empty until it is known. */
  readonly current: ReadonlySignal<string>;
  /** What can be chosen; the current one always among it. */
  readonly choices: ReadonlySignal<readonly OfferedModel[]>;
  /** How hard the current model is to think; null leaves it to the model. */
  readonly effort: ReadonlySignal<string | null>;
  /** The efforts that the current model knows; empty where effort cannot be set. */
  readonly efforts: ReadonlySignal<readonly string[]>;
  /** Something about the list that the person may want to know. */
  readonly note: ReadonlySignal<string | undefined>;
  /** The window's choice as the host knows it, and the models it listed last. */
  restore(model: string, effort: string | null, models: readonly ModelChoice[]): void;
  /** The shown chat's own choice; undefined for a chat not begun, or not yet read. */
  showChat(chat: Pick<ChatState, "model" | "effort"> | undefined): void;
  choose(model: string): Promise<void>;
  chooseEffort(effort: string | null): Promise<void>;
  refresh(): Promise<void>;
  /** The name of a model, or its id when it is not in the list. */
  nameOf(id: string): string;
}

interface Choice {
  readonly model: string;
  readonly effort: string | null;
}

export interface ModelsOptions {
  readonly client: Client;
  readonly chatId: ReadonlySignal<string | null>;
  onError(error: unknown): void;
}

/** The scripted model stands for all others, so a chat's own choice counts only on its side of that line. */
const DEMO = "demo";

export function createModels({ client, chatId, onError }: ModelsOptions): Models {
  const ofWindow = signal<Choice>({ model: "", effort: null });
  const ofChat = signal<Choice | undefined>(undefined);
  /** A choice on its way to the host, whose lists and chats do not know of it yet. */
  const pending = signal<(Choice & { readonly chatId: string | null }) | undefined>(undefined);
  const listed = signal<readonly ModelChoice[]>([]);
  const note = signal<string | undefined>(undefined);
  let latest = 0;

  const choice = computed((): Choice => {
    if (pending.value !== undefined && pending.value.chatId === chatId.value) return pending.value;
    const [own, window] = [ofChat.value, ofWindow.value];
    return own !== undefined && (own.model === DEMO) === (window.model === DEMO) ? own : window;
  });
  const current = computed(() => choice.value.model);
  const listedCurrent = computed(() => listed.value.find((model) => model.id === current.value));
  const efforts = computed(() => listedCurrent.value?.efforts ?? []);
  const effort = computed(() => {
    const chosen = choice.value.effort;
    // A model that is not listed may know the effort; one that is listed without it does not.
    return chosen === null || listedCurrent.value === undefined || efforts.value.includes(chosen) ? chosen : null;
  });
  const choices = computed(() => {
    const id = current.value;
    return id === "" || listedCurrent.value !== undefined ? listed.value : [{ id, name: id }, ...listed.value];
  });

  async function change(next: Choice): Promise<void> {
    const mine = { ...next, chatId: chatId.peek() };
    pending.value = mine;
    try {
      await client.call("model.choose", mine);
      batch(() => {
        ofWindow.value = next;
        if (mine.chatId !== null && mine.chatId === chatId.peek()) ofChat.value = next;
      });
    } catch (error) {
      if (pending.peek() === mine) onError(error);
    } finally {
      if (pending.peek() === mine) pending.value = undefined;
    }
  }

  return {
    current,
    choices,
    effort,
    efforts,
    note,
    restore(model, chosenEffort, models) {
      batch(() => {
        ofWindow.value = { model, effort: chosenEffort };
        if (listed.peek().length === 0) listed.value = models;
      });
    },
    showChat(chat) {
      ofChat.value = chat?.model === undefined ? undefined : { model: chat.model, effort: chat.effort ?? null };
    },
    choose: (model) => {
      const known = listed.peek().find((candidate) => candidate.id === model)?.efforts ?? [];
      const kept = effort.peek();
      return change({ model, effort: kept !== null && known.includes(kept) ? kept : null });
    },
    chooseEffort: (next) => change({ model: current.peek(), effort: next }),
    async refresh() {
      const mine = ++latest;
      try {
        const reply = await client.call("models.list", {});
        if (mine !== latest) return;
        batch(() => {
          listed.value = reply.models;
          note.value = reply.note;
          if (pending.peek() === undefined) ofWindow.value = { ...ofWindow.peek(), model: reply.model };
        });
      } catch (error) {
        // The chosen model still works without the list; the note says why there is no choice.
        if (mine === latest) note.value = describeError(error);
      }
    },
    nameOf: (id) => listed.value.find((model) => model.id === id)?.name ?? id,
  };
}
