import packageJson from "../../../package.json";
import { t } from "../../core/base/l10n";
import type { Command, Group, Options } from "./command";
import { ENTRIES } from "./commands";
import { COMMON } from "./parse";

export const VERSION: string = packageJson.version;

/** What there is. */
export function overview(): string {
  const rows: (readonly [string, string])[] = Object.entries(ENTRIES).map(([name, { summary }]) => [name, summary()]);
  return lines(
    t("cairn {0}: the headless side of Cairn, a Claude coding assistant for VS Code.", VERSION), "",
    t("Usage: {0}", "cairn <command>"), "",
    t("Commands:"),
    ...columns([...rows, ["help", t("Says how a command is used, such as “{0}”.", "cairn help chats list")], ["version", t("Prints the version.")]]), "",
    t("Exit codes: 0 done, 1 refused or failed, 2 misused."),
  );
}

/** What belongs to the first word. */
export function groupHelp(name: string, summary: string, group: Group): string {
  const rows = Object.entries(group).map(([word, command]): readonly [string, string] => [`${word}${command.operands === "" ? "" : ` ${command.operands}`}`, command.summary()]);
  return lines(`cairn ${name}: ${summary}`, "", t("Usage: {0}", `cairn ${name} <command>`), "", t("Commands:"), ...columns(rows), "", t("“{0}” says more of each.", `cairn help ${name} <command>`));
}

/** How one command is used. */
export function commandHelp(name: string, { summary, details, operands, options }: Command): string {
  const usage = ["cairn", name, ...(operands === "" ? [] : [operands]), "[options]"].join(" ");
  const about = (details?.() ?? []).flatMap((paragraph) => [paragraph, ""]);
  return lines(`cairn ${name}: ${summary()}`, "", t("Usage: {0}", usage), "", ...about, t("Options:"), ...columns(optionRows({ ...options, ...COMMON })));
}

function optionRows(options: Options): readonly (readonly [string, string])[] {
  return Object.entries(options).map(([name, { short, value, about }]) => [`${short === undefined ? "" : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`, about()]);
}

function columns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

function lines(...all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join("");
}
