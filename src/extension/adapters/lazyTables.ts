import type { StorageCare } from "../../core/store/care";
import type { Tables } from "../../core/store/tables";
import type { Store } from "./store";

/** With what else the thread of the tables does. */
export interface LazyTables extends Tables, Pick<Store, "usage"> {
  readonly care: StorageCare;
  /** Brings the index's file up to date. */
  save(): Promise<void>;
}

/** Tables whose thread starts when the first of them is asked for. One that did not start is tried again. */
export function createLazyTables(open: () => Promise<Store>): LazyTables {
  let opened: Promise<Store> | undefined;
  const store = async (): Promise<Store> => {
    opened ??= open();
    opened.catch(() => (opened = undefined)); // the caller has the error
    return opened;
  };
  const tables = async (): Promise<Tables> => (await store()).tables;
  return {
    take: async (...args) => (await tables()).take(...args),
    listChats: async (filter, limit) => (await tables()).listChats(filter, limit),
    chatIds: async (filter) => (await tables()).chatIds(filter),
    blobRefs: async () => (await tables()).blobRefs(),
    leftovers: async () => (await tables()).leftovers(),
    find: async (chatId) => (await tables()).find(chatId),
    poll: async () => void (opened !== undefined && (await (await tables()).poll())),
    usage: async (question) => (await store()).usage(question),
    save: async () => (await store()).db.save(),
    care: {
      measure: async () => (await store()).care.measure(),
      verify: async (...args) => (await store()).care.verify(...args),
      quarantine: async (lines) => (await store()).care.quarantine(lines),
      rebuildIndex: async () => (await store()).care.rebuildIndex(),
      sweepBlobs: async (ofChats) => (await store()).care.sweepBlobs(ofChats),
    },
    close: async () => void (opened !== undefined && (await (await tables()).close())),
  };
}
