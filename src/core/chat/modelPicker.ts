import { defined } from "../base/records";
import type { Memento } from "../ports";
import type { Reply } from "../protocol/calls";
import type { Connection } from "./connection";

export interface ModelPicker {
  /** The model that the next question goes to. */
  current(): string;
  /** The model to use when the panel asks for `model`: that one, unless nobody chose it and it is not to be had. */
  resolve(model: string): string;
  choose(model: string): Promise<void>;
  /** What can be chosen. Listing tries the key, so the connection's state is fresh after it. */
  list(signal: AbortSignal): Promise<Reply<"models.list">>;
}

const CHOSEN = "model";

export interface ModelPickerOptions {
  readonly connection: Connection;
  readonly windowMemento: Memento;
  /** The setting's model, and whether the person set it. */
  readonly setting: () => { readonly model: string; readonly isOwn: boolean };
}

/** The choice of model: this window's, else the setting's; where that is only our default and not to be had, the first one listed. */
export function createModelPicker({ connection, windowMemento, setting }: ModelPickerOptions): ModelPicker {
  function current(): string {
    const { choices, info } = connection;
    const isListed = (id: string): boolean => choices.some((choice) => choice.id === id);
    const chosen = windowMemento.get(CHOSEN);
    const { model, isOwn } = setting();
    const wanted = typeof chosen === "string" ? chosen : model;
    if (info.status === "demo") return isListed(wanted) ? wanted : (choices[0]?.id ?? "demo");
    if (typeof chosen === "string" || isOwn || isListed(wanted)) return wanted;
    return choices[0]?.id ?? wanted;
  }

  return {
    current,
    resolve(model) {
      const isChosen = model === windowMemento.get(CHOSEN) || (setting().isOwn && model === setting().model);
      return isChosen || connection.choices.some((choice) => choice.id === model) ? model : current();
    },
    choose: (model) => windowMemento.set(CHOSEN, model),
    async list(signal) {
      const listed = await connection.check(signal);
      const note = listed.ok ? undefined : listed.error.message;
      return defined({ models: listed.ok ? listed.value : connection.choices, model: current(), note });
    },
  };
}
