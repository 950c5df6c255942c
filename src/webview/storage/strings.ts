import { grouped, t } from "../../core/base/l10n";

/** Every word of the storage's page, in the editor's language. */
export const strings = {
  title: t("Cairn Storage"),
  loading: t("Reading the storage…"),
  overview: {
    title: t("What is stored"),
    folder: t("Folder"),
    chats: (count: number) => (count === 1 ? t("1 chat") : t("{0} chats", grouped(count))),
    trash: (count: number) => t("{0} in the trash", grouped(count)),
    kind: t("What"),
    files: t("Files"),
    size: t("Size"),
    reveal: t("Open Folder"),
    verify: t("Verify Storage"),
    exportAll: t("Export All Chats…"),
    importChats: t("Import Chats…"),
    refresh: t("Refresh"),
  },
  tables: {
    title: t("Tables"),
    about: t("The index is made from the journals and can be looked into here. Nothing can be changed."),
    list: t("Tables"),
    rows: (count: number) => (count === 1 ? t("1 row") : t("{0} rows", grouped(count))),
    sql: t("SQL statement"),
    hint: t("One statement that reads: SELECT, WITH, EXPLAIN or PRAGMA table_info(…). Control+Enter runs it."),
    run: t("Run"),
    running: t("Running…"),
    result: t("Result"),
    first: (count: number) => t("The first {0} rows", grouped(count)),
    copy: t("Copy as CSV"),
    copied: t("Copied"),
    copyFailed: t("Could not copy"),
    null: "NULL",
  },
} as const;
