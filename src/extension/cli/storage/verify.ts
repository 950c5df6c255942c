import { readdir } from "node:fs/promises";
import path from "node:path";
import { grouped, t } from "../../../core/base/l10n";
import type { Verification } from "../../../core/store/verify";
import { describeCopied, hasProblems, linesToKeep, needsRebuild, renderVerification } from "../../../core/store/verifyReport";
import { defineCommand, refuse, type Io } from "../command";
import { DATA_OPTIONS, withFolder, type OpenFolder } from "../open";
import { json, printable } from "../text";

const MEGABYTE = 1_000_000;

export const verifyStorage = defineCommand({
  summary: () => t("Reads every line of every journal and compares the index with them; changes nothing unless told to."),
  details: () => [
    t("Ends with 1 when something was found. With {0} it ends with 0 when the index is as the journals have it after that and each line that cannot be read has a copy in the folder “quarantine”. Journals are never changed.", "--repair"),
  ],
  operands: "",
  count: [0, 0],
  options: {
    repair: { type: "boolean", about: () => t("Copies lines that cannot be read to quarantine, and makes the index anew where it differs.") },
    json: { type: "boolean", about: () => t("Prints JSON: each line that cannot be read by file and bytes, and what differs.") },
    ...DATA_OPTIONS,
  },
  run: ({ values, operands: _none }, context) =>
    withFolder(values, context, { changes: values.repair === true }, async (folder) => {
      const { io } = context;
      await folder.upToDate(); // what has only not been read yet is no difference
      let found = await verify(folder, io);
      const repaired = values.repair === true && hasProblems(found) ? await repair(folder, found) : undefined;
      if (repaired?.isRebuilt === true) found = await verify(folder, io);
      const { strangers } = await folder.tables.care.measure();
      const report = renderVerification(folder.root, found, strangers);
      if (values.json === true) await io.write(json({ folder: folder.root, isSound: !hasProblems(found), ...found, strangers, ...(repaired === undefined ? {} : { repaired }) }));
      else await io.write(io.isTerminal ? printable(report) : report);
      if (repaired !== undefined) {
        if (linesToKeep(found).length > 0) io.say(describeCopied(repaired.copiedLines));
        if (repaired.isRebuilt) io.say(t("The index was made anew from the journals."));
      }
      // Lines that cannot be read stay in their journals for good; a repair has put copies of them aside.
      return hasProblems(repaired === undefined ? found : { ...found, badLines: [] }) ? 1 : 0;
    }),
});

function verify({ tables }: OpenFolder, io: Io): Promise<Verification> {
  return tables.care.verify(({ readBytes, totalBytes }) => io.showProgress(t("{0} of {1} MB", grouped(Math.round(readBytes / MEGABYTE)), grouped(Math.round(totalBytes / MEGABYTE)))), io.signal);
}

async function repair(folder: OpenFolder, found: Verification): Promise<{ readonly copiedLines: number; readonly isRebuilt: boolean }> {
  const { care } = folder.tables;
  const copiedLines = await care.quarantine(linesToKeep(found));
  if (!needsRebuild(found)) return { copiedLines, isRebuilt: false };
  // It would write the index that it has in memory over the new one.
  if (await isWindowOpen(folder)) refuse(t("A window or another command is at work on this folder and has an index of its own in memory. Close the windows and try again, or use “Cairn: Verify Storage” in one of them."));
  await care.rebuildIndex();
  return { copiedLines, isRebuilt: true };
}

async function isWindowOpen({ root, journal }: OpenFolder): Promise<boolean> {
  for (const writer of await readdir(path.join(root, "writers")).catch(() => [])) if (writer !== journal.writer && (await journal.isWriterAlive(writer))) return true;
  return false;
}
