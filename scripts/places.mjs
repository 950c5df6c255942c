// Where things lie. Everything is relative to the folder that npm runs scripts in: the project's root. (Not to this
// file: the end-to-end tests bundle these modules into out/.)
import { readFileSync } from "node:fs";
import path from "node:path";

/** The project's root folder. */
export const root = process.cwd();

/** Downloads, the person's `npm start` data and temporary test data; never packaged, never committed. */
export const cacheDir = path.join(root, ".vscode-test");

/** code-server's version: the same number as the VS Code it carries (4.139.1 is VS Code 1.139.1). */
export const codeServerVersion = "4.139.1";

/** The folder into which setup.mjs installs code-server. */
export const codeServerDir = path.join(cacheDir, `code-server-${codeServerVersion}`);

const codeServer = path.join(codeServerDir, "node_modules", "code-server");

/** code-server's own entry, for a person's view. */
export const codeServerEntry = path.join(codeServer, "out", "node", "entry.js");

/** The folder of VS Code itself inside code-server. */
export const vscodeDir = path.join(codeServer, "lib", "vscode");

/** VS Code's server, for tests inside the extension host and for installing extensions. */
export const serverMain = path.join(vscodeDir, "out", "server-main.js");

/** Node 24 from the `node` package: what every script but setup.mjs runs on. */
export const nodeBinary = path.join(root, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");

/** The small project that `npm start` and the tests open; always copied first. */
export const sampleWorkspace = path.join(root, "test", "fixtures", "sample-workspace");

/** The package that this version is built into. */
export function vsixFile() {
  const { name, version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  return path.join(root, `${name}-${version}.vsix`);
}
