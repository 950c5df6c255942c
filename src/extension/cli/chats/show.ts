import { t } from "../../../core/base/l10n";
import { defineCommand, misuse, refuse, type Io } from "../command";
import { DATA_OPTIONS, withFolder, type OpenFolder } from "../open";
import { json, printable } from "../text";
import { checkChats, exchangeOf, readChat } from "./chat";

export const show = defineCommand({
  summary: () => t("Prints one chat, to be read or as JSON."),
  operands: "ID",
  count: [1, 1],
  options: {
    markdown: { type: "boolean", about: () => t("Prints Markdown, as it does anyway.") },
    json: { type: "boolean", about: () => t("Prints JSON: its questions and answers with all that belongs to them.") },
    ...DATA_OPTIONS,
  },
  run({ values, operands: [chatId = ""] }, context) {
    if (values.json === true && values.markdown === true) misuse(t("Either {0} or {1}.", "--json", "--markdown"));
    return withFolder(values, context, { changes: false }, async (folder) => {
      const { io } = context;
      await checkChats(folder.journal, [chatId], folder.root);
      const { isInTrash, lostLines } = values.json === true ? await printJson(folder, chatId, io) : await printMarkdown(folder, chatId, io);
      if (isInTrash) io.say(t("This chat is in the trash. “cairn chats restore {0}” brings it back.", chatId));
      if (lostLines > 0) io.say(lostLines === 1 ? t("One line of it is damaged and could not be read; “cairn storage verify” says where.") : t("{0} lines of it are damaged and could not be read; “cairn storage verify” says where.", lostLines));
      return 0;
    });
  },
});

interface Shown {
  readonly isInTrash: boolean;
  readonly lostLines: number;
}

async function printJson({ journal }: OpenFolder, chatId: string, io: Io): Promise<Shown> {
  const { chat, isInTrash, lostLines } = await readChat(journal, chatId);
  await io.write(json({ ...chat, isInTrash }));
  return { isInTrash, lostLines };
}

async function printMarkdown(folder: OpenFolder, chatId: string, io: Io): Promise<Shown> {
  const counts = { chats: 0, lostLines: 0, missingBlobs: 0 };
  const rendered = await exchangeOf(folder).readMarkdown(chatId, true, counts, new AbortController().signal);
  if (rendered === undefined) refuse(t("No line of the chat {0} can be read; “cairn storage verify” says where they are.", chatId));
  for await (const piece of rendered.text) if (!(await io.write(io.isTerminal ? printable(piece) : piece))) break;
  return { isInTrash: rendered.isInTrash, lostLines: counts.lostLines };
}
