import { defined } from "../base/records";
import type { Memento } from "../ports";
import type { Reply } from "../protocol/calls";
import type { Connection } from "./connection";

export interface ModelPicker {
  /** The model that the next question goes to. */
  current(): string;
  choose(model: string): Promise<void>;
  /** What can be chosen. Listing tries the key, so the connection's state is fresh after it. */
  list(signal: AbortSignal): Promise<Reply<"models.list">>;
}

const CHOSEN = "model";

/** The choice of model: this window's, else the setting's; with the demo, the demo's own. */
export function createModelPicker(options: { readonly connection: Connection; readonly windowMemento: Memento; readonly defaultModel: () => string }): ModelPicker {
  const { connection, windowMemento, defaultModel } = options;

  function current(): string {
    const chosen = windowMemento.get(CHOSEN);
    const wanted = typeof chosen === "string" ? chosen : defaultModel();
    if (connection.info.status !== "demo" || connection.choices.some((choice) => choice.id === wanted)) return wanted;
    return connection.choices[0]?.id ?? "demo";
  }

  return {
    current,
    choose: (model) => windowMemento.set(CHOSEN, model),
    async list(signal) {
      const listed = await connection.check(signal);
      const note = listed.ok ? undefined : listed.error.message;
      return defined({ models: listed.ok ? listed.value : connection.choices, model: current(), note });
    },
  };
}
