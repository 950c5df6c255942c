import type { Tables } from "../../core/store/tables";
import type { Store } from "./store";

/** Tables whose thread starts when the first of them is asked for. One that did not start is tried again. */
export function createLazyTables(open: () => Promise<Store>): Tables {
  let opened: Promise<Store> | undefined;
  const tables = async (): Promise<Tables> => {
    opened ??= open();
    opened.catch(() => (opened = undefined)); // the caller has the error
    return (await opened).tables;
  };
  return {
    take: async (...args) => (await tables()).take(...args),
    listChats: async (limit) => (await tables()).listChats(limit),
    find: async (chatId) => (await tables()).find(chatId),
    poll: async () => void (opened !== undefined && (await (await tables()).poll())),
    close: async () => void (opened !== undefined && (await (await tables()).close())),
  };
}
