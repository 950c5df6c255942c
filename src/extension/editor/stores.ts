import type * as vscode from "vscode";
import type { Memento, Secrets } from "../../core/ports";

/** The editor's SecretStorage as a port; each name is prefixed, so that headers and key cannot meet. */
export function createSecrets(storage: vscode.SecretStorage): Secrets {
  const name = (key: string): string => `cairn.${key}`;
  return {
    get: async (key) => storage.get(name(key)),
    set: async (key, value) => storage.store(name(key), value),
    delete: async (key) => storage.delete(name(key)),
  };
}

export function createMemento(memento: vscode.Memento): Memento {
  return {
    get: (key) => memento.get<unknown>(`cairn.${key}`),
    set: async (key, value) => memento.update(`cairn.${key}`, value),
  };
}
