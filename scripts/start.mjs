// `npm start`: builds, packages and opens a real editor with Cairn installed, on a small sample project.
//   --demo     with the demo model instead of the real API
//   --port N   where the editor in the browser listens
// What the person does there is kept in .vscode-test/start: history, key and settings are there again at the next start.
import "./node24.mjs";
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { findDesktop } from "./desktop.mjs";
import { findFreePort, installVsix, personEnv, startCodeServer } from "./editor.mjs";
import { writeSettings } from "./editorSettings.mjs";
import { cacheDir, nodeBinary, root, sampleWorkspace, vsixFile } from "./places.mjs";
import { killTree, run } from "./processes.mjs";

const home = path.join(cacheDir, "start");
const workspace = path.join(home, "sample-workspace");
const dirs = { userDataDir: path.join(home, "data"), extensionsDir: path.join(home, "extensions") };
const env = personEnv();

try {
  const { values } = parseArgs({ options: { demo: { type: "boolean", default: false }, port: { type: "string" } } });
  step("building", ["esbuild.js", "--production"]);
  step("packaging", ["scripts/package.mjs"]);
  mkdirSync(home, { recursive: true });
  if (!existsSync(workspace)) cpSync(sampleWorkspace, workspace, { recursive: true });
  const desktop = findDesktop();
  if (desktop) await openDesktop(desktop, values.demo);
  else await openBrowserEditor(values.demo, values.port);
} catch (error) {
  console.error(`cairn: could not start. ${/** @type {Error} */ (error).message}`);
  process.exit(1);
}

/**
 * Runs a script; its output is shown only when it fails.
 * @param {string} what
 * @param {readonly string[]} args
 */
function step(what, args) {
  console.error(`cairn: ${what}`);
  const { status, stdout, stderr } = spawnSync(nodeBinary, args, { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`${what} failed:\n${stdout}${stderr}`);
}

/**
 * @param {boolean} isDemo
 * @param {string | undefined} wantedPort
 */
async function openBrowserEditor(isDemo, wantedPort) {
  await installVsix(vsixFile(), { ...dirs, env });
  // The browser keeps the key per address: the same port again, so that it finds it again.
  const portFile = path.join(home, "port");
  const port = wantedPort ? Number(wantedPort) : await findFreePort(existsSync(portFile) ? Number(readFileSync(portFile, "utf8")) : 0);
  const server = await startCodeServer({ ...dirs, workspace, settings: demoSetting(isDemo), env, port });
  writeFileSync(portFile, String(server.port));
  // Ctrl-C is how it is meant to end: no error for npm to report.
  process.exitCode = 0;
  console.log(`Cairn is open at ${server.url}  (Ctrl-C ends it)`);
}

/**
 * @param {string} code
 * @param {boolean} isDemo
 */
async function openDesktop(code, isDemo) {
  const shell = process.platform === "win32";
  const where = ["--user-data-dir", dirs.userDataDir, "--extensions-dir", dirs.extensionsDir];
  writeSettings(dirs.userDataDir, demoSetting(isDemo), { isDesktop: true });
  const installed = await run(code, [...where, "--install-extension", vsixFile(), "--force"], { env, shell, stdio: ["ignore", 2, 2] });
  if (installed !== 0) throw new Error(`VS Code did not install ${vsixFile()}; its message is above.`);
  const editor = spawn(code, [...where, "--disable-workspace-trust", "--wait", "--new-window", workspace], { env, shell, stdio: ["ignore", 2, 2] });
  console.log(`Cairn is open in VS Code, on ${workspace}  (Ctrl-C ends it)`);
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.once(signal, () => {
      if (editor.pid !== undefined) killTree(editor.pid);
      process.exit(0);
    });
  }
  editor.once("exit", (exitCode) => process.exit(exitCode ?? 0));
}

/**
 * `--demo` chooses the demo model for this start alone: the next one without it undoes that, but not what the person chose themselves.
 * @param {boolean} isDemo
 * @returns {Record<string, unknown>}
 */
function demoSetting(isDemo) {
  const marker = path.join(home, "demo-by-flag");
  if (isDemo) {
    const files = ["User", "Machine"].map((folder) => path.join(dirs.userDataDir, folder, "settings.json")).filter((file) => existsSync(file));
    const isChosen = files.some((file) => /"cairn\.demoModel":\s*true/.test(readFileSync(file, "utf8")));
    if (!isChosen) writeFileSync(marker, "");
    return { "cairn.demoModel": true };
  }
  if (!existsSync(marker)) return {};
  rmSync(marker);
  return { "cairn.demoModel": undefined };
}
