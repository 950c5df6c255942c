import { strict as assert } from "node:assert";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Frame, Page } from "playwright-core";
import { root } from "../../../scripts/places.mjs";

/** One editor window: a page with the workbench in it. */
export interface EditorWindow {
  readonly page: Page;
  /** Runs a command from the palette by its full title, such as `Cairn: Open Chat`. */
  command(title: string): Promise<void>;
  /**
   * The frame of the webview that holds `selector`, waited for up to `timeoutMs`. A reload, a closed panel or a restarted host
   * makes a new frame: ask again after each.
   */
  webviewFrame(selector?: string, timeoutMs?: number): Promise<Frame>;
  /** Reloads the window, as "Developer: Reload Window" does; resolves when the workbench is up again. */
  reload(): Promise<void>;
  /** Saves what a person sees to out/screenshots/<name>.png. */
  screenshot(name: string): Promise<void>;
}

/** Opens `url` in `page` and resolves when the workbench is up. */
export async function openWindow(page: Page, url: string): Promise<EditorWindow> {
  await page.goto(url);
  await workbenchIsUp(page);
  return {
    page,
    command: (title) => runCommand(page, title),
    webviewFrame: (selector = "#cairn-root", timeoutMs = 20_000) => findFrame(page, selector, timeoutMs),
    reload: async () => {
      await page.reload();
      await workbenchIsUp(page);
    },
    screenshot: async (name) => {
      const folder = join(root, "out", "screenshots");
      mkdirSync(folder, { recursive: true });
      await page.screenshot({ path: join(folder, `${name}.png`) });
    },
  };
}

async function workbenchIsUp(page: Page): Promise<void> {
  await page.locator(".monaco-workbench").waitFor({ timeout: 30_000 });
  // The status bar fills once contributions are read; before that the palette does not know the extension's commands.
  await page.locator(".statusbar-item").first().waitFor({ timeout: 30_000 });
}

async function runCommand(page: Page, title: string): Promise<void> {
  const palette = page.locator(".quick-input-widget");
  // While a window starts, commands are still being added and the focus moves, which closes the palette: ask again rather than fail.
  for (let attempt = 0; ; attempt++) {
    await page.keyboard.press("F1");
    try {
      await palette.getByRole("textbox").fill(`>${title}`, { timeout: 3000 });
      await palette.getByRole("option", { name: title }).first().click({ timeout: 3000 });
      return;
    } catch (error) {
      if (attempt === 5) throw new Error(`The command palette does not offer "${title}", or does not stay open.`, { cause: error });
      await page.keyboard.press("Escape");
    }
  }
}

async function findFrame(page: Page, selector: string, timeoutMs: number): Promise<Frame> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    for (const frame of page.frames()) {
      // A frame may go away while it is asked.
      const isThere = await frame.locator(selector).count().then((count) => count > 0, () => false);
      if (isThere) return frame;
    }
    assert.ok(Date.now() < deadline, `No webview holds "${selector}" after ${timeoutMs} ms. Frames: ${page.frames().map((frame) => frame.url().slice(0, 120)).join("\n")}`);
    await page.waitForTimeout(50);
  }
}
