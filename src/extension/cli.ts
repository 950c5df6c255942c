import packageJson from "../../package.json";

const HELP = `cairn ${packageJson.version}: the headless side of Cairn, a Claude coding assistant for VS Code.

Usage: cairn <command>

Commands:
  help       Show this text.
  version    Print the version.

Exit codes: 0 done, 2 misused.
`;

/** Runs the command line; gives the exit code. */
function main(args: readonly string[]): number {
  const [command] = args;
  switch (command) {
    case undefined:
    case "help":
    case "--help":
    case "-h":
      process.stdout.write(HELP);
      return command === undefined ? 2 : 0;
    case "version":
    case "--version":
      process.stdout.write(`${packageJson.version}\n`);
      return 0;
    default:
      process.stderr.write(`cairn: unknown command ${JSON.stringify(command)}. “cairn help” lists what there is.\n`);
      return 2;
  }
}

process.exitCode = main(process.argv.slice(2));
