import { parseArgs } from "node:util";
import { t } from "../../core/base/l10n";
import { misuse, type Command, type Given, type Options } from "./command";

/** What is written behind every command. */
export const COMMON = {
  help: { type: "boolean", short: "h", about: () => t("Says how the command is used.") },
} as const satisfies Options;

/**
 * Takes the words behind a command's name apart, by its own table of options; "help" where that is what is asked for. Throws
 * `CommandError` where they mean nothing.
 */
export function parseCommand({ options, operands, count: [least, most] }: Command, args: readonly string[]): Given<Options> | "help" {
  const known: Options = { ...options, ...COMMON };
  const config = Object.fromEntries(Object.entries(known).map(([name, { type, short }]) => [name, { type, ...(short === undefined ? {} : { short }) }]));
  // Not strict: what is wrong is said in Cairn's own words.
  const { values, positionals, tokens } = parseArgs({ args: [...args], options: config, strict: false, allowPositionals: true, tokens: true });
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const option = Object.hasOwn(known, token.name) ? known[token.name] : undefined;
    if (option === undefined) misuse(t("There is no option {0} here.", token.rawName));
    if (option.type === "boolean" && token.value !== undefined) misuse(t("The option {0} takes no value.", token.rawName));
    if (option.type === "boolean") continue;
    const value = option.value ?? "VALUE";
    if (token.value === undefined) misuse(t("The option {0} needs a value: {0} {1}.", token.rawName, value));
    // Rather an option whose neighbour was forgotten than a file that is called so.
    if (!token.inlineValue && /^-./.test(token.value)) misuse(t("The option {0} needs a value: {0} {1}. One that begins with a dash is written --{2}={3}.", token.rawName, value, token.name, token.value));
  }
  if (values["help"] === true) return "help";
  if (positionals.length < least) misuse(t("Something is missing: {0}.", operands));
  if (positionals.length > most) misuse(most === 0 ? t("“{0}” means nothing here.", positionals[0] ?? "") : t("“{0}” is too much here. What has blanks in it stands between quotes.", positionals[most] ?? ""));
  return { values: values as Given<Options>["values"], operands: positionals }; // each has been checked against its type
}

/** A whole number from 1 on. */
export function readCount(text: string, option: string): number {
  const count = Number(text);
  if (!/^\d{1,9}$/.test(text) || count === 0) misuse(t("{0} takes a whole number from 1 on, not “{1}”.", option, text));
  return count;
}

/** One of a few words. */
export function readChoice<const C extends string>(text: string, choices: readonly C[], option: string): C {
  return choices.find((choice) => choice === text) ?? misuse(t("{0} takes one of {1}, not “{2}”.", option, choices.join(", "), text));
}
