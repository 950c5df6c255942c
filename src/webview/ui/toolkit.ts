// The only importer of the component library, which is archived: what it gives is registered here and used through
// Button.tsx and ProgressRing.tsx. Its badge and tag set an inline style, which the panel's policy forbids, so they are not used.
import { provideVSCodeDesignSystem, vsCodeButton, vsCodeProgressRing } from "@vscode/webview-ui-toolkit";

/** Registers the elements `vscode-button` and `vscode-progress-ring`. Once a page. */
export function registerToolkit(): void {
  provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeProgressRing());
}
