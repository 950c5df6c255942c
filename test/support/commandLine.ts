// The headless command as it is packaged, in processes of its own, on the oldest Node that is at hand.
import { execFileSync, spawn, type ChildProcessByStdio } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Readable } from "node:stream";

export interface CommandResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly process: ChildProcessByStdio<null, Readable, Readable>;
  /** Settles when it has ended and all that it said is read. */
  readonly ended: Promise<CommandResult>;
}

export interface StartOptions {
  /** Beside that of the tests. */
  readonly env?: Readonly<Record<string, string>>;
  /** Who runs it; only root can say. */
  readonly uid?: number;
}

export interface CommandLine {
  /** The folder that it was built into: its `dist`. */
  readonly dist: string;
  /** The sources that it was built from. */
  readonly inputs: readonly string[];
  start(args: readonly string[], options?: StartOptions): Running;
  run(...args: readonly string[]): Promise<CommandResult>;
}

const KEY = Symbol.for("cairn.tests.commandLine");
const shared = globalThis as typeof globalThis & { [KEY]?: Promise<CommandLine> };

/** Builds the command once a run. */
export function builtCommandLine(): Promise<CommandLine> {
  return (shared[KEY] ??= buildIt());
}

async function buildIt(): Promise<CommandLine> {
  const folder = mkdtempSync(path.join(tmpdir(), "cairn-command-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const dist = path.join(folder, "dist");
  const { buildCommand } = createRequire(path.resolve("package.json"))("./esbuild.js") as { buildCommand(outdir: string): Promise<readonly string[]> }; // as esbuild.js has it
  const inputs = await buildCommand(dist);
  chmodSync(folder, 0o755); // others may run it
  return { dist, inputs, ...commandLineAt(path.join(dist, "cli.js")) };
}

/** The command of a file, wherever that was built or installed. */
export function commandLineAt(file: string): Pick<CommandLine, "start" | "run"> {
  const node = oldestNode();
  const start: CommandLine["start"] = (args, { env = {}, uid } = {}) => {
    const child = spawn(node, [file, ...args], { stdio: ["ignore", "pipe", "pipe"], env: { ...withoutEditor(process.env), ...env }, ...(uid === undefined ? {} : { uid }) });
    return { process: child, ended: resultOf(child) };
  };
  return { start, run: (...args) => start(args).ended };
}

async function resultOf(child: Running["process"]): Promise<CommandResult> {
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) child[name].setEncoding("utf8").on("data", (text: string) => void (said[name] += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, ...said }));
  });
}

/** The language and the editor of whoever runs the tests are not the tests'. */
function withoutEditor(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined || /^(?:LANG|LC_\w+|VSCODE_\w+|NODE_OPTIONS)$/.test(name) ? [] : [[name, value]])));
}

/** Of the Nodes on the PATH the oldest that the command promises to run on: what is missing there is noticed. */
function oldestNode(): string {
  const found = new Map<string, number>([[process.execPath, majorOf(process.version)]]);
  for (const folder of (process.env["PATH"] ?? "").split(path.delimiter)) {
    const file = path.join(folder, process.platform === "win32" ? "node.exe" : "node");
    if (folder === "" || !existsSync(file) || found.has(realpathSync(file))) continue;
    try {
      found.set(realpathSync(file), majorOf(execFileSync(file, ["--version"], { encoding: "utf8" })));
    } catch {
      // what does not say its version is none to run on
    }
  }
  const [oldest] = [...found].filter(([, major]) => major >= 20).sort(([, left], [, right]) => left - right);
  return oldest?.[0] ?? process.execPath;
}

function majorOf(version: string): number {
  return Number(/^v?(\d+)\./.exec(version)?.[1] ?? 0);
}
