// The editor's server as a process: started, watched, and never left behind.
import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import path from "node:path";
import { nodeBinary } from "./places.mjs";
import { endTree, killTree } from "./processes.mjs";

/**
 * A running editor. `logDir` holds VS Code's logs, one folder per start; `stop` ends all its processes and may be called twice.
 * @typedef {{ readonly url: string, readonly port: number, readonly pid: number, readonly logDir: string, stop(): Promise<void> }} EditorServer
 */

/** How to end each running server, by process id. @type {Map<number, () => Promise<void>>} */
const running = new Map();

/**
 * Starts Node 24 with `args` and resolves when the server says that it listens; its output goes to <userDataDir>/server.log.
 * @param {readonly string[]} args
 * @param {{ userDataDir: string, env: NodeJS.ProcessEnv, ready: RegExp }} options `ready` captures the port in the output
 * @returns {Promise<EditorServer>}
 */
export async function startServer(args, { userDataDir, env, ready }) {
  mkdirSync(userDataDir, { recursive: true });
  // Its own process group, so that Ctrl-C reaches this process alone and the editor is ended in order.
  const child = spawn(nodeBinary, args, { cwd: userDataDir, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const pid = await startedPid(child);
  let isStopping = false;
  /** @type {Promise<void>} */
  const exited = new Promise((resolve) => child.once("exit", () => resolve()));
  const stop = async () => {
    if (!running.has(pid)) return;
    isStopping = true;
    await endTree(pid);
    await exited;
    running.delete(pid);
  };
  running.set(pid, stop);
  endWithThisProcess();
  const outputFile = path.join(userDataDir, "server.log");
  try {
    const port = Number(await portIn(child, ready, outputFile));
    child.once("exit", (code) => {
      if (isStopping) return;
      running.delete(pid);
      killTree(pid);
      console.error(`cairn: the editor ended by itself (code ${code}). Its output is in ${outputFile}.`);
      process.exitCode = 1;
    });
    return { url: `http://127.0.0.1:${port}/`, port, pid, logDir: path.join(userDataDir, "logs"), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * @param {import("node:child_process").ChildProcess} child
 * @returns {Promise<number>}
 */
function startedPid(child) {
  return new Promise((resolve, reject) => {
    child.once("spawn", () => resolve(/** @type {number} */ (child.pid)));
    child.once("error", (error) => reject(new Error(`The editor's server could not be started (${error.message}). Run "node scripts/setup.mjs --editor".`)));
  });
}

/**
 * The port that `pattern` captures in the child's output, all of which goes to `outputFile`.
 * @param {import("node:child_process").ChildProcess} child
 * @param {RegExp} pattern
 * @param {string} outputFile
 * @returns {Promise<string>}
 */
function portIn(child, pattern, outputFile) {
  return new Promise((resolve, reject) => {
    const log = createWriteStream(outputFile, { flags: "a" });
    let text = "";
    const fail = (/** @type {string} */ what) => {
      clearTimeout(timer);
      reject(new Error(`The editor's server ${what}. Its output, also in ${outputFile}:\n${text.slice(-2000)}`));
    };
    const timer = setTimeout(() => fail("did not start within 60 s"), 60_000);
    child.once("exit", (code) => fail(`ended with code ${code} before it was ready`));
    const read = (/** @type {Buffer} */ chunk) => {
      log.write(chunk);
      text = (text + chunk).slice(-20_000);
      const port = pattern.exec(text)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(port);
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
  });
}

let isHooked = false;
function endWithThisProcess() {
  if (isHooked) return;
  isHooked = true;
  process.on("exit", () => [...running.keys()].forEach(killTree));
  let isEnding = false;
  for (const [signal, code] of /** @type {const} */ ([["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]])) {
    process.on(signal, () => {
      // A second signal does not wait for an orderly end; the `exit` handler above kills what is left.
      if (isEnding) process.exit(code);
      isEnding = true;
      void Promise.all([...running.values()].map((stop) => stop())).finally(() => process.exit(process.exitCode ?? code));
    });
  }
}
