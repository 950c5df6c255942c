import { batch, computed, signal, type ReadonlySignal } from "@preact/signals";
import { describeError } from "../../core/base/errors";
import type { ModelChoice } from "../../core/protocol/calls";
import type { Client } from "../../core/protocol/rpc";

export interface Models {
  /** Id of the model that the next message goes to; empty until it is known. */
  readonly current: ReadonlySignal<string>;
  /** What can be chosen; the current one always among it. */
  readonly choices: ReadonlySignal<readonly Pick<ModelChoice, "id" | "name">[]>;
  /** Something about the list that the person may want to know. */
  readonly note: ReadonlySignal<string | undefined>;
  /** The choice as the host knows it, and the models it listed last. */
  restore(model: string, models: readonly ModelChoice[]): void;
  choose(model: string): Promise<void>;
  refresh(): Promise<void>;
  /** The name of a model, or its id when it is not in the list. */
  nameOf(id: string): string;
}

export function createModels(client: Client, onError: (error: unknown) => void): Models {
  const current = signal("");
  const listed = signal<readonly ModelChoice[]>([]);
  const note = signal<string | undefined>(undefined);
  let latest = 0;
  /** Choices on their way to the host, which its lists do not know of yet. */
  let choosing = 0;

  const choices = computed(() => {
    const id = current.value;
    if (id === "" || listed.value.some((model) => model.id === id)) return listed.value;
    return [{ id, name: id }, ...listed.value];
  });

  return {
    current,
    choices,
    note,
    restore(model, models) {
      batch(() => {
        current.value = model;
        if (listed.peek().length === 0) listed.value = models;
      });
    },
    async choose(model) {
      const before = current.peek();
      current.value = model;
      choosing++;
      try {
        await client.call("model.choose", { model });
      } catch (error) {
        if (current.peek() === model) current.value = before;
        onError(error);
      } finally {
        choosing--;
      }
    },
    async refresh() {
      const mine = ++latest;
      try {
        const reply = await client.call("models.list", {});
        if (mine !== latest) return;
        batch(() => {
          listed.value = reply.models;
          note.value = reply.note;
          if (choosing === 0) current.value = reply.model;
        });
      } catch (error) {
        // The chosen model still works without the list; the note says why there is no choice.
        if (mine === latest) note.value = describeError(error);
      }
    },
    nameOf: (id) => listed.value.find((model) => model.id === id)?.name ?? id,
  };
}
