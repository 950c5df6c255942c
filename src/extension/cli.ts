import path from "node:path";
import { useTranslation } from "../core/base/l10n";
import { translationFor } from "./cli/language";
import { createIo } from "./cli/output";
import { runCommandLine } from "./cli/run";

/** The entry of the headless command `cairn`. Its commands are a bundle of their own, loaded when one of them is called. */
async function main(): Promise<number> {
  const translation = translationFor(process.env, path.dirname(__dirname));
  useTranslation(translation);
  const io = createIo(process);
  const code = await runCommandLine(process.argv.slice(2), { io, dist: __dirname, translation, env: process.env });
  await io.drain();
  return code;
}

// What a command has left waiting, such as for an answer that is being written elsewhere, must not keep it from ending.
void main().then((code) => process.exit(code));
