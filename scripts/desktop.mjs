// Whether VS Code desktop can be opened here.
import { findOnPath } from "./processes.mjs";

/**
 * The path of the `code` command when there is a screen to show VS Code on, or undefined.
 * @param {NodeJS.ProcessEnv} [env]
 */
export function findDesktop(env = process.env) {
  const hasScreen = process.platform === "darwin" || process.platform === "win32" || Boolean(env["DISPLAY"] || env["WAYLAND_DISPLAY"]);
  return hasScreen ? findOnPath("code", env) : undefined;
}
