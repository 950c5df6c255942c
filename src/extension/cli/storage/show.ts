import { grouped, t } from "../../../core/base/l10n";
import { STORAGE_KINDS } from "../../../core/store/storageSizes";
import { kindText, sizeText } from "../../../core/store/storageText";
import { defineCommand } from "../command";
import { DATA_OPTIONS, withFolder } from "../open";
import { json, table } from "../text";

export const showStorage = defineCommand({
  summary: () => t("Says where the chats are kept, how many there are, and how big all of it is."),
  operands: "",
  count: [0, 0],
  options: { json: { type: "boolean", about: () => t("Prints JSON: files and bytes by what they are for.") }, ...DATA_OPTIONS },
  run: ({ values }, context) =>
    withFolder(values, context, { changes: false }, async ({ root, upToDate }) => {
      const tables = await upToDate();
      const [chats, trash] = [(await tables.chatIds({})).length, (await tables.chatIds({ isTrash: true })).length];
      const { kinds, strangers } = await tables.care.measure();
      if (values.json === true) {
        await context.io.write(json({ folder: root, chats, trash, kinds, strangers }));
        return 0;
      }
      const rows = STORAGE_KINDS.map((kind) => [kindText(kind), grouped(kinds[kind].files), sizeText(kinds[kind].sizeBytes)]);
      const all = Object.values(kinds).reduce((sum, kind) => ({ files: sum.files + kind.files, sizeBytes: sum.sizeBytes + kind.sizeBytes }));
      const head = [`${t("Folder: {0}", root)}\n`, `${t("{0} chats, {1} in the trash", grouped(chats), grouped(trash))}\n\n`];
      await context.io.write([...head, table([["", t("Files"), t("Size")], ...rows, [t("All of it"), grouped(all.files), sizeText(all.sizeBytes)]], new Set([1, 2]))].join(""));
      return 0;
    }),
});
