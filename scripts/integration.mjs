// Runs out/test/integration inside the real extension host, in VS Code's server and a Chromium without a window.
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { formatWithOptions } from "node:util";
import { launchChromium } from "./browser.mjs";
import { cleanEnv, startTestServer, testUrl } from "./editor.mjs";
import { root, sampleWorkspace } from "./places.mjs";

const scratch = mkdtempSync(path.join(tmpdir(), "cairn-integration-"));
const home = path.join(scratch, "home");
const workspace = path.join(scratch, "workspace");
mkdirSync(home);
cpSync(sampleWorkspace, workspace, { recursive: true });

let hasBegun = false;
// The tests' own settings; all else of this machine stays outside.
const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith("CAIRN_")));
const server = await startTestServer({ userDataDir: path.join(scratch, "data"), extensionsDir: path.join(scratch, "extensions"), env: { ...cleanEnv(home), ...own } });
const browser = await launchChromium();
try {
  const page = await browser.newPage();
  const code = await new Promise((resolve, reject) => {
    page.once("crash", () => reject(new Error("The page of the editor crashed.")));
    const functions = {
      codeAutomationLog: (/** @type {string} */ _type, /** @type {unknown[]} */ args) => print(args),
      codeAutomationExit: resolve,
    };
    const exposed = Object.entries(functions).map(([name, implementation]) => page.exposeFunction(name, implementation));
    Promise.all(exposed)
      .then(() => page.goto(testUrl(server, { workspace, extension: root, tests: path.join(root, "out", "test", "integration", "index.js") })))
      .catch(reject);
  });
  process.exitCode = code === 0 ? 0 : 1;
} finally {
  await Promise.all([browser.close(), server.stop()]);
  if (process.exitCode === 0) rmSync(scratch, { recursive: true, force: true });
  else console.error(`The editor's data, its console (console.log) and its logs are in ${scratch}.`);
}

/**
 * Shows what the tests print: all from the line that test/integration/index.ts begins with, but not the workbench's own remarks.
 * @param {readonly unknown[]} args
 */
function print(args) {
  const text = formatWithOptions({ colors: false }, ...args);
  appendFileSync(path.join(scratch, "console.log"), `${text}\n`);
  hasBegun ||= text.includes("Integration tests in VS Code");
  if (hasBegun && !/\/workbench\/workbench\.js:|^Ignoring fetching/.test(text)) console.log(text);
}
