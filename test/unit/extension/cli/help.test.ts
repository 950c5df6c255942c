import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { runCommandLine } from "../../../../src/extension/cli/run";
import { builtCommandLine, commandLineAt, type CommandLine } from "../../../support/commandLine";
import { createTemporaryFolder } from "../adapters/temporaryFolder";

/** All that `cairn` can do. */
const COMMANDS = [
  ...["list", "show", "search", "export", "import", "rename", "delete", "restore"].map((name) => ["chats", name]),
  ...["show", "verify"].map((name) => ["storage", name]),
  ["usage"],
];

/** The same without a process. What works on a folder comes no further than to the folder. */
async function run(...args: readonly string[]): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const said = { stdout: "", stderr: "" };
  const io = {
    write: async (text: string) => ((said.stdout += text), true),
    say: (line: string) => void (said.stderr += `${line}\n`),
    showProgress: () => undefined,
    isTerminal: false,
    signal: new AbortController().signal,
  };
  const code = await runCommandLine(args, { io, dist: "none", translation: { language: "en", bundle: undefined }, env: {} });
  return { code, ...said };
}

describe("cairn on the command line", function () {
  this.timeout(30_000);
  let cairn: CommandLine;
  let folder: string;
  let remove: () => Promise<void>;

  before(async () => {
    cairn = await builtCommandLine();
    ({ folder, remove } = await createTemporaryFolder());
  });
  after(() => remove());

  it("prints its version", async () => {
    const { version } = JSON.parse(await readFile("package.json", "utf8")) as { version: string }; // npm's own field
    for (const asked of ["version", "--version"]) assert.deepEqual(await cairn.run(asked), { code: 0, signal: null, stdout: `${version}\n`, stderr: "" });
  });

  it("explains itself: what there is, each group, each command", async () => {
    const { code, stdout } = await run("help");
    assert.equal(code, 0);
    assert.match(stdout, /Usage: cairn <command>/);
    assert.match(stdout, /Exit codes: 0 done, 1 refused or failed, 2 misused\./);
    for (const words of COMMANDS) {
      assert.match(stdout, new RegExp(`^  ${words[0]} .*${words[1] ?? ""}`, "m"));
      const help = await run("help", ...words);
      assert.match(help.stdout, new RegExp(`^cairn ${words.join(" ")}: .+\\.\n\nUsage: cairn ${words.join(" ")} .*\\[options\\]\n`));
      assert.match(help.stdout, /^ {2}--data DIR {2}/m);
      assert.deepEqual([help.code, help.stderr], [0, ""]);
      assert.deepEqual(await run(...words, "--help"), help);
    }
    for (const group of ["chats", "storage"]) {
      const help = await run("help", group);
      for (const [, name] of COMMANDS.filter(([first]) => first === group)) assert.match(help.stdout, new RegExp(`^  ${name}\\b`, "m"));
      assert.deepEqual(await run(group, "-h"), help);
    }
  });

  const misuses: readonly (readonly [args: readonly string[], said: RegExp])[] = [
    [[], /Usage: cairn <command>/],
    [["chats"], /Usage: cairn chats <command>/],
    [["nonsense"], /^cairn: unknown command “nonsense”\.\n“cairn help” says how it is used\.\n$/],
    [["chats", "nonsense"], /unknown command “chats nonsense”/],
    [["chats", "constructor"], /unknown command “chats constructor”/],
    [["toString"], /unknown command “toString”/],
    [["help", "nonsense"], /unknown command “nonsense”/],
    [["chats", "list", "--nonsense"], /no option --nonsense here.*\n“cairn help chats list” says/],
    [["chats", "list", "-x"], /no option -x here/],
    [["chats", "list", "--json=yes"], /--json takes no value/],
    [["chats", "list", "--limit"], /--limit needs a value: --limit N/],
    [["chats", "list", "--limit", "--json"], /--limit needs a value.*--limit=--json/],
    [["chats", "list", "--limit", "many"], /whole number from 1 on, not “many”/],
    [["chats", "list", "--limit", "0"], /whole number from 1 on/],
    [["chats", "list", "extra"], /“extra” means nothing here/],
    [["chats", "show"], /Something is missing: ID/],
    [["chats", "show", "a", "b"], /“b” is too much here/],
    [["chats", "show", "a", "--json", "--markdown"], /Either --json or --markdown/],
    [["chats", "rename", "a", "two", "words"], /“words” is too much here.*quotes/],
    [["chats", "rename", "a", "  "], /title cannot be empty/],
    [["chats", "search", "   "], /nothing to search for/],
    [["chats", "export", "--format", "pdf"], /--format takes one of json, markdown, not “pdf”/],
    [["usage", "--by", "moon"], /--by takes one of day, model, folder, chat, agent/],
    [["usage", "--csv", "--json"], /Either --json or --csv/],
    [["chats", "list", "--data="], /--data needs a value/],
  ];

  it("ends with 2 when it is misused, says how, and prints nothing", async () => {
    for (const [args, said] of misuses) {
      const { code, stdout, stderr } = await run(...args);
      assert.deepEqual([code, stdout], [2, ""], args.join(" "));
      assert.match(stderr, said);
    }
  });

  it("is quick to answer what needs no chats: what works on them is loaded by their commands alone", async () => {
    const alone = path.join(folder, "alone", "dist");
    await mkdir(alone, { recursive: true });
    await copyFile(path.join(cairn.dist, "cli.js"), path.join(alone, "cli.js"));
    const { run } = commandLineAt(path.join(alone, "cli.js"));
    assert.deepEqual([(await run("help")).code, (await run("version")).code, (await run("nonsense")).code], [0, 0, 2]);
    const broken = await run("chats", "list");
    assert.equal(broken.code, 1);
    assert.match(broken.stderr, /cliData\.js/);
  });

  it("is made of nothing that knows an editor", () => {
    assert.ok(cairn.inputs.some((file) => file.endsWith("src/extension/adapters/journal.ts")), cairn.inputs.join("\n"));
    assert.deepEqual(cairn.inputs.filter((file) => /src\/(webview|extension\/(editor|view))\/|\bvscode\b(?!\/l10n)/.test(file)), []);
  });

  it("speaks the terminal's language where its words are translated", async () => {
    const words = Object.keys(JSON.parse(await readFile("l10n/bundle.l10n.json", "utf8")) as object);
    const translated = path.join(folder, "translated");
    await mkdir(path.join(translated, "l10n"), { recursive: true });
    await mkdir(path.join(translated, "dist"));
    for (const name of ["cli.js", "cliData.js"]) await copyFile(path.join(cairn.dist, name), path.join(translated, "dist", name));
    await writeFile(path.join(translated, "l10n", "bundle.l10n.de.json"), JSON.stringify(Object.fromEntries(words.map((text) => [text, `⟦${text}⟧`]))));
    const { start } = commandLineAt(path.join(translated, "dist", "cli.js"));
    const said = async (env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<string> => {
      const { stdout, stderr } = await start(args, { env }).ended;
      return stdout + stderr;
    };
    for (const env of [{ LANG: "de_DE.UTF-8" }, { LC_ALL: "de", LANG: "C" }]) {
      // All but names: of the command, and of its options at the beginning of a line.
      const untranslated = (await said(env, "help", "chats", "list")).split("\n").filter((line) => /[a-z]{2}/i.test(line.replace(/⟦.*?⟧|^cairn chats list:|^ {2}-.*? {2}/g, "")));
      assert.deepEqual(untranslated, []);
      assert.match(await said(env, "nonsense"), /⟦unknown command “nonsense”\.⟧/);
      assert.match(await said(env, "chats", "list", "--data", path.join(folder, "none")), /⟦There is no folder/);
    }
    for (const env of [{ LANG: "fr_FR.UTF-8" }, { LC_ALL: "C" }, { LANG: "../../etc" }, {}]) assert.doesNotMatch(await said(env, "help"), /⟦/);
  });

  it("stops quietly when nobody reads on", async function () {
    if (process.platform === "win32") return this.skip();
    const { process: child, ended } = cairn.start(["help"]);
    child.stdout.destroy();
    const { code, signal, stderr } = await ended;
    assert.deepEqual({ code, signal, stderr }, { code: 0, signal: null, stderr: "" });
  });

  it("fails when what it prints cannot be written", async function () {
    if (!existsSync("/dev/full")) return this.skip();
    const child = spawn("/bin/sh", ["-c", 'exec "$0" "$@" > /dev/full', process.execPath, path.join(cairn.dist, "cli.js"), "help"], { stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => void (said += text));
    assert.deepEqual(await once(child, "close"), [1, null]);
    assert.match(said, /^cairn: The output could not be written: .*ENOSPC/);
  });
});
