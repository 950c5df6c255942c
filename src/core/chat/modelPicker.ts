import { defined } from "../base/records";
import type { Memento } from "../ports";
import type { Reply } from "../protocol/calls";
import type { Connection } from "./connection";
import type { Chosen } from "./turns";

export interface ModelPicker {
  /** What the next question of a new chat goes to. */
  current(): Chosen;
  /**
   * What to use when the panel asks for this: that model, unless nobody chose it and it is not to be had, and that effort
   * where the model lists it.
   */
  resolve(model: string, effort: string | null): Chosen;
  /** Remembers the choice for this window's next new chat. */
  choose(model: string, effort: string | null): Promise<void>;
  /** What can be chosen. Listing tries the key, so the connection's state is fresh after it. */
  list(signal: AbortSignal): Promise<Reply<"models.list">>;
}

const CHOSEN = "model";
const CHOSEN_EFFORT = "effort";

export interface ModelPickerOptions {
  readonly connection: Pick<Connection, "choices" | "info" | "check">;
  readonly windowMemento: Memento;
  /** The setting's model, and whether the person set it. */
  readonly setting: () => { readonly model: string; readonly isOwn: boolean };
}

/** The choice of model: this window's, else the setting's; where that is only our default and not to be had, the first one listed. */
export function createModelPicker({ connection, windowMemento, setting }: ModelPickerOptions): ModelPicker {
  function currentModel(): string {
    const { choices, info } = connection;
    const isListed = (id: string): boolean => choices.some((choice) => choice.id === id);
    const chosen = windowMemento.get(CHOSEN);
    const { model, isOwn } = setting();
    const wanted = typeof chosen === "string" ? chosen : model;
    if (info.status === "demo") return isListed(wanted) ? wanted : (choices[0]?.id ?? "demo");
    if (typeof chosen === "string" || isOwn || isListed(wanted)) return wanted;
    return choices[0]?.id ?? wanted;
  }

  function withEffort(model: string, effort: unknown): Chosen {
    const efforts = connection.choices.find((choice) => choice.id === model)?.efforts ?? [];
    return { model, effort: typeof effort === "string" && efforts.includes(effort) ? effort : undefined };
  }

  return {
    current: () => withEffort(currentModel(), windowMemento.get(CHOSEN_EFFORT)),
    resolve(model, effort) {
      const isChosen = model === windowMemento.get(CHOSEN) || (setting().isOwn && model === setting().model);
      return withEffort(isChosen || connection.choices.some((choice) => choice.id === model) ? model : currentModel(), effort);
    },
    async choose(model, effort) {
      await windowMemento.set(CHOSEN, model);
      await windowMemento.set(CHOSEN_EFFORT, effort ?? undefined);
    },
    async list(signal) {
      const listed = await connection.check(signal);
      const note = listed.ok ? undefined : listed.error.message;
      return defined({ models: listed.ok ? listed.value : connection.choices, model: currentModel(), note });
    },
  };
}
