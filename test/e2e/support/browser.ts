// One Chromium for all test files of a run: each is a bundle of its own, so what they share hangs on globalThis.
import type { Browser } from "playwright-core";
import { launchChromium } from "../../../scripts/browser.mjs";

const KEY = Symbol.for("cairn.e2e.browser");
const shared = globalThis as typeof globalThis & { [KEY]?: Promise<Browser> };

/** The run's browser, started at first use; it ends with the process. */
export function sharedBrowser(): Promise<Browser> {
  return (shared[KEY] ??= launchChromium());
}
