import { currentPanel, type Panel } from "./panel";
import type { EditorWindow } from "./window";

export type Theme = "dark" | "light" | "high-contrast" | "high-contrast-light";

/** The editor's own name for each; the webview's body has it as class `vscode-<theme>`. */
const NAMES: Readonly<Record<Theme, string>> = { dark: "Dark Modern", light: "Light Modern", "high-contrast": "Dark High Contrast", "high-contrast-light": "Light High Contrast" };

export const THEMES: readonly Theme[] = ["dark", "light", "high-contrast", "high-contrast-light"];

/** Chooses a theme as a person does; gives the panel once it has its colours. */
export async function chooseTheme(window: EditorWindow, theme: Theme): Promise<Panel> {
  const pick = window.page.locator(".quick-input-widget");
  await window.command("Preferences: Color Theme");
  await pick.getByRole("textbox").fill(NAMES[theme]);
  await pick.getByRole("option", { name: NAMES[theme] }).first().click();
  const panel = await currentPanel(window);
  await panel.frame.locator(`body.vscode-${theme}`).waitFor();
  return panel;
}
