import { t } from "../../../core/base/l10n";
import { defineCommand } from "../command";
import { DATA_OPTIONS } from "../open";
import { titleText } from "../text";
import { changeChat } from "./change";

export const restore = defineCommand({
  summary: () => t("Brings a chat back from the trash."),
  operands: "ID",
  count: [1, 1],
  options: DATA_OPTIONS,
  run: ({ values, operands: [chatId = ""] }, context) =>
    changeChat(chatId, values, context, (chat) =>
      chat.isDeleted
        ? { events: [{ type: "chat.restored", chatId }], said: t("“{0}” is back among the chats.", titleText(chat.title)) }
        : { events: [], said: t("“{0}” is not in the trash.", titleText(chat.title)) },
    ),
});
