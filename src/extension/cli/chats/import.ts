import path from "node:path";
import { grouped, t } from "../../../core/base/l10n";
import { describeOutcome } from "../../../core/store/exchange/outcomeText";
import { defineCommand, refuse } from "../command";
import { DATA_OPTIONS, withFolder } from "../open";
import { exchangeOf } from "./chat";

export const importCommand = defineCommand({
  summary: () => t("Takes in chats from a JSON file that was exported, with nothing lost."),
  details: () => [
    t("The file is read to its end first: of one that is damaged nothing is imported. Chats that are there already are skipped. One that has gone on here gets the file's version beside it. An import that was cut off is taken up by the next one."),
  ],
  operands: "FILE",
  count: [1, 1],
  options: DATA_OPTIONS,
  run: ({ values, operands: [name = ""] }, context) =>
    withFolder(values, context, { changes: true }, async (folder) => {
      const { io } = context;
      const file = path.resolve(name);
      const importing = exchangeOf(folder).importFile(file, ({ isChecking, chatsDone, chatCount }) => io.showProgress(isChecking ? t("checking, {0} chats so far", grouped(chatsDone)) : t("{0} of {1}", grouped(chatsDone), grouped(chatCount))), io.signal);
      const result = await importing.catch((error: unknown) => {
        if (error instanceof Error && "syscall" in error) refuse(t("{0} could not be imported into {1}: {2}.", file, folder.root, error.message), error);
        throw error;
      });
      const outcome = result.ok ? result.value : result.error.before;
      const isNothing = outcome.imported + outcome.copied + outcome.present === 0;
      if (!result.ok) refuse(isNothing ? result.error.message : `${result.error.message} ${describeOutcome(outcome)}`);
      await io.write(`${describeOutcome(outcome)}\n`);
      return outcome.isCancelled ? 1 : 0;
    }),
});
