// Which Chromium the tests drive, and how it is started.
import { existsSync } from "node:fs";
import { findOnPath } from "./processes.mjs";

const MAC_CHROME = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/**
 * The path of a Chromium to drive: CAIRN_CHROMIUM, one on the PATH, Chrome on macOS, or Playwright's own download.
 * Undefined when there is none. Throws when CAIRN_CHROMIUM names a file that does not exist.
 * @returns {Promise<string | undefined>}
 */
export async function findChromium() {
  const chosen = process.env["CAIRN_CHROMIUM"];
  if (chosen) {
    if (existsSync(chosen)) return chosen;
    throw new Error(`CAIRN_CHROMIUM is set to ${chosen}, where there is no file. Correct it, or unset it to let Chromium be found.`);
  }
  for (const name of ["chromium", "google-chrome", "google-chrome-stable", "chromium-browser"]) {
    const found = findOnPath(name);
    if (found !== undefined) return found;
  }
  if (existsSync(MAC_CHROME)) return MAC_CHROME;
  const { chromium } = await import("playwright-core");
  return existsSync(chromium.executablePath()) ? chromium.executablePath() : undefined;
}

/**
 * Starts that Chromium without a window. It ends with this process at the latest.
 * @param {readonly string[]} [moreArgs] switches besides the usual ones
 * @returns {Promise<import("playwright-core").Browser>}
 */
export async function launchChromium(moreArgs = []) {
  const executablePath = await findChromium();
  if (executablePath === undefined) throw new Error("No Chromium was found. Run `npm test`, whose set-up installs one, or set CAIRN_CHROMIUM to its path.");
  const { chromium } = await import("playwright-core");
  return chromium.launch({
    executablePath,
    chromiumSandbox: false,
    args: ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", ...moreArgs],
  });
}
