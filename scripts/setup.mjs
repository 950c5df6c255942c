// Makes a fresh clone able to run: dependencies, Node 24, and what the flags ask for.
//   --editor    code-server, the real VS Code that runs in a browser
//   --desktop   with --editor: not needed where VS Code desktop can be opened
//   --browser   a Chromium for the tests
// Runs before every `npm start`, `npm test` and `npm run bench`, on whatever Node (>= 20) started npm and before there is a
// node_modules: so it and all that it imports at the top use Node's own modules only.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { findChromium } from "./browser.mjs";
import { findDesktop } from "./desktop.mjs";
import { cacheDir, codeServerDir, codeServerEntry, codeServerVersion, nodeBinary, root, serverMain } from "./places.mjs";
import { findOnPath, run } from "./processes.mjs";

const flags = new Set(process.argv.slice(2));
const QUIET = ["--loglevel=error", "--no-audit", "--no-fund", "--no-update-notifier"];

try {
  await installDependencies();
  assertNode24();
  // The two do not depend on each other, and each waits for the network half of its time.
  await Promise.all([
    flags.has("--editor") && !(flags.has("--desktop") && findDesktop()) ? installCodeServer() : undefined,
    flags.has("--browser") ? installChromium() : undefined,
  ]);
} catch (error) {
  console.error(`cairn: set-up failed. ${/** @type {Error} */ (error).message}`);
  process.exit(1);
}

async function installDependencies() {
  if (isInstalled()) return;
  say("installing the dependencies (npm ci)");
  await npm(["ci", "--include=dev", ...QUIET], root);
  // With `ignore-scripts` set for the person, npm leaves out the step that fetches Node 24: run it for the two we trust.
  if (!existsSync(nodeBinary)) await npm(["rebuild", "--ignore-scripts=false", ...QUIET, "node", "esbuild"], root);
}

/** Whether node_modules holds the lock file's versions, by npm's own record: npm writes it last, so an interrupted install has none. */
function isInstalled() {
  const record = path.join(root, "node_modules", ".package-lock.json");
  if (!existsSync(record)) return false;
  const wanted = JSON.parse(readFileSync(path.join(root, "package-lock.json"), "utf8")).packages;
  const present = JSON.parse(readFileSync(record, "utf8")).packages;
  // Optional packages may be left out: most are other platforms' binaries.
  return Object.entries(wanted).every(([folder, entry]) => folder === "" || (present[folder] ? present[folder].version === entry.version : entry.optional));
}

function assertNode24() {
  const version = spawnSync(nodeBinary, ["--version"], { encoding: "utf8" }).stdout?.trim();
  if (version?.startsWith("v24.")) return;
  throw new Error(
    `The scripts need Node 24 from the npm package "node", but ${nodeBinary} is ${version ? `Node ${version}` : "missing or does not run"}. ` +
      "Allow that package's install script (npm approve-scripts node, or unset ignore-scripts), delete node_modules and run the command again.",
  );
}

async function installCodeServer() {
  if (existsSync(serverMain) && existsSync(codeServerEntry)) return;
  if (process.platform === "win32") throw new Error("code-server does not run on Windows: install VS Code, put its `code` command on the PATH and run `npm start` again.");
  say(`installing VS Code for the browser (code-server ${codeServerVersion}, about 600 MB)`);
  // Made beside its place and renamed at the end, so that an interrupted install is never taken for a whole one.
  const draft = `${codeServerDir}.draft`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  try {
    writeFileSync(path.join(draft, "package.json"), JSON.stringify({ private: true }));
    // Without build scripts no compiler is needed; VS Code goes on without the few native modules that are then missing.
    const options = ["--ignore-scripts", "--omit=dev", ...QUIET];
    await npm(["install", `code-server@${codeServerVersion}`, ...options], draft);
    const vscode = path.join(draft, "node_modules", "code-server", "lib", "vscode");
    await npm(["install", ...options], vscode);
    await npm(["install", ...options], path.join(vscode, "extensions"));
    writeLogs(path.join(vscode, "node_modules", "@vscode", "spdlog"));
    rmSync(codeServerDir, { recursive: true, force: true });
    renameSync(draft, codeServerDir);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/**
 * Puts the log writer that needs no compiler in the place of the native one.
 * @param {string} folder the installed package @vscode/spdlog
 */
function writeLogs(folder) {
  const file = path.join(folder, "package.json");
  copyFileSync(path.join(root, "scripts", "spdlog.mjs"), path.join(folder, "index.mjs"));
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), main: "index.mjs" }));
}

async function installChromium() {
  if (await findChromium()) return;
  say("installing Chromium");
  mkdirSync(cacheDir, { recursive: true });
  const asRoot = process.getuid?.() === 0;
  // Ubuntu's package of this name is a stub for snap, which has no place in a container.
  if (asRoot && findOnPath("apt-get") && /^ID=debian$/m.test(readFileSync("/etc/os-release", "utf8"))) {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    /** @type {{ env: NodeJS.ProcessEnv, stdio: import("node:child_process").StdioOptions }} */
    const quiet = { env, stdio: ["ignore", "ignore", "inherit"] };
    await run("apt-get", ["-qq", "update"], quiet);
    await run("apt-get", ["-qq", "install", "-y", "--no-install-recommends", "chromium", "fonts-dejavu-core"], quiet);
  }
  const playwright = path.join(root, "node_modules", "playwright-core", "cli.js");
  if (!(await findChromium())) await run(nodeBinary, [playwright, "install", ...(asRoot ? ["--with-deps"] : []), "chromium"]);
  if (!(await findChromium())) {
    throw new Error(
      "Chromium is missing and could not be installed. Install it (Debian: sudo apt-get install chromium; elsewhere: " +
        "npx playwright-core install --with-deps chromium) or set CAIRN_CHROMIUM to the path of a Chromium or Chrome, and run the command again.",
    );
  }
}

/**
 * Runs the npm that runs us, on the Node that runs it: Node 24 may be what is being replaced.
 * @param {readonly string[]} args
 * @param {string} cwd
 */
async function npm(args, cwd) {
  const script = process.env["npm_execpath"];
  const [command, ...first] = script?.endsWith(".js") ? [process.env["npm_node_execpath"] ?? process.execPath, script] : ["npm"];
  // What this npm run was called with is not meant for the one below; where the registry and the cache are, is.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_(lifecycle|package|command|config_(local_prefix|ignore_scripts|omit|include|dry_run|global))/.test(name)));
  const code = await run(command, [...first, ...args], { cwd, env, stdio: ["ignore", "ignore", "inherit"] });
  if (code !== 0) throw new Error(`"npm ${args.join(" ")}" in ${cwd} ended with code ${code}; its message is above. Check the network and run the command again.`);
}

/** @param {string} text */
function say(text) {
  console.error(`cairn: ${text}`);
}
