import { t } from "../../../core/base/l10n";
import { chatName } from "../../../core/chat/title";
import { defineCommand, misuse } from "../command";
import { DATA_OPTIONS } from "../open";
import { titleText } from "../text";
import { changeChat } from "./change";

export const rename = defineCommand({
  summary: () => t("Gives a chat another title."),
  operands: "ID TITLE",
  count: [2, 2],
  options: DATA_OPTIONS,
  run({ values, operands: [chatId = "", words = ""] }, context) {
    const title = chatName(words);
    if (title === "") misuse(t("A chat's title cannot be empty."));
    return changeChat(chatId, values, context, (chat) =>
      chat.title === title
        ? { events: [], said: t("The chat is called “{0}” already.", titleText(title)) }
        : { events: [{ type: "chat.renamed", chatId, title }], said: t("“{0}” is now called “{1}”.", titleText(chat.title), titleText(title)) },
    );
  },
});
