import { describeError } from "../../core/base/errors";
import { t } from "../../core/base/l10n";
import { asCommandError, misuse, type Command, type Context, type ExitCode } from "./command";
import { ENTRIES, type Entry } from "./commands";
import { commandHelp, groupHelp, overview, VERSION } from "./help";
import { parseCommand } from "./parse";

/** Runs one command line. Whatever goes wrong is said on stderr; gives the exit code. */
export async function runCommandLine(args: readonly string[], context: Context): Promise<ExitCode> {
  const { io } = context;
  try {
    return await run(args, context);
  } catch (error) {
    io.showProgress("");
    const known = asCommandError(error);
    io.say(`cairn: ${known === undefined ? describeError(error) : known.message}`);
    if (known?.exitCode === 2) io.say(t("“{0}” says how it is used.", `cairn help${wordsOf(args).map((word) => ` ${word}`).join("")}`));
    return known?.exitCode ?? 1;
  }
}

async function run(args: readonly string[], context: Context): Promise<ExitCode> {
  const { io } = context;
  const [first, second] = args;
  if (first === undefined) {
    io.say(overview().trimEnd());
    return 2;
  }
  if (first === "--version" || first === "version") return write(io, `${VERSION}\n`);
  if (first === "help" || first === "--help" || first === "-h") return write(io, await help(args.slice(1), context));
  const entry = entryOf(first);
  if (entry.type === "command") return runOne(first, await entry.load(context.translation), args.slice(1), context);
  const group = await entry.load(context.translation);
  if (second === undefined) {
    io.say(groupHelp(first, entry.summary(), group).trimEnd());
    return 2;
  }
  if (second === "--help" || second === "-h") return write(io, groupHelp(first, entry.summary(), group));
  return runOne(`${first} ${second}`, commandOf(first, group, second), args.slice(2), context);
}

async function runOne(name: string, command: Command, args: readonly string[], context: Context): Promise<ExitCode> {
  const given = parseCommand(command, args);
  return given === "help" ? write(context.io, commandHelp(name, command)) : command.run(given, context);
}

async function help([first, second]: readonly string[], context: Context): Promise<string> {
  if (first === undefined) return overview();
  const entry = entryOf(first);
  if (entry.type === "command") return commandHelp(first, await entry.load(context.translation));
  const group = await entry.load(context.translation);
  return second === undefined ? groupHelp(first, entry.summary(), group) : commandHelp(`${first} ${second}`, commandOf(first, group, second));
}

function entryOf(name: string): Entry {
  return (Object.hasOwn(ENTRIES, name) ? ENTRIES[name] : undefined) ?? misuse(t("unknown command “{0}”.", name));
}

function commandOf(group: string, commands: Readonly<Record<string, Command>>, name: string): Command {
  return (Object.hasOwn(commands, name) ? commands[name] : undefined) ?? misuse(t("unknown command “{0}”.", `${group} ${name}`));
}

/** Of the words those that name a command, as far as there is one. */
function wordsOf([first = "", second = ""]: readonly string[]): readonly string[] {
  if (!Object.hasOwn(ENTRIES, first)) return [];
  return ENTRIES[first]?.type === "group" && /^[a-z]+$/.test(second) ? [first, second] : [first];
}

async function write(io: Context["io"], text: string): Promise<ExitCode> {
  await io.write(text);
  return 0;
}
