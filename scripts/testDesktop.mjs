// `npm run test:desktop [-- --executable PATH]`: the integration tests in VS Code desktop, downloaded or given.
import "./node24.mjs";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { runTests } from "@vscode/test-electron";
import { nodeBinary, root, sampleWorkspace } from "./places.mjs";
import { run } from "./processes.mjs";

const { values } = parseArgs({ options: { executable: { type: "string" } } });
for (const flag of ["--production", "--tests"]) {
  if ((await run(nodeBinary, ["esbuild.js", flag])) !== 0) process.exit(1);
}
const scratch = mkdtempSync(path.join(tmpdir(), "cairn-desktop-"));
const workspace = path.join(scratch, "workspace");
cpSync(sampleWorkspace, workspace, { recursive: true });
try {
  await runTests({
    ...(values.executable ? { vscodeExecutablePath: values.executable } : {}),
    extensionDevelopmentPath: root,
    extensionTestsPath: path.join(root, "out", "test", "integration", "index.js"),
    launchArgs: [workspace, "--user-data-dir", path.join(scratch, "data"), "--disable-extensions", "--disable-workspace-trust", "--disable-telemetry", "--disable-updates"],
  });
} catch (error) {
  console.error(`cairn: the tests in VS Code desktop failed. ${/** @type {Error} */ (error).message}`);
  console.error("If VS Code could not be downloaded, name one that is installed: npm run test:desktop -- --executable /path/to/code");
  process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
