import { t } from "../../../core/base/l10n";
import { defineCommand } from "../command";
import { DATA_OPTIONS } from "../open";
import { titleText } from "../text";
import { changeChat } from "./change";

export const deleteChat = defineCommand({
  summary: () => t("Puts a chat into the trash, from where it can be restored for 30 days."),
  operands: "ID",
  count: [1, 1],
  options: DATA_OPTIONS,
  run: ({ values, operands: [chatId = ""] }, context) =>
    changeChat(chatId, values, context, (chat) =>
      chat.isDeleted
        ? { events: [], said: t("“{0}” is in the trash already.", titleText(chat.title)) }
        : { events: [{ type: "chat.deleted", chatId }], said: t("“{0}” is in the trash now. “cairn chats restore {1}” brings it back.", titleText(chat.title), chatId) },
    ),
});
