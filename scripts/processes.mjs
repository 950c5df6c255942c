// Starting and ending processes. Node's own modules only: setup.mjs runs before anything is installed.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";

/**
 * Runs a command to its end and resolves to its exit code (1 when a signal ended it).
 * After `timeoutMs` the command and all its descendants are ended and the promise resolves to `"timeout"`.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, stdio?: import("node:child_process").StdioOptions, shell?: boolean, timeoutMs?: number }} [options]
 * @returns {Promise<number | "timeout">}
 */
export function run(command, args, { timeoutMs, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: "inherit", ...options });
    /** @type {Promise<void> | undefined} */
    let ending;
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => {
      if (child.pid !== undefined) ending = endTree(child.pid);
    }, timeoutMs);
    child.once("error", reject);
    child.once("exit", (code) => {
      clearTimeout(timer);
      resolve(ending === undefined ? (code ?? 1) : ending.then(() => /** @type {const} */ ("timeout")));
    });
  });
}

/**
 * All running processes that `pid` started, directly or through others, parents first.
 * @param {number} pid
 * @returns {{ pid: number, command: string }[]}
 */
export function descendants(pid) {
  const all = listProcesses();
  /** @type {{ pid: number, command: string }[]} */
  const found = [];
  for (const parents = [pid]; parents.length > 0; ) {
    const parent = parents.shift();
    for (const child of all.filter((candidate) => candidate.parent === parent)) {
      found.push({ pid: child.pid, command: child.command });
      parents.push(child.pid);
    }
  }
  return found;
}

/**
 * Ends a process and its descendants: SIGTERM first, SIGKILL for what is left after `graceMs`.
 * @param {number} pid
 * @param {number} [graceMs]
 */
export async function endTree(pid, graceMs = 5000) {
  assertOrdinary(pid);
  const tree = [pid, ...descendants(pid).map((child) => child.pid)];
  signal(pid, "SIGTERM");
  const deadline = Date.now() + graceMs;
  while (tree.some(isRunning) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
  // Its process group too, if it leads one: there are those whose parent ended before they did.
  for (const member of new Set([...tree, ...descendants(pid).map((child) => child.pid), -pid])) signal(member, "SIGKILL");
}

/**
 * Ends a process and its descendants at once, without waiting: for `exit` handlers.
 * @param {number} pid
 */
export function killTree(pid) {
  assertOrdinary(pid);
  for (const member of [...descendants(pid).map((child) => child.pid), pid, -pid]) signal(member, "SIGKILL");
}

/**
 * The full path of a command on the PATH, or undefined.
 * @param {string} command
 * @param {NodeJS.ProcessEnv} [env]
 */
export function findOnPath(command, env = process.env) {
  const suffixes = process.platform === "win32" ? [".exe", ".cmd"] : [""];
  const folders = (env["PATH"] ?? env["Path"] ?? "").split(path.delimiter).filter((folder) => folder !== "");
  return folders.flatMap((folder) => suffixes.map((suffix) => path.join(folder, command + suffix))).find((file) => existsSync(file));
}

/**
 * 0 and 1 stand above all other processes, and a signal to -1 reaches them all.
 * @param {number} pid
 */
function assertOrdinary(pid) {
  if (!Number.isInteger(pid) || pid <= 1) throw new Error(`${pid} is not a process that may be ended.`);
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals} name
 */
function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch {
    // Already gone.
  }
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // A zombie still answers signal 0; nothing is left of it to wait for.
  return process.platform !== "linux" || statusOf(pid)?.state !== "Z";
}

/** @returns {{ pid: number, parent: number, command: string }[]} */
function listProcesses() {
  if (process.platform === "linux") {
    // Slim systems have no `ps`.
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).flatMap((name) => {
      const status = statusOf(Number(name));
      return status === undefined ? [] : [{ pid: Number(name), parent: status.parent, command: status.command }];
    });
  }
  const lines = spawnSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" }).stdout?.split("\n") ?? [];
  return lines.flatMap((line) => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command: command ?? "" }];
  });
}

/** @param {number} pid */
function statusOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may itself hold spaces and parentheses.
    const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
    return { state, parent: Number(parent), command };
  } catch {
    // It ended between listing and reading.
    return undefined;
  }
}
