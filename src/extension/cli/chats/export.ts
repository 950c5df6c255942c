import { stat } from "node:fs/promises";
import path from "node:path";
import { grouped, t } from "../../../core/base/l10n";
import type { RenderedChat } from "../../../core/store/exchange/exchange";
import type { ExportCounts } from "../../../core/store/exchange/exportChats";
import { listStoredChats } from "../../../core/store/exchange/storedEvents";
import { writeWhole } from "../../adapters/wholeFile";
import { defineCommand, refuse, type Io } from "../command";
import { DATA_OPTIONS, withFolder, type OpenFolder } from "../open";
import { readChoice } from "../parse";
import { checkChats, exchangeOf } from "./chat";

export const exportCommand = defineCommand({
  summary: () => t("Writes chats to a file or to stdout: all of them, or those named."),
  details: () => [t("JSON can be imported again, with nothing lost. Markdown is to be read; where FILE is a folder, each chat gets a file of its own in it.")],
  operands: "[ID…]",
  count: [0, Infinity],
  options: {
    format: { type: "string", value: "json|markdown", about: () => t("JSON without it.") },
    output: { type: "string", short: "o", value: "FILE", about: () => t("Where to; without it to stdout.") },
    trash: { type: "boolean", about: () => t("Chats in the trash too; one that is named goes along anyway.") },
    ...DATA_OPTIONS,
  },
  run({ values, operands }, context) {
    const format = readChoice(values.format ?? "json", ["json", "markdown"], "--format");
    const output = values.output === undefined || values.output === "-" ? undefined : path.resolve(values.output);
    return withFolder(values, context, { changes: false }, async (folder) => {
      const { io } = context;
      await checkChats(folder.journal, operands, folder.root);
      const counts: ExportCounts = { chats: 0, lostLines: 0, missingBlobs: 0 };
      const wanted: Wanted = { chatIds: operands.length === 0 ? undefined : operands, hasTrash: values.trash === true, counts };
      if (output === undefined) await toStdout(format === "json" ? jsonOf(folder, wanted, io) : markdownOf(folder, wanted, io), io);
      else if (format === "markdown" && (await isFolder(output))) await toFiles(output, folder, wanted, io);
      else await toFile(output, format === "json" ? jsonOf(folder, wanted, io) : markdownOf(folder, wanted, io));
      tell(counts, output, io);
      return 0;
    });
  },
});

interface Wanted {
  /** All of them when it is missing. */
  readonly chatIds: readonly string[] | undefined;
  readonly hasTrash: boolean;
  readonly counts: ExportCounts;
}

function jsonOf(folder: OpenFolder, { chatIds, hasTrash, counts }: Wanted, io: Io): AsyncIterable<string> {
  return exchangeOf(folder).readJson({ hasTrash, ...(chatIds === undefined ? {} : { chatIds }) }, counts, (done, count) => io.showProgress(t("{0} of {1}", grouped(done), grouped(count))), io.signal);
}

async function* markdownOf(folder: OpenFolder, wanted: Wanted, io: Io): AsyncGenerator<string> {
  let isFirst = true;
  for await (const { text } of chatsOf(folder, wanted, io)) {
    if (!isFirst) yield "\n";
    isFirst = false;
    yield* text;
  }
}

async function* chatsOf(folder: OpenFolder, { chatIds, hasTrash, counts }: Wanted, io: Io): AsyncGenerator<RenderedChat> {
  const exchange = exchangeOf(folder);
  const all = chatIds ?? (await listStoredChats(folder.journal));
  for (const [index, chatId] of all.entries()) {
    io.signal.throwIfAborted();
    io.showProgress(t("{0} of {1}", grouped(index), grouped(all.length)));
    const rendered = await exchange.readMarkdown(chatId, hasTrash || chatIds !== undefined, counts, io.signal);
    if (rendered !== undefined) yield rendered;
  }
}

async function toStdout(pieces: AsyncIterable<string>, io: Io): Promise<void> {
  for await (const piece of pieces) if (!(await io.write(piece))) return;
}

async function toFile(file: string, pieces: AsyncIterable<string>): Promise<void> {
  try {
    await writeWhole(file, async (handle) => {
      for await (const piece of pieces) await handle.appendFile(piece);
    });
  } catch (error) {
    if (error instanceof Error && "syscall" in error) refuse(t("{0} could not be written: {1}. Choose another place, or check its folder.", file, error.message), error);
    throw error;
  }
}

async function toFiles(to: string, folder: OpenFolder, wanted: Wanted, io: Io): Promise<void> {
  for await (const { name, text } of chatsOf(folder, wanted, io)) await toFile(path.join(to, `${name}.md`), text);
}

async function isFolder(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined))?.isDirectory() === true; // what is wrong with it, writing says
}

function tell({ chats, lostLines, missingBlobs }: ExportCounts, output: string | undefined, io: Io): void {
  if (output !== undefined) io.say(chats === 1 ? t("1 chat was exported to {0}.", output) : t("{0} chats were exported to {1}.", grouped(chats), output));
  if (lostLines > 0) io.say(t("{0} damaged lines could not be read and are not in it; “cairn storage verify” says where.", grouped(lostLines)));
  if (missingBlobs > 0) io.say(t("{0} attached files are missing on this machine and are not in it.", grouped(missingBlobs)));
}
