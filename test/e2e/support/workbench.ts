// A person's view: the packaged extension in a real editor of its own, driven in Chromium.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { BrowserContext } from "playwright-core";
import { cleanEnv, startCodeServer, type EditorServer } from "../../../scripts/editor.mjs";
import { sampleWorkspace } from "../../../scripts/places.mjs";
import { descendants } from "../../../scripts/processes.mjs";
import { sharedBrowser } from "./browser";
import { installedExtensions } from "./extensions";
import { openWindow, type EditorWindow } from "./window";

const THEMES = { dark: "Dark Modern", light: "Light Modern", highContrast: "Default High Contrast" } as const;

export interface WorkbenchOptions {
  /** Settings to begin with; those of the machine's scope are put where the editor reads them. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Path → text, over a fresh copy of the sample workspace. */
  readonly workspaceFiles?: Readonly<Record<string, string>>;
  /** Added to an otherwise clean environment of the editor. */
  readonly env?: Readonly<Record<string, string>>;
  readonly theme?: keyof typeof THEMES;
  /** Opens the workspace in restricted mode. */
  readonly isUntrusted?: boolean;
}

/** The first window, and what lies behind all windows. */
export interface Workbench extends EditorWindow {
  readonly context: BrowserContext;
  readonly server: EditorServer;
  readonly workspace: string;
  readonly userDataDir: string;
  /** The extension's own folder, `context.globalStorageUri`. */
  readonly globalStorageDir: string;
  /** A second window on the same server, data and browser profile. */
  secondWindow(): Promise<EditorWindow>;
  /** SIGKILLs this server's extension hosts and resolves to their process ids; the editor starts new ones by itself. */
  killExtensionHost(): readonly number[];
  /** Ends the windows and the server and removes all data. */
  close(): Promise<void>;
}

const open = new Set<Workbench>();
// Each server ends with the process: a run of many test files has many.
process.setMaxListeners(100);

/** Starts an editor with nothing in it but the packaged extension, and opens its first window. */
export async function openWorkbench({ settings = {}, workspaceFiles = {}, env = {}, theme = "dark", isUntrusted = false }: WorkbenchOptions = {}): Promise<Workbench> {
  const [browser, extensionsDir] = await Promise.all([sharedBrowser(), installedExtensions()]);
  const scratch = mkdtempSync(join(tmpdir(), "cairn-e2e-"));
  const [home, workspace, userDataDir] = [join(scratch, "home"), join(scratch, "workspace"), join(scratch, "data")];
  mkdirSync(home);
  cpSync(sampleWorkspace, workspace, { recursive: true });
  for (const [file, text] of Object.entries(workspaceFiles)) {
    mkdirSync(dirname(join(workspace, file)), { recursive: true });
    writeFileSync(join(workspace, file), text);
  }
  const trust = isUntrusted ? { "security.workspace.trust.enabled": true, "security.workspace.trust.startupPrompt": "never" } : {};
  const allSettings = { "workbench.colorTheme": THEMES[theme], ...trust, ...settings };
  const server = await startCodeServer({ userDataDir, extensionsDir, workspace, settings: allSettings, env: { ...cleanEnv(home), ...env }, hasTrust: isUntrusted });
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, permissions: ["clipboard-read", "clipboard-write"] });
  context.setDefaultTimeout(15_000);

  const workbench: Workbench = {
    ...(await openWindow(await context.newPage(), server.url)),
    context,
    server,
    workspace,
    userDataDir,
    globalStorageDir: join(userDataDir, "User", "globalStorage", "cairn.cairn"),
    secondWindow: async () => openWindow(await context.newPage(), server.url),
    killExtensionHost: () => {
      const hosts = descendants(server.pid).filter((child) => child.command.includes("--type=extensionHost")).map((child) => child.pid);
      for (const pid of hosts) process.kill(pid, "SIGKILL");
      return hosts;
    },
    close: async () => {
      open.delete(workbench);
      await context.close();
      await server.stop();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
  open.add(workbench);
  return workbench;
}

// What the person saw when a test failed is half of the explanation. (The bench runs without mocha.)
(globalThis.afterEach as typeof afterEach | undefined)?.(async function () {
  if (this.currentTest?.state !== "failed") return;
  const name = this.currentTest.fullTitle().replace(/[^\w]+/g, "-");
  for (const [index, workbench] of [...open].entries()) await workbench.screenshot(`failed-${name}-${index}`).catch(() => undefined);
});
