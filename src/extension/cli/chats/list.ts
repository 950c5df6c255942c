import { t } from "../../../core/base/l10n";
import type { StoredChat } from "../../../core/store/chatList";
import { defineCommand } from "../command";
import { DATA_OPTIONS, withFolder } from "../open";
import { readCount } from "../parse";
import { json, onOneLine, table, timeText, titleText } from "../text";

export const list = defineCommand({
  summary: () => t("Lists chats: pinned ones first, then the newest."),
  details: () => [t("Each line has the chat's id, when it was last changed, how many questions were asked in it, and its title.")],
  operands: "",
  count: [0, 0],
  options: {
    trash: { type: "boolean", about: () => t("Those in the trash instead.") },
    limit: { type: "string", value: "N", about: () => t("At most so many.") },
    json: { type: "boolean", about: () => t("Prints JSON: all that is known of each.") },
    ...DATA_OPTIONS,
  },
  run({ values }, context) {
    const limit = values.limit === undefined ? Number.MAX_SAFE_INTEGER : readCount(values.limit, "--limit");
    return withFolder(values, context, { changes: false }, async ({ upToDate, root }) => {
      const { chats } = await (await upToDate()).listChats({ isTrash: values.trash === true }, limit);
      if (values.json === true) await context.io.write(json(chats));
      else if (chats.length > 0) await context.io.write(table(chats.map(row), new Set([2])));
      else context.io.say(values.trash === true ? t("The trash is empty.") : t("There are no chats in {0}.", root));
      return 0;
    });
  },
});

function row({ chatId, updatedAt, turnCount, title, folder, tags, isPinned }: StoredChat): readonly string[] {
  const more = [...(isPinned ? [t("pinned")] : []), ...(folder === undefined ? [] : [folder]), ...tags.map((tag) => `#${tag}`)];
  return [chatId, timeText(updatedAt), String(turnCount), `${titleText(title)}${more.length === 0 ? "" : ` (${onOneLine(more.join(", "))})`}`];
}
