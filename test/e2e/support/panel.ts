import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Frame, Locator } from "playwright-core";
import type { EditorWindow } from "./window";

/** The chat panel of one window, by the names that people and their tools know. Locators follow the webview through reloads. */
export interface Panel {
  readonly frame: Frame;
  readonly message: Locator;
  readonly send: Locator;
  readonly stop: Locator;
  readonly newChat: Locator;
  readonly history: Locator;
  readonly retry: Locator;
  readonly model: Locator;
  readonly conversation: Locator;
  readonly status: Locator;
  /** The rows of the history. */
  readonly chats: Locator;
  /** Types a message and sends it by Enter. */
  ask(text: string): Promise<void>;
}

/** Opens the panel (again) and gives its present frame. */
export async function openPanel(window: EditorWindow): Promise<Panel> {
  await window.command("Cairn: Open Chat");
  return currentPanel(window);
}

/** The panel that is already open, for instance after a reload. */
export async function currentPanel(window: EditorWindow): Promise<Panel> {
  const frame = await window.webviewFrame();
  const message = frame.getByRole("textbox", { name: "Message Claude" });
  await message.waitFor();
  const button = (name: string): Locator => frame.getByRole("button", { name, exact: true });
  return {
    frame,
    message,
    send: button("Send message"),
    stop: button("Stop"),
    newChat: button("New chat"),
    history: button("History"),
    retry: button("Retry"),
    model: frame.getByRole("combobox", { name: "Model" }),
    conversation: frame.getByRole("log", { name: "Conversation" }),
    status: frame.getByRole("status"),
    chats: frame.getByRole("list", { name: "Chats" }).getByRole("listitem"),
    async ask(text) {
      await message.fill(text);
      await message.press("Enter");
    },
  };
}

/** Types a key into the password box of "Cairn: Set API Key". */
export async function typeKey(window: EditorWindow, key: string): Promise<void> {
  await window.command("Cairn: Set API Key");
  const box = window.page.locator(".quick-input-widget input");
  await window.page.locator(".quick-input-widget").getByText("Your Anthropic API key").waitFor();
  assert.equal(await box.getAttribute("type"), "password");
  await box.fill(key);
  await box.press("Enter");
}

/** Sets a key that the server takes, and waits until the status bar says so. */
export async function setKey(window: EditorWindow, key: string): Promise<void> {
  await typeKey(window, key);
  await statusBar(window, "Cairn: ready").waitFor();
}

export function statusBar(window: EditorWindow, text: string | RegExp): Locator {
  return window.page.locator(".statusbar-item", { hasText: text });
}

/** A notification of the editor that holds `text`. */
export function notification(window: EditorWindow, text: string | RegExp): Locator {
  return window.page.locator(".notifications-toasts .notification-list-item", { hasText: text });
}

/** Opens a file of the workspace by its name, as a person does. */
export async function openFile(window: EditorWindow, path: string): Promise<void> {
  const picker = window.page.locator(".quick-input-widget");
  await window.page.keyboard.press("Control+P");
  await picker.locator("input").fill(path);
  await picker.locator(".monaco-list-row").first().waitFor();
  await window.page.keyboard.press("Enter");
}

/** Waits until `look` gives something other than undefined or false. */
export async function eventually<T>(look: () => T | Promise<T>, what: string, limitMs = 10_000): Promise<NonNullable<T>> {
  const end = Date.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== null && found !== false) return found;
    if (Date.now() > end) throw new Error(`Not within ${limitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** All files below a folder. */
export function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true);
}

/** The durable events in a data folder, as they stand on disk. */
export function storedEvents(globalStorageDir: string): readonly { readonly type: string; readonly text?: string; readonly [field: string]: unknown }[] {
  return filesBelow(join(globalStorageDir, "chats"))
    .filter((file) => file.endsWith(".jsonl"))
    .flatMap((file) => readFileSync(file, "utf8").split("\n").filter((line) => line !== ""))
    .map((line) => (JSON.parse(line) as { e: { type: string } }).e);
}
