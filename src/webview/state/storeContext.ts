import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Store } from "./store";

const StoreContext = createContext<Store | undefined>(undefined);

/** Gives the store to all views below. */
export const StoreProvider = StoreContext.Provider;

export function useStore(): Store {
  const store = useContext(StoreContext);
  if (store === undefined) throw new Error("This view stands outside the StoreProvider.");
  return store;
}
