// Starts the real editor: VS Code's own server with its workbench in a browser, from code-server's npm package.
import { createServer } from "node:net";
import path from "node:path";
import { startServer } from "./editorProcess.mjs";
import { writeSettings } from "./editorSettings.mjs";
import { codeServerEntry, nodeBinary, serverMain } from "./places.mjs";
import { run } from "./processes.mjs";

/** @typedef {import("./editorProcess.mjs").EditorServer} EditorServer */
/** @typedef {{ readonly userDataDir: string, readonly extensionsDir: string }} EditorDirs */

/**
 * Starts code-server on `workspace`, as a person sees it in a browser; resolves when it answers.
 * `settings` are written before the start, over those that stand in `userDataDir`; undefined removes one.
 * Workspaces are trusted unless `hasTrust` says that the editor decides by its settings.
 * @param {EditorDirs & { workspace: string, settings?: Record<string, unknown>, env: NodeJS.ProcessEnv, port?: number, hasTrust?: boolean }} options
 * @returns {Promise<EditorServer>}
 */
export async function startCodeServer({ userDataDir, extensionsDir, workspace, settings = {}, env, port = 0, hasTrust = false }) {
  writeSettings(userDataDir, settings);
  const server = await startServer(
    [
      codeServerEntry, "--auth", "none", "--config", path.join(userDataDir, "config.yaml"), "--bind-addr", `127.0.0.1:${port}`,
      "--user-data-dir", userDataDir, "--extensions-dir", extensionsDir,
      "--disable-telemetry", "--disable-update-check", ...(hasTrust ? [] : ["--disable-workspace-trust"]), "--disable-getting-started-override",
    ],
    // code-server keeps logs and certificates of its own there.
    { userDataDir, env: { ...env, XDG_DATA_HOME: path.join(userDataDir, "xdg") }, ready: /HTTP server listening on http:\/\/127\.0\.0\.1:(\d+)/ },
  );
  return { ...server, url: `${server.url}?folder=${encodeURIComponent(workspace)}` };
}

/**
 * Starts VS Code's server so that a page with `testUrl` runs tests inside the extension host.
 * It keeps no secrets across reloads: what a person does is tested with `startCodeServer`.
 * @param {EditorDirs & { settings?: Record<string, unknown>, env: NodeJS.ProcessEnv }} options
 * @returns {Promise<EditorServer>}
 */
export async function startTestServer({ userDataDir, extensionsDir, settings = {}, env }) {
  writeSettings(userDataDir, settings);
  return startServer(
    [
      serverMain, "--host", "127.0.0.1", "--port", "0", "--without-connection-token", "--accept-server-license-terms",
      "--user-data-dir", userDataDir, "--server-data-dir", userDataDir, "--extensions-dir", extensionsDir,
      "--telemetry-level", "off", "--disable-workspace-trust", "--enable-smoke-test-driver",
    ],
    { userDataDir, env, ready: /Extension host agent listening on (\d+)/ },
  );
}

/**
 * The address at which a test server loads the extension in `extension` and runs the module `tests`.
 * @param {EditorServer} server
 * @param {{ workspace: string, extension: string, tests: string }} folders absolute paths
 */
export function testUrl(server, { workspace, extension, tests }) {
  const remote = (/** @type {string} */ file) => `vscode-remote://127.0.0.1:${server.port}${file}`;
  const payload = JSON.stringify([["extensionDevelopmentPath", remote(extension)], ["extensionTestsPath", remote(tests)]]);
  return `${server.url}?folder=${encodeURIComponent(workspace)}&payload=${encodeURIComponent(payload)}`;
}

/**
 * Installs a .vsix into `extensionsDir`, as the editor itself does it. Throws when the editor refuses it.
 * @param {string} vsix
 * @param {EditorDirs & { env: NodeJS.ProcessEnv }} options
 */
export async function installVsix(vsix, { userDataDir, extensionsDir, env }) {
  const args = [serverMain, "--accept-server-license-terms", "--user-data-dir", userDataDir, "--server-data-dir", userDataDir, "--extensions-dir", extensionsDir, "--force", "--install-extension", vsix];
  const code = await run(nodeBinary, args, { env, stdio: ["ignore", "ignore", "inherit"], timeoutMs: 60_000 });
  if (code !== 0) throw new Error(`The editor did not install ${vsix} (${code}). Its message is above; build the package again with "npm run package".`);
}

/**
 * A free port on loopback: `preferred` if it is free.
 * @param {number} [preferred]
 * @returns {Promise<number>}
 */
export function findFreePort(preferred = 0) {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error) => (preferred === 0 ? reject(error) : resolve(findFreePort())));
    probe.listen(preferred, "127.0.0.1", () => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (probe.address());
      probe.close(() => resolve(port));
    });
  });
}

/**
 * An environment that holds nothing of this machine's person: Node 24 first on the PATH, `home` as home folder.
 * @param {string} home an existing folder
 * @returns {Record<string, string>}
 */
export function cleanEnv(home) {
  const folders = (process.env["PATH"] ?? "").split(path.delimiter).filter((folder) => !folder.includes("node_modules"));
  return {
    PATH: [path.dirname(nodeBinary), ...folders].join(path.delimiter),
    HOME: home,
    // The editor's sockets lie there. On macOS such a path would be longer than a socket's may be.
    ...(process.platform === "darwin" ? {} : { TMPDIR: home }),
    LANG: "C.UTF-8",
    SHELL: "/bin/sh",
    // Without an extension gallery nothing asks for one over the network.
    EXTENSIONS_GALLERY: JSON.stringify({ serviceUrl: "" }),
  };
}

/**
 * The person's own environment for their own session, without what npm, another VS Code or code-server's settings would leak in.
 * @returns {NodeJS.ProcessEnv}
 */
export function personEnv() {
  const foreign = /^(npm_|VSCODE_|ELECTRON_|CODE_SERVER_|CS_|PORT$|PASSWORD$|HASHED_PASSWORD$|INIT_CWD$|NODE$|NODE_OPTIONS$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}
