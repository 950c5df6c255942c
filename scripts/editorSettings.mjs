// The settings that an editor of ours begins with, and where it reads them.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "./places.mjs";

/** Quiet and alone: no other assistant in the side bar, no page in front of it, nothing sent anywhere. */
const BASE_SETTINGS = {
  "chat.disableAIFeatures": true,
  "extensions.autoCheckUpdates": false,
  "git.openRepositoryInParentFolders": "never",
  "security.workspace.trust.enabled": false,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "workbench.enableExperiments": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
};

/**
 * Writes settings over those that stand; undefined removes one. A server, unlike the desktop, reads the settings that belong to
 * the machine (scope `machine`) from a file of their own.
 * @param {string} userDataDir
 * @param {Record<string, unknown>} settings
 * @param {{ isDesktop?: boolean }} [options]
 */
export function writeSettings(userDataDir, settings, { isDesktop = false } = {}) {
  const machine = isDesktop ? new Set() : machineSettings();
  const ofMachine = (/** @type {string} */ name) => machine.has(name) || (!isDesktop && name.startsWith("http."));
  const { true: machines = [], false: users = [] } = Object.groupBy(Object.entries(settings), ([name]) => String(ofMachine(name)));
  merge(path.join(userDataDir, "User", "settings.json"), BASE_SETTINGS, Object.fromEntries(users));
  merge(path.join(userDataDir, "Machine", "settings.json"), {}, Object.fromEntries(machines));
}

/** The extension's settings of scope `machine`. */
function machineSettings() {
  const { contributes } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  const properties = [contributes?.configuration ?? []].flat().flatMap((section) => Object.entries(section.properties ?? {}));
  return new Set(properties.filter(([, { scope }]) => scope === "machine").map(([name]) => name));
}

/**
 * @param {string} file
 * @param {Record<string, unknown>} defaults for what is not set yet
 * @param {Record<string, unknown>} changes
 */
function merge(file, defaults, changes) {
  if (Object.keys({ ...defaults, ...changes }).length === 0) return;
  let standing = {};
  try {
    if (existsSync(file)) standing = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    console.error(`cairn: left ${file} as it is, for it is not plain JSON (comments?).`);
    return;
  }
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ ...defaults, ...standing, ...changes }, undefined, 2));
}
